import type { GenerativeModel } from './generative-model.js';
import { sparseOf } from './junk.test-fixtures.js';

export interface MutableTensor {
  shape: number[];
  data?: Float64Array;
  background?: Float64Array | null;
  starts?: Int32Array;
  rows?: Int32Array;
  values?: Float64Array;
}

/** A model as something one can break. */
export interface Mutable {
  shape: { [key in keyof GenerativeModel['shape']]: unknown[] };
  A: MutableTensor[];
  B: MutableTensor[];
  C: MutableTensor[];
  D: Float64Array[];
  E: Float64Array | null;
  factorNames: unknown[];
  modalityNames: unknown[];
  actionNames: unknown[][] | null;
  outcomeNames: unknown[][] | null;
}

/** Breaks a model in one place; returns how the error must call the place, or null when there is no such place. */
export type Fault = (model: Mutable, random: () => number) => string | null;

type Named = readonly [name: string, fault: Fault];

const pick = (length: number, random: () => number): number => Math.floor(random() * length);

/** A fault of one tensor of A or B. */
const inTensor =
  (fault: (tensor: MutableTensor, random: () => number, model: Mutable) => boolean): Fault =>
  (model, random) => {
    const name = random() < 0.5 ? 'A' : 'B';
    const i = pick(model[name].length, random);
    return fault(model[name][i]!, random, model) ? `${name}[${i}]` : null;
  };

const inSparse = (
  fault: (tensor: Required<MutableTensor>, random: () => number, model: Mutable) => boolean,
): Fault =>
  inTensor((tensor, random, model) =>
    tensor.starts === undefined ? false : fault(tensor as Required<MutableTensor>, random, model),
  );

const numbersOf = ({ data, values }: MutableTensor): Float64Array => data ?? values!;

/** Gives one entry, if there is one, another value. */
const withEntry = (value: (entry: number) => number): Fault =>
  inTensor((tensor, random) => {
    const entries = numbersOf(tensor);
    if (entries.length === 0) return false;
    const k = pick(entries.length, random);
    entries[k] = value(entries[k]!);
    return true;
  });

/** Replaces one element of a list of lists. */
const inFactors =
  (change: (list: number[], factorCount: number, random: () => number) => unknown): Fault =>
  (model, random) => {
    const name = random() < 0.5 ? 'likelihoodFactors' : 'transitionFactors';
    const lists = model.shape[name] as number[][];
    const i = pick(lists.length, random);
    lists[i] = change(lists[i]!, model.D.length, random) as number[];
    return name;
  };

/** A fault that every model has room for. */
const at =
  (where: string, fault: (model: Mutable, random: () => number) => unknown): Fault =>
  (model, random) => {
    fault(model, random);
    return where;
  };

/** A fault of a list of names, where the model has one. */
const inNames =
  (name: 'actionNames' | 'outcomeNames', fault: (lists: unknown[][]) => unknown): Fault =>
  (model) => {
    if (model[name] === null) return null;
    fault(model[name]);
    return name;
  };

/** Every way to break a model that we could think of, by name. */
export const FAULTS: readonly Named[] = [
  ['an entry is NaN', withEntry(() => Number.NaN)],
  ['an entry is infinite', withEntry(() => Number.POSITIVE_INFINITY)],
  ['an entry is negative', withEntry((entry) => -entry - 1e-300)],
  ['a column is too large', withEntry((entry) => entry + 1e-5)],
  ['an entry is huge', withEntry(() => 1e308)],
  [
    'a column is all 0',
    inTensor(({ shape, data, background, starts, values }, random) => {
      const column = pick(
        shape.slice(1).reduce((n, length) => n * length, 1),
        random,
      );
      if (data === undefined) {
        if (background?.some((p) => p > 0)) return false;
        values!.fill(0, starts![column], starts![column + 1]);
      } else {
        const columnCount = data.length / shape[0]!;
        for (let row = 0; row < shape[0]!; row++) data[row * columnCount + column] = 0;
      }
      return true;
    }),
  ],
  [
    'a negative entry is made good by another',
    inTensor((tensor, random) => {
      const { shape, data, starts, values } = tensor;
      if (data === undefined) {
        const column = starts!.findIndex((start, j) => starts![j + 1]! - start >= 2);
        if (column < 0) return false;
        const first = starts![column]!;
        values![first + 1]! += values![first]! + 0.5;
        values![first] = -0.5;
        return true;
      }
      if (shape[0]! < 2) return false;
      const columnCount = data.length / shape[0]!;
      const column = pick(columnCount, random);
      data[columnCount + column]! += data[column]! + 0.5;
      data[column] = -0.5;
      return true;
    }),
  ],
  ['a tensor has an axis more', inTensor(({ shape }) => shape.push(1) > 0)],
  [
    'an axis is longer',
    inTensor(({ shape }, random) => {
      shape[pick(shape.length, random)]! += 1;
      return true;
    }),
  ],
  ['an axis is a hole', inTensor(({ shape }, random) => delete shape[pick(shape.length, random)])],
  [
    'an axis is 0',
    inTensor(({ shape }, random) => {
      shape[pick(shape.length, random)] = 0;
      return true;
    }),
  ],
  [
    'the shape overflows',
    inTensor((tensor) => {
      tensor.shape = tensor.shape.map(() => 2 ** 600);
      return true;
    }),
  ],
  [
    'two axes are swapped',
    inTensor(({ shape }, random) => {
      const axis = pick(shape.length - 1, random);
      if (shape.length < 2 || shape[axis] === shape[axis + 1]) return false;
      [shape[axis], shape[axis + 1]] = [shape[axis + 1]!, shape[axis]!];
      return true;
    }),
  ],
  [
    'the numbers are float32',
    inTensor((tensor) => {
      if (tensor.data === undefined)
        tensor.values = Float32Array.from(tensor.values!) as unknown as Float64Array;
      else tensor.data = Float32Array.from(tensor.data) as unknown as Float64Array;
      return true;
    }),
  ],
  [
    'a number is missing',
    inTensor((tensor) => {
      if (tensor.data !== undefined) tensor.data = tensor.data.slice(1);
      else if (tensor.values!.length > 0) tensor.values = tensor.values!.slice(1);
      else return false;
      return true;
    }),
  ],
  ['starts begins above 0', inSparse(({ starts }) => ++starts[0]! > 0)],
  ['starts ends elsewhere', inSparse(({ starts }) => ++starts[starts.length - 1]! > 0)],
  [
    'starts falls',
    inSparse(({ starts }, random) => {
      const column = 1 + pick(starts.length - 1, random);
      if (column === starts.length - 1 || starts[column] === starts.at(-1)) return false;
      starts[column] = starts.at(-1)! + 1;
      return true;
    }),
  ],
  [
    'starts is negative',
    inSparse(({ starts }, random) => {
      starts[1 + pick(starts.length - 1, random)] = -1;
      return true;
    }),
  ],
  [
    'starts has one too few',
    inSparse((tensor) => {
      tensor.starts = tensor.starts.slice(0, -1);
      return true;
    }),
  ],
  [
    'starts is a list of numbers',
    inSparse((tensor) => {
      tensor.starts = Array.from(tensor.starts) as unknown as Int32Array;
      return true;
    }),
  ],
  [
    'a row is out of range',
    inSparse(({ shape, rows }, random) => {
      if (rows.length === 0) return false;
      rows[pick(rows.length, random)] = random() < 0.5 ? shape[0]! : -1;
      return true;
    }),
  ],
  [
    'a row is listed twice',
    inSparse(({ starts, rows }) => {
      const column = starts.findIndex((start, j) => starts[j + 1]! - start >= 2);
      if (column < 0) return false;
      rows[starts[column]! + 1] = rows[starts[column]!]!;
      return true;
    }),
  ],
  [
    'rows descend',
    inSparse(({ starts, rows }) => {
      const column = starts.findIndex((start, j) => starts[j + 1]! - start >= 2);
      if (column < 0) return false;
      rows.subarray(starts[column], starts[column + 1]).reverse();
      return true;
    }),
  ],
  [
    'the background is too short',
    inSparse((tensor) => {
      if (tensor.background === null) return false;
      tensor.background = tensor.background.slice(1);
      return true;
    }),
  ],
  [
    'the background is absent rather than null',
    inSparse((tensor) => {
      (tensor as Partial<MutableTensor>).background = undefined as unknown as null;
      return true;
    }),
  ],
  ...([Number.NaN, -0.1, 2, 1e300, Number.POSITIVE_INFINITY] as const).map(
    (value) =>
      [
        `the background holds ${value}`,
        inSparse(({ background }, random) => {
          if (background === null) return false;
          background[pick(background.length, random)] = value;
          return true;
        }),
      ] as const,
  ),
  [
    'the background changes where a column shows it',
    inSparse(({ shape, background, starts, rows }) => {
      if (background === null) return false;
      const hidden = new Set(rows.subarray(starts[0], starts[1]));
      const row = Array.from({ length: shape[0]! }, (_, r) => r).find((r) => !hidden.has(r));
      if (row === undefined) return false;
      background[row] = background[row]! < 0.5 ? background[row]! + 1e-5 : background[row]! - 1e-5;
      return true;
    }),
  ],
  ['a factor is listed twice', inFactors((list, _, random) => [...list, list[pick(list.length, random)]])],
  ['a factor does not exist', inFactors((list, count) => [...list.slice(1), count])],
  ['a factor is negative', inFactors((list) => [...list.slice(1), -1])],
  ['a factor is not whole', inFactors((list) => [...list.slice(1), 0.5])],
  ['a factor is a word', inFactors((list) => [...list.slice(1), '0'])],
  ['a factor is a bigint', inFactors((list) => [...list.slice(1), 0n])],
  ['a factor is a hole', inFactors((list) => Object.assign(new Array(list.length), list.slice(1)))],
  ['the factors are a typed array', inFactors((list) => Int32Array.from(list))],
  ['the factors are no list', inFactors(() => 0)],
  [
    'the factors of one are left out',
    ({ shape }, random) => {
      const name = random() < 0.5 ? 'likelihoodFactors' : 'transitionFactors';
      if (random() < 0.5) shape[name].pop();
      else delete shape[name][0];
      return name;
    },
  ],
  ...(['outcomeCounts', 'stateCounts', 'actionCounts'] as const).flatMap((name) =>
    ([0, -1, 0.5, Number.NaN, '2', 2n, undefined] as const).map(
      (count) =>
        [
          `${name} holds ${typeof count} ${String(count)}`,
          ({ shape }: Mutable, random: () => number) => {
            shape[name][pick(shape[name].length, random)] = count;
            return name;
          },
        ] as const,
    ),
  ),
  ...(['outcomeCounts', 'stateCounts', 'actionCounts'] as const).map(
    (name) =>
      [
        `${name} has a hole`,
        ({ shape }: Mutable) => {
          delete shape[name][0];
          return name;
        },
      ] as const,
  ),
  [
    'a state more is counted',
    ({ shape }) => {
      (shape.stateCounts[0] as number)++;
      return '';
    },
  ],
  ...(['A', 'B', 'C', 'D'] as const).flatMap((name): Named[] => [
    [`${name} has one too few`, at(name, (model) => model[name].pop())],
    [`${name} has one too many`, at(name, (model) => model[name].push(model[name][0] as never))],
    [`${name} has a hole`, at(name, (model) => delete model[name][0])],
    [
      `${name} is no list`,
      at(name, (model) => Object.assign(model, { [name]: { length: model[name].length } })),
    ],
  ]),
  [
    'C has another length',
    at('C[0]', ({ C }) => {
      const outcomeCount = C[0]!.shape[0]!;
      C[0] = { shape: [outcomeCount + 1], data: new Float64Array(outcomeCount + 1) };
    }),
  ],
  [
    'C is not finite',
    at('C[0]', ({ C }, random) => {
      C[0]!.data![pick(C[0]!.data!.length, random)] = random() < 0.5 ? Number.NaN : Number.NEGATIVE_INFINITY;
    }),
  ],
  ['C has three axes', at('C[0]', ({ C }) => C[0]!.shape.push(...new Array(3 - C[0]!.shape.length).fill(1)))],
  [
    'C has a hole for its steps',
    at('C[0]', ({ C }) => {
      const outcomeCount = C[0]!.shape[0]!;
      C[0] = {
        shape: Object.assign(new Array(2), { 0: outcomeCount }),
        data: new Float64Array(outcomeCount),
      };
    }),
  ],
  [
    'C is sparse',
    at('C[0]', ({ C }) => {
      C[0] = { ...sparseOf([C[0]!.shape[0]!], null, [0, 0], [], []), shape: [...C[0]!.shape] };
    }),
  ],
  ['D has one too many', at('D[0]', ({ D }) => D.splice(0, 1, Float64Array.of(...D[0]!, 0)))],
  [
    'D is float32',
    at('D[0]', ({ D }) => D.splice(0, 1, Float32Array.from(D[0]!) as unknown as Float64Array)),
  ],
  ['D is a list', at('D[0]', ({ D }) => D.splice(0, 1, Array.from(D[0]!) as unknown as Float64Array))],
  ['D is off', at('D[0]', ({ D }) => D[0]!.set([D[0]![0]! + 1e-5]))],
  ['D is negative', at('D[0]', ({ D }) => D[0]!.set([-D[0]![0]! - 1e-300]))],
  ['E is off', at('E', (model) => Object.assign(model, { E: Float64Array.of(0.5, 0.4) }))],
  ['E is empty', at('E', (model) => Object.assign(model, { E: new Float64Array(0) }))],
  ['E is undefined', at('E', (model) => Object.assign(model, { E: undefined }))],
  ['E is a list', at('E', (model) => Object.assign(model, { E: [1] }))],
  ...(['factorNames', 'modalityNames'] as const).flatMap((name): Named[] => [
    [`${name} has one too many`, at(name, (model) => model[name].push('x'))],
    [`${name} has a hole`, at(name, (model) => delete model[name][0])],
    [`${name} holds a number`, at(name, (model) => model[name].splice(0, 1, 1))],
    [
      `${name} is a word`,
      at(name, (model) => Object.assign(model, { [name]: 'x'.repeat(model[name].length) })),
    ],
  ]),
  ...(['actionNames', 'outcomeNames'] as const).flatMap((name): Named[] => [
    [`${name} is undefined`, at(name, (model) => Object.assign(model, { [name]: undefined }))],
    [`${name} has a hole`, inNames(name, (lists) => delete lists[0])],
    [`${name} has one too few in it`, inNames(name, (lists) => lists[0]!.pop())],
    [`${name} has a hole in it`, inNames(name, (lists) => delete lists[0]![0])],
  ]),
];
