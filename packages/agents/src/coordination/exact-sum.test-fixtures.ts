/** The sum of finite numbers, rounded once to the nearest float64, ties to even: the ruler, in whole numbers without bound. */
export function exactly(values: readonly number[]): number {
  // All as multiples of 2^-1074.
  const unit = (x: number): bigint => {
    let shift = 0;
    for (let scaled = x; !Number.isInteger(scaled); scaled *= 2) shift++;
    return BigInt(x * 2 ** Math.min(shift, 1000) * 2 ** Math.max(shift - 1000, 0)) << BigInt(1074 - shift);
  };
  const sum = values.map(unit).reduce((a, b) => a + b, 0n);
  const magnitude = sum < 0n ? -sum : sum;
  const bits = magnitude.toString(2).length;
  const drop = BigInt(Math.max(0, bits - 53));
  let kept = magnitude >> drop;
  const rest = magnitude - (kept << drop);
  const half = drop === 0n ? 0n : 1n << (drop - 1n);
  if (drop > 0n && (rest > half || (rest === half && kept % 2n === 1n))) kept += 1n;
  const scale = Number(drop) - 1074;
  const value = Number(kept) * 2 ** Math.ceil(scale / 2) * 2 ** Math.floor(scale / 2);
  return sum < 0n ? -value : value;
}
