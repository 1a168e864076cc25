/**
 * The sizes and dependencies of a generative model, without its numbers.
 *
 * `A[m]` has the shape `[outcomeCounts[m], ...states of likelihoodFactors[m]]`; `B[f]` has the shape
 * `[stateCounts[f], ...states of transitionFactors[f], actionCounts[f]]`.
 */
export interface ModelShape {
  /** Outcomes of each modality, count, at least 1. */
  readonly outcomeCounts: readonly number[];
  /** States of each hidden factor, count, at least 1. */
  readonly stateCounts: readonly number[];
  /** Actions of each factor's control variable, count; 1 means "not controlled". */
  readonly actionCounts: readonly number[];
  /** Factors that each modality depends on, in the order of the axes of `A[m]`; may be empty. */
  readonly likelihoodFactors: readonly (readonly number[])[];
  /** Factors that each factor's transition depends on, in the order of the axes of `B[f]`; may be empty. */
  readonly transitionFactors: readonly (readonly number[])[];
}

/** The shape `A[m]` must have. */
export function likelihoodShape(shape: ModelShape, modality: number): number[] {
  const states = shape.likelihoodFactors[modality]!.map((factor) => shape.stateCounts[factor]!);
  return [shape.outcomeCounts[modality]!, ...states];
}

/** The shape `B[f]` must have. */
export function transitionShape(shape: ModelShape, factor: number): number[] {
  const states = shape.transitionFactors[factor]!.map((parent) => shape.stateCounts[parent]!);
  return [shape.stateCounts[factor]!, ...states, shape.actionCounts[factor]!];
}
