import { InputError } from '../errors.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import type { CompileSettings, LearningSettings } from './compile-options.js';

/** A node of the policy tree marks factors and modalities with the bits of a word. */
const MARKS_MAX = 31;
/**
 * In single precision a policy less probable than e^-87 has probability 0. A small alpha would make it worth choosing
 * all the same; from this one on it is chosen once in 10^9 times at most.
 */
const ALPHA_MIN = 0.25;

/** Counts that are not 0 and stay within this keep their sums and quotients in single precision. */
const COUNT_MIN = 1e-15;
const COUNT_MAX = 1e15;

/**
 * What of a compilation the SIMD kernels do not cover, a sentence each; none when they cover it all.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` when `simd` was asked for and they do not
 */
export function whyReference(model: GenerativeModel, settings: CompileSettings): string[] {
  if (settings.backend === 'reference') return ['asked for'];
  const { stateCounts, outcomeCounts } = model.shape;
  const reasons: string[] = [];
  if (stateCounts.length > MARKS_MAX) reasons.push(`more than ${MARKS_MAX} factors: ${stateCounts.length}`);
  if (outcomeCounts.length > MARKS_MAX)
    reasons.push(`more than ${MARKS_MAX} modalities: ${outcomeCounts.length}`);
  if (settings.selection === 'stochastic' && settings.alpha < ALPHA_MIN) {
    reasons.push(`stochastic choice with an alpha below ${ALPHA_MIN}: ${settings.alpha}`);
  }
  if (settings.search !== null) reasons.push('a search ahead by outcomes');
  if (settings.useParameterInformationGain && settings.noveltyForm === 'exact') {
    reasons.push('the exact form of parameter information gain');
  }
  if (settings.learning !== null && !fitsSinglePrecision(settings.learning)) {
    reasons.push(`counts or rates outside [${COUNT_MIN}, ${COUNT_MAX}]`);
  }
  if (settings.learning !== null && settings.learning.pE !== null) reasons.push('habits are learned');
  if (settings.backend === 'simd' && reasons.length > 0) {
    throw new InputError(
      'INFERENCE_OPTION_INVALID',
      'backend',
      'what the SIMD kernels cover',
      reasons.join('; '),
    );
  }
  return reasons;
}

function fitsSinglePrecision({ pA, pB, rates }: LearningSettings): boolean {
  const fits = (count: number): boolean => count === 0 || (count >= COUNT_MIN && count <= COUNT_MAX);
  const entries = (tensor: ModelTensor): Float64Array => (isSparse(tensor) ? tensor.values : tensor.data);
  return (
    [rates.A, rates.B].every(fits) &&
    [...pA, ...pB].every((counts) => counts === null || entries(counts).every(fits))
  );
}
