/** One measured point of a curve. */
export interface Point {
  readonly n: number;
  readonly value: number;
}

/** `value = factor * n ** exponent`. */
export interface PowerFit {
  readonly factor: number;
  readonly exponent: number;
}

/**
 * The power law nearest to some points, by least squares of logarithms: an exponent of 1 is linear, one near 0 constant.
 *
 * @param points at least two, of different n; all numbers positive
 */
export function fitPower(points: readonly Point[]): PowerFit {
  const x = points.map(({ n }) => Math.log(n));
  const y = points.map(({ value }) => Math.log(value));
  const [meanX, meanY] = [mean(x), mean(y)];
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i]! - meanX) * (y[i]! - meanY);
    variance += (x[i]! - meanX) ** 2;
  }
  const exponent = covariance / variance;
  return { exponent, factor: Math.exp(meanY - exponent * meanX) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
