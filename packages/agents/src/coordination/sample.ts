import { keyedUniform, streamOf } from '@skein/runtime';
import { type Combiner, type Numbers, numberAt } from './combiner.js';

const SAMPLE = streamOf('agents: sample');

/** Which sample it is. */
export interface SampleOptions {
  /** Numbers a report has, count. */
  readonly width: number;
  /** Agents in the sample at most, count. */
  readonly count: number;
  readonly seed: number;
  /** The how-manieth sample. */
  readonly draw: number;
}

/** Some agents and what they reported, in the order of their lots while it travels. Plain data. */
export interface Sample {
  readonly indices: Int32Array;
  /** f64[indices.length, width], row-major. */
  readonly values: Float64Array;
}

/**
 * A sample without replacement: those with the least lots, a lot being decided by (seed, draw, index) alone. So each set of
 * agents is as likely as any other, and neither tree nor threads nor who is missing change anybody's lot. Read in index order.
 */
export function sampleCombiner({
  width,
  count,
  seed,
  draw,
}: SampleOptions): Combiner<Numbers, Sample, Sample> {
  const lotOf = (index: number): number => keyedUniform(seed, SAMPLE, index, draw);
  return {
    empty: () => ({ indices: new Int32Array(0), values: new Float64Array(0) }),
    of: (numbers, index) => ({
      indices: Int32Array.of(index),
      values: Float64Array.from({ length: width }, (_, c) => numberAt(numbers, c)),
    }),
    join: (left, right) => pick(left, right, count, lotOf),
    read: (sample) =>
      pick(sample, { indices: new Int32Array(0), values: new Float64Array(0) }, count, (i) => i),
  };

  /** The first `most` of both, by ascending key, of equals the least index. */
  function pick(left: Sample, right: Sample, most: number, keyOf: (index: number) => number): Sample {
    const both = [...rowsOf(left), ...rowsOf(right)]
      .map((row) => ({ ...row, key: keyOf(row.index) }))
      .sort((a, b) => a.key - b.key || a.index - b.index)
      .slice(0, most);
    const values = new Float64Array(both.length * width);
    for (const [at, row] of both.entries()) values.set(row.values, at * width);
    return { indices: Int32Array.from(both, ({ index }) => index), values };
  }

  function rowsOf({ indices, values }: Sample): { readonly index: number; readonly values: Float64Array }[] {
    return Array.from(indices, (index, at) => ({
      index,
      values: values.subarray(at * width, (at + 1) * width),
    }));
  }
}
