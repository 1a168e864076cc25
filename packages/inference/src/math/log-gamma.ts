/** Below this Stirling's series is not yet exact to float64; the recurrence lifts the argument above it. */
const ASYMPTOTIC_MIN = 10;

/** `ln sqrt(2 pi)`. */
const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * The logarithm of the gamma function, `ln Gamma(x)`, for x > 0.
 *
 * The recurrence `Gamma(x) = Gamma(x + 1) / x` raises the argument to at least 10; there Stirling's series
 * `(x - 1/2) ln x - x + ln sqrt(2 pi) + sum B_2n / (2n (2n - 1) x^(2n - 1))` is cut after the sixth Bernoulli term.
 *
 * The error is at most `1e-14 * max(1, |ln Gamma(x)|)`, from the smallest positive number to 2.5e305, beyond which
 * the result is infinite. Near x = 1 and x = 2, where ln Gamma is 0, that is a bound on the absolute error only.
 *
 * @see Abramowitz and Stegun (1964), 6.1.15 and 6.1.40
 */
export function logGamma(x: number): number {
  let product = 1;
  let argument = x;
  while (argument < ASYMPTOTIC_MIN) {
    product *= argument;
    argument += 1;
  }
  const stirling = (argument - 0.5) * Math.log(argument) - argument + HALF_LOG_TWO_PI;
  return stirling + stirlingCorrection(argument) - Math.log(product);
}

/**
 * The logarithm of the multivariate beta function: `lnBeta(z) = sum ln Gamma(z_i) - ln Gamma(sum z)`.
 *
 * It is what normalises a Dirichlet of the counts z. With counts of a million the two sides of the difference are
 * large and almost equal, so it is not formed: the counts are joined one by one,
 * `Beta(a, b, c) = Beta(a, b) Beta(a + b, c)`, and of each pair the large terms are cancelled by hand.
 *
 * The error is at most `2e-14 * (1 + sum of the sizes |ln Beta| of the pairs)`, for counts from 1e-300 to 1e300.
 *
 * @param counts z, `[n]`, each above 0; one count gives 0
 */
export function logBeta(counts: ArrayLike<number>): number {
  let sum = counts[0] ?? 0;
  let result = 0;
  for (let i = 1; i < counts.length; i++) {
    result += logBetaOfTwo(Math.min(sum, counts[i]!), Math.max(sum, counts[i]!));
    sum += counts[i]!;
  }
  return result;
}

/** `ln Gamma(a) + ln Gamma(b) - ln Gamma(a + b)` for a <= b; Stirling's formula is put in for what is large. */
function logBetaOfTwo(a: number, b: number): number {
  const sum = a + b;
  if (b < ASYMPTOTIC_MIN) return logGamma(a) + logGamma(b) - logGamma(sum);
  const corrections = stirlingCorrection(b) - stirlingCorrection(sum);
  const rest = (b - 0.5) * Math.log1p(a / b);
  if (a < ASYMPTOTIC_MIN) return logGamma(a) - a * Math.log(sum) + (a - rest) + corrections;
  const own = a * Math.log(a / sum) - 0.5 * Math.log(a) + HALF_LOG_TWO_PI + stirlingCorrection(a);
  return own - rest + corrections;
}

/** What Stirling's formula lacks: `1/(12x) - 1/(360x^3) + ...`, for x of at least 10. */
function stirlingCorrection(x: number): number {
  const r = 1 / (x * x);
  const series =
    1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360)))));
  return series / x;
}
