/** The mean of differences, and where it lies with 95 % confidence. */
export interface PairedInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964;

/**
 * Student's 95 % interval of the mean of paired differences: mean ± t · s / √n with n - 1 degrees of freedom.
 *
 * @param differences one a pair, at least 6: the quantile is a series in 1 / (n - 1), good to 1 % from there on
 * @see Abramowitz and Stegun (1964), Handbook of mathematical functions, 26.7.5
 */
export function pairedInterval(differences: readonly number[]): PairedInterval {
  const count = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / count;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (count - 1);
  const half = studentQuantile(count - 1) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half };
}

function studentQuantile(degrees: number): number {
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  return Z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
