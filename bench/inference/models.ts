import { defineModel, entryAt, type GenerativeModel, gridWorld, tMaze } from '@skein/inference';

/** A model that is measured, and the world its agents live in. */
export interface BenchModel {
  /** How tables call it, e.g. `ii`. */
  readonly name: string;
  readonly model: GenerativeModel;
  /** Steps of the policies, count. */
  readonly horizon: number;
  /** Agents in a batch, count. */
  readonly batch: number;
  /** Where each true state goes, `[factor][state][action]`. */
  readonly nextState: readonly (readonly (readonly number[])[])[];
  /** The true state, for each factor, that an agent begins in. */
  start(agent: number): number[];
}

const BATCH = 1024;

/**
 * The models of the reference timings, i to vi, and the two of a published multi-agent workload at three horizons.
 *
 * Agents that do not know where they are begin all over the grid, so that neighbours in a batch act differently.
 */
export function benchModels(): BenchModel[] {
  return MAKERS.map(([, make]) => make());
}

/** One of them; the others, of which some take long to make, are left alone. */
export function benchModel(name: string): BenchModel {
  const found = MAKERS.find(([candidate]) => candidate === name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found[1]();
}

function tMazeModel(): BenchModel {
  const { environment, ...model } = tMaze();
  return {
    name: 'i',
    model,
    horizon: 1,
    batch: BATCH,
    nextState: environment.nextState,
    start: (agent) => [0, agent % 2],
  };
}

function gridModel(name: string, size: number, horizon: number): BenchModel {
  const { environment, ...model } = gridWorld({ width: size, height: size });
  return {
    name,
    model,
    horizon,
    batch: BATCH,
    nextState: environment.nextState,
    start: (agent) => [(7 * agent) % (size * size)],
  };
}

/** Two factors of 8 and 4 states, each moved by its own noisy actions; outcomes of the second depend on both. */
function twoFactorModel(): BenchModel {
  const steps = [
    [1, -1, 0, 4],
    [0, 1],
  ] as const;
  const counts = [8, 4] as const;
  const nextState = counts.map((count, f) =>
    indices(count).map((s) => steps[f]!.map((step) => (s + step + count) % count)),
  );
  const model = defineModel({
    A: [
      indices(8).map((o) => indices(8).map((s) => indices(4).map(() => (o === s ? 0.9 : 0.1 / 7)))),
      indices(4).map((o) =>
        indices(8).map((s) => indices(4).map((t) => (o === (t + Math.floor(s / 4)) % 4 ? 0.8 : 0.2 / 3))),
      ),
    ],
    B: counts.map((count, f) =>
      indices(count).map((next) =>
        indices(count).map((s) =>
          nextState[f]![s]!.map((target) => 0.1 / count + (next === target ? 0.9 : 0)),
        ),
      ),
    ),
    C: [indices(8).map((o) => -0.3 * Math.abs(o - 6)), [0, 0.5, 1, -0.5]],
  });
  const start = (agent: number): number[] => [agent % 8, Math.floor(agent / 8) % 4];
  return { name: 'v', model, horizon: 2, batch: BATCH, nextState, start };
}

/**
 * Explorers of a published multi-agent workload: cells numbered x N + y, five outcomes, moves that succeed with 0.9.
 *
 * `exp` as it was run there: what is seen says nothing, so all policies tie; it measures cost only. `inf` sees the
 * goal the likelier, the nearer it is, and knows where it starts.
 */
function explorerModel(kind: 'exp' | 'inf', size: number, horizon: number): BenchModel {
  const stateCount = size * size;
  const moves = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
    [0, 0],
  ] as const;
  const nextState = indices(stateCount).map((s) =>
    moves.map(([dx, dy]) => {
      const x = Math.floor(s / size) + dx;
      const y = (s % size) + dy;
      return x >= 0 && x < size && y >= 0 && y < size ? x * size + y : s;
    }),
  );
  const last = size - 1;
  const closeness = (s: number): number =>
    1 - (last - Math.floor(s / size) + 1.1 * (last - (s % size))) / (2.1 * last);
  const seen = (o: number, s: number): number => {
    if (kind === 'exp') return (o === 0 ? 0.81 : 0.06) / 1.05;
    if (o === 0) return 0.8 - 0.7 * closeness(s);
    return o === 2 ? 0.05 + 0.7 * closeness(s) : 0.05;
  };
  const moved = (next: number, s: number, target: number): number => {
    if (target === s) return Number(next === s);
    if (next === target) return 0.9;
    return next === s ? 1 - 0.9 : 0;
  };
  const centre = Math.floor(size / 2) * (size + 1);
  const model = defineModel({
    A: [indices(5).map((o) => indices(stateCount).map((s) => seen(o, s)))],
    B: [
      indices(stateCount).map((next) => nextState.map((targets, s) => targets.map((t) => moved(next, s, t)))),
    ],
    C: [[2, -4, 8, 0, -4]],
    D: [
      indices(stateCount).map((s) =>
        kind === 'exp' ? (s === centre ? 2 : 1) / (stateCount + 1) : Number(s === 0),
      ),
    ],
  });
  return {
    name: explorerName(kind, size, horizon),
    model,
    horizon,
    batch: BATCH,
    nextState: [nextState],
    start: (agent) => [kind === 'exp' ? (7 * agent) % stateCount : 0],
  };
}

function explorerName(kind: 'exp' | 'inf', size: number, horizon: number): string {
  return `fa-${kind} ${size}x${size} len ${horizon}`;
}

/** The likeliest outcome of each modality in a true state; of equals the first. */
export function emit({ A }: GenerativeModel, states: readonly number[]): number[] {
  return A.map((likelihood) => {
    let best = 0;
    let most = 0;
    for (let o = 0; o < likelihood.shape[0]!; o++) {
      const p = entryAt(likelihood, [o, ...states]);
      if (p > most) [best, most] = [o, p];
    }
    return best;
  });
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const MAKERS: readonly (readonly [name: string, make: () => BenchModel])[] = [
  ['i', tMazeModel],
  ['ii', () => gridModel('ii', 5, 1)],
  ['iii len 2', () => gridModel('iii len 2', 5, 2)],
  ['iii len 3', () => gridModel('iii len 3', 5, 3)],
  ['iv', () => gridModel('iv', 10, 1)],
  ['v', twoFactorModel],
  ['vi', () => ({ ...gridModel('vi', 30, 1), batch: 256 })],
  ...(['exp', 'inf'] as const).flatMap((kind) =>
    [5, 10].flatMap((size) =>
      [1, 2, 3].map(
        (horizon) => [explorerName(kind, size, horizon), () => explorerModel(kind, size, horizon)] as const,
      ),
    ),
  ),
];
