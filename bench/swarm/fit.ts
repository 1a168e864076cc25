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

/** `value = slope * x + constant`. */
export interface LineFit {
  readonly slope: number;
  readonly constant: number;
  /** By how much the line is off where it is off most: a share of the value. */
  readonly worst: number;
}

/** The line nearest to some points, by least squares of shares. @param points at least two, of different x; all values positive */
export function fitLine(points: readonly { readonly x: number; readonly value: number }[]): LineFit {
  const weights = points.map(({ value }) => 1 / value ** 2);
  const weighted = (of: (point: { readonly x: number; readonly value: number }) => number): number =>
    points.reduce((sum, point, i) => sum + weights[i]! * of(point), 0) /
    weights.reduce((sum, weight) => sum + weight, 0);
  const [meanX, meanY] = [weighted(({ x }) => x), weighted(({ value }) => value)];
  const slope =
    weighted(({ x, value }) => (x - meanX) * (value - meanY)) / weighted(({ x }) => (x - meanX) ** 2);
  const constant = meanY - slope * meanX;
  const worst = Math.max(...points.map(({ x, value }) => Math.abs((slope * x + constant) / value - 1)));
  return { slope, constant, worst };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
