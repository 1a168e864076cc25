/** What is added to a probability before its logarithm, so that an impossible event costs 36.84 nats, not infinity. */
export const LOG_EPSILON = 1e-16;

/**
 * Natural logarithm of a probability that may be 0: `ln(x + 1e-16)`, nats.
 *
 * The epsilon is that of SPM and pymdp. It is added rather than used as a floor, so 1e-16 itself gives
 * -36.15, not -36.84.
 */
export function safeLog(probability: number): number {
  return Math.log(probability + LOG_EPSILON);
}

/** `safeLog` of every element, in a new array. */
export function safeLogs(probabilities: Float64Array): Float64Array {
  return probabilities.map(safeLog);
}
