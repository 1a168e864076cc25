/** Where numbers stand on an axis, and which of them are written. */
export interface Axis {
  /** Round numbers, ascending, the first and last of them at the ends. */
  readonly ticks: readonly number[];
  /** How far along the axis, from 0 to 1. */
  at(value: number): number;
}

/** From a power of ten to one. @param values positive */
export function logAxis(values: readonly number[]): Axis {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)),
    at: (value) => (Math.log10(value) - from) / (to - from),
  };
}

/** From 0 on; what is less stands at 0. */
export function linearAxis(values: readonly number[]): Axis {
  const most = Math.max(...values, 0);
  const step = roundStep(most / 4);
  const count = Math.max(1, Math.ceil(most / step));
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => i * step),
    at: (value) => Math.max(0, value) / (count * step),
  };
}

/** The least of 1, 2, 5, 10, 20 … that is not less. */
export function roundStep(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9))!;
}

/** `0.5`, `200`, `10k`, `2M`. */
export function shortNumber(value: number): string {
  const short = (scaled: number): string => String(Number(scaled.toPrecision(3)));
  if (Math.abs(value) >= 1e6) return `${short(value / 1e6)}M`;
  if (Math.abs(value) >= 1e4) return `${short(value / 1e3)}k`;
  return short(value);
}
