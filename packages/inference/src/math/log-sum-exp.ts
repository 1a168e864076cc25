/**
 * `ln sum exp(x)`: the logarithm of a sum of which only the logarithms are at hand.
 *
 * The maximum is subtracted first, so nothing overflows and the largest terms do not underflow; the empty sum and
 * the sum of zeros are -Infinity.
 *
 * @param logs [n], nats; -Infinity stands for a term of 0
 */
export function logSumExp(logs: Float64Array): number {
  const largest = logs.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  return largest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
