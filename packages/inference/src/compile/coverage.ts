import { InputError } from '../errors.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { CompileSettings } from './compile-options.js';

/** A node of the policy tree marks factors and modalities with the bits of a word. */
const MARKS_MAX = 31;

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
