import type { SparseTensor } from '@skein/inference';

/** What stands where in a matrix. */
export type Pattern = 'random' | 'background' | 'certain' | 'permutation' | 'noisy permutation' | 'identity';

/** A matrix `[rows, columns]` whose columns are distributions. */
export interface PatternSpec {
  readonly pattern: Pattern;
  readonly rows: number;
  readonly columns: number;
  /** Entries of each column that stand out, count in [1, rows]; 1 for all but the first two patterns. */
  readonly listed: number;
}

/** What a background adds up to over a column without entries, probability. */
const BACKGROUND_MASS = 0.5;

/** Builds such a matrix; the same numbers each time. */
export function patternTensor({ pattern, rows, columns, listed }: PatternSpec): SparseTensor {
  const random = uniformSource();
  const hasBackground = pattern === 'background' || pattern === 'noisy permutation';
  const base = hasBackground ? BACKGROUND_MASS / rows : 0;
  const starts = Int32Array.from({ length: columns + 1 }, (_, column) => column * listed);
  const chosen = new Int32Array(columns * listed);
  const values = new Float64Array(columns * listed);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (pattern !== 'identity') shuffle(order, rows, random);
  const isFixed = pattern === 'identity' || pattern.endsWith('permutation');
  for (let column = 0; column < columns; column++) {
    const at = column * listed;
    if (isFixed) chosen[at] = order[column % rows]!;
    else {
      shuffle(order, listed, random);
      chosen.set(order.subarray(0, listed).sort(), at);
    }
    let sum = 0;
    for (let k = at; k < at + listed; k++) {
      values[k] = pattern === 'random' || pattern === 'background' ? 0.5 + random() : 1;
      sum += values[k]!;
    }
    const scale = (1 - base * (rows - listed)) / sum;
    for (let k = at; k < at + listed; k++) values[k]! *= scale;
  }
  const background = hasBackground ? new Float64Array(rows).fill(base) : null;
  return { shape: [rows, columns], starts, rows: chosen, values, background };
}

/** Brings a random choice of `count` entries to the front. */
function shuffle(order: Int32Array, count: number, random: () => number): void {
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (order.length - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}

/** Uniform in [0, 1); xorshift. */
function uniformSource(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
