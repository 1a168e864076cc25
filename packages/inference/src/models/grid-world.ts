import { InputError } from '../errors.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { type SparseTensor, sparseTensor } from '../model/sparse-tensor.js';
import { type Tensor, zeros } from '../model/tensor.js';
import type { Environment } from './environment.js';

/** The actions of a grid world, by name. */
export const GRID_ACTIONS: Readonly<{ up: 0; right: 1; down: 2; left: 3; stay: 4 }> = {
  up: 0,
  right: 1,
  down: 2,
  left: 3,
  stay: 4,
};

/** What each action adds to the column and the row. */
const MOVES: readonly (readonly [x: number, y: number])[] = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, 0],
];

/** A cell: x counts columns from the left, y rows from the top. */
export interface Cell {
  readonly x: number;
  readonly y: number;
}

/** The grid, what stands in it, and what is seen and wanted there. */
export interface GridWorldOptions {
  /** Columns, count, at least 1. */
  readonly width: number;
  /** Rows, count, at least 1. */
  readonly height: number;
  /** Probability that the cell seen is not the cell one is in, spread over all other cells. Default 0.1. */
  readonly noise?: number;
  /** Where the agent wants to be. Default: the bottom right corner. */
  readonly goal?: Cell;
  /** Cells that cannot be entered: a move into one stays where it was. Default: none. */
  readonly obstacles?: readonly Cell[];
  /** The cell the agent knows it starts in. Default: unknown, a uniform D. */
  readonly start?: Cell;
  /**
   * Preference for seeing each cell, nats, in the order of the states. Default: `-0.5 (|dx| + |dy|)` from the goal, plus
   * 0.05 x, which makes ties between equally long ways rare.
   */
  readonly preference?: ArrayLike<number>;
  /**
   * How A and B are kept: dense, or as entries over a background. The same numbers; a grid of thousands of cells fits in memory
   * only when sparse. Default `dense`.
   */
  readonly tensors?: 'dense' | 'sparse';
}

/** A grid world's model, its world, and how its cells are numbered. */
export interface GridWorld extends GenerativeModel {
  readonly width: number;
  readonly height: number;
  readonly goal: Cell;
  readonly environment: Environment;
}

/**
 * A grid on which an agent moves a cell at a time and sees, with noise, which cell it is in.
 *
 * One factor and one modality of width x height cells, numbered `width * y + x`; the five actions of `GRID_ACTIONS`.
 * Moves are certain; a move off the grid or into an obstacle stays.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` for sizes, noise or cells out of range; ModelError for a preference of
 *   another length, and `INFERENCE_TENSOR_TOO_LARGE` for more cells than dense tensors can hold
 *
 * @example
 * const world = gridWorld({ width: 5, height: 5, noise: 0.1 });
 * world.environment.nextState[0]![cellIndex(world, { x: 0, y: 0 })]![GRID_ACTIONS.right] // 1
 *
 * gridWorld({ width: 100, height: 100, tensors: 'sparse' }); // 10 000 states in a megabyte or two
 */
export function gridWorld(options: GridWorldOptions): GridWorld {
  const { width, height, noise = 0.1, obstacles = [], start, tensors = 'dense' } = options;
  checkSizes(width, height, noise);
  checkTensors(tensors);
  const goal = options.goal ?? { x: width - 1, y: height - 1 };
  const cells = [goal, ...obstacles, ...(start === undefined ? [] : [start])];
  for (const cell of cells) checkCell(cell, width, height);

  const stateCount = width * height;
  const size = { width, height };
  const blocked = new Set(obstacles.map((cell) => cellIndex(size, cell)));
  const nextState = Array.from({ length: stateCount }, (_, state) =>
    MOVES.map(([dx, dy]) => {
      const { x, y } = cellAt(size, state);
      const target = { x: x + dx, y: y + dy };
      const open = isInside(target, width, height) && !blocked.has(cellIndex(size, target));
      return open ? cellIndex(size, target) : state;
    }),
  );
  const preference = options.preference ?? nextState.map((_, state) => closeness(cellAt(size, state), goal));
  const model = defineModel({
    A: [tensors === 'sparse' ? sparseNoisyIdentity(stateCount, noise) : noisyIdentity(stateCount, noise)],
    B: [tensors === 'sparse' ? sparseMoves(nextState) : certainMoves(nextState)],
    C: [Float64Array.from(preference)],
    ...(start === undefined ? {} : { D: [oneHot(stateCount, cellIndex(size, start))] }),
    factorNames: ['cell'],
    modalityNames: ['cell seen'],
    actionNames: [Object.keys(GRID_ACTIONS)],
  });
  const environment = { nextState: [nextState], start: [cellIndex(size, start ?? { x: 0, y: 0 })] };
  return { ...model, ...size, goal, environment };
}

/** The state of a cell: `width * y + x`. */
export function cellIndex({ width }: { readonly width: number }, { x, y }: Cell): number {
  return width * y + x;
}

/** The cell of a state. */
export function cellAt({ width }: { readonly width: number }, state: number): Cell {
  return { x: state % width, y: Math.floor(state / width) };
}

function closeness(cell: Cell, goal: Cell): number {
  return -0.5 * (Math.abs(cell.y - goal.y) + Math.abs(cell.x - goal.x)) + 0.05 * cell.x;
}

/** `1 - noise` on the diagonal, the noise spread evenly over the rest; a single cell is always seen. */
function noisyIdentity(stateCount: number, noise: number): Tensor {
  const tensor = zeros([stateCount, stateCount], 'A[0]');
  tensor.data.fill(noiseElsewhere(stateCount, noise));
  for (let state = 0; state < stateCount; state++) {
    tensor.data[state * stateCount + state] = stateCount === 1 ? 1 : 1 - noise;
  }
  return tensor;
}

/** The same with the noise for background: as many entries as there are cells. */
function sparseNoisyIdentity(stateCount: number, noise: number): SparseTensor {
  const elsewhere = noiseElsewhere(stateCount, noise);
  return sparseTensor({
    shape: [stateCount, stateCount],
    background: elsewhere === 0 ? null : new Float64Array(stateCount).fill(elsewhere),
    columns: Array.from({ length: stateCount }, (_, state) => [[state, stateCount === 1 ? 1 : 1 - noise]]),
  });
}

const noiseElsewhere = (stateCount: number, noise: number): number => noise / Math.max(stateCount - 1, 1);

function certainMoves(nextState: readonly (readonly number[])[]): Tensor {
  const stateCount = nextState.length;
  const tensor = zeros([stateCount, stateCount, MOVES.length], 'B[0]');
  nextState.forEach((nexts, state) => {
    nexts.forEach((next, action) => {
      tensor.data[(next * stateCount + state) * MOVES.length + action] = 1;
    });
  });
  return tensor;
}

/** The same with one entry a column: columns are numbered by state, then action, as `nextState` lists them. */
function sparseMoves(nextState: readonly (readonly number[])[]): SparseTensor {
  return sparseTensor({
    shape: [nextState.length, nextState.length, MOVES.length],
    columns: nextState.flatMap((nexts) => nexts.map((next) => [[next, 1] as const])),
  });
}

function oneHot(length: number, index: number): Float64Array {
  const data = new Float64Array(length);
  data[index] = 1;
  return data;
}

function checkSizes(width: number, height: number, noise: number): void {
  for (const [name, size] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (!Number.isInteger(size) || size < 1) {
      throw new InputError('INFERENCE_OPTION_INVALID', name, 'a count of at least 1', String(size));
    }
  }
  if (!(noise >= 0 && noise <= 1)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'noise', 'a probability', String(noise));
  }
}

function checkTensors(tensors: string): void {
  if (tensors === 'dense' || tensors === 'sparse') return;
  throw new InputError('INFERENCE_OPTION_INVALID', 'tensors', '"dense" or "sparse"', String(tensors));
}

function isInside({ x, y }: Cell, width: number, height: number): boolean {
  return x >= 0 && x < width && y >= 0 && y < height;
}

function checkCell(cell: Cell, width: number, height: number): void {
  if (Number.isInteger(cell.x) && Number.isInteger(cell.y) && isInside(cell, width, height)) return;
  const expected = `x in [0, ${width}) and y in [0, ${height})`;
  throw new InputError('INFERENCE_OPTION_INVALID', 'cell', expected, `x ${cell.x}, y ${cell.y}`);
}
