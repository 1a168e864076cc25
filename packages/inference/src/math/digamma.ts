/** Below this the asymptotic series is not yet exact to float64; the recurrence lifts the argument above it. */
const ASYMPTOTIC_MIN = 10;

/**
 * The digamma function, `d/dx ln Gamma(x)`, for x > 0.
 *
 * The recurrence `psi(x) = psi(x + 1) - 1/x` raises the argument to at least 10; there the asymptotic series
 * `ln x - 1/(2x) - sum B_2n / (2n x^2n)`, cut after the sixth Bernoulli term, is exact to about 1e-15.
 *
 * @see Abramowitz and Stegun (1964), 6.3.5 and 6.3.18
 */
export function digamma(x: number): number {
  let shift = 0;
  let argument = x;
  while (argument < ASYMPTOTIC_MIN) {
    shift -= 1 / argument;
    argument += 1;
  }
  const r = 1 / (argument * argument);
  const series =
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - r * (691 / 32760))))));
  return shift + Math.log(argument) - 0.5 / argument - series;
}
