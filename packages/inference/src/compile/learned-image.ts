import { learnedWords } from '../kernels/structs.js';
import type { Image, Part } from '../memory/image.js';
import type { Matrix } from './matrix.js';

const LANES = 4;

/** How the block of a learned tensor is laid out. */
export interface LearnedLayout {
  /** Bytes of a block. */
  readonly bytes: number;
  /** One matrix for a likelihood, one an action for a transition; their values are the prior counts. */
  readonly matrices: readonly Matrix[];
  /** Where the entries of each matrix begin, `[matrices + 1]`. */
  readonly starts: readonly number[];
}

/** A learned tensor in an image. */
export interface LearnedPart {
  /** The `Learned` structure. */
  readonly part: Part;
  /** The block that agents share until they learn. */
  readonly shared: Part;
  readonly layout: LearnedLayout;
}

/** How a tensor is learned. */
export interface LearnedUse {
  readonly rate: number;
  readonly forgetting: number;
  /** Whether what one more count would teach is worked out. */
  readonly useNovelty: boolean;
}

/**
 * Adds the shared block of a learned tensor.
 *
 * ```
 *   | counts | values | novelty | logs | gains |   f32 each; novelty if asked for, logs and gains of likelihoods
 *     prior    what follows from the counts, filled in by `deriveLikelihood` and `deriveTransition`
 * ```
 *
 * Agents get a copy of it when they first learn, and only then.
 *
 * @param gainCount gains of a likelihood, count; 0 for a transition
 */
export function addLearned(
  image: Image,
  matrices: readonly Matrix[],
  gainCount: number,
  { rate, forgetting, useNovelty }: LearnedUse,
): LearnedPart {
  const starts = [0];
  for (const { values } of matrices) starts.push(starts.at(-1)! + values.length);
  const entryCount = Math.ceil(starts.at(-1)! / LANES) * LANES;
  const isLikelihood = gainCount > 0;
  const novelty = 2 * entryCount;
  const logs = novelty + (useNovelty ? entryCount : 0);
  const gains = logs + (isLikelihood ? entryCount : 0);
  const block = new Float32Array(gains + gainCount);
  matrices.forEach(({ values }, i) => {
    block.set(values, starts[i]);
  });
  const shared = image.add(block);
  const words = learnedWords({
    entryCount,
    counts: 0,
    values: 4 * entryCount,
    novelty: useNovelty ? 4 * novelty : 0,
    logs: isLikelihood ? 4 * logs : 0,
    gains: isLikelihood ? 4 * gains : 0,
    shared,
    rate,
    kept: 1 - forgetting,
  });
  return { part: image.add(words), shared, layout: { bytes: block.byteLength, matrices, starts } };
}
