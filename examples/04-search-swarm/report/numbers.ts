/** Narrow, and no line breaks at it. */
const GROUP_SPACE = '\u202f';

/** A count in groups of three digits: `1 900`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, GROUP_SPACE);
}

/** A count and its noun, parted by a space that does not break: `1 tick`, `31 ticks`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)}\u00a0${count === 1 ? noun : plural}`;
}

/** How many times as long: `6.6`, `62`. */
export function formatRatio(ratio: number): string {
  return ratio >= 10 ? formatCount(ratio) : ratio.toFixed(1);
}

/** A probability or share in percent: `1 %`, `0.1 %`, `12.5 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const digits = percent === 0 || percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${Number(percent.toFixed(digits))}${GROUP_SPACE}%`;
}

/** A number for SVG: one decimal, no trailing zero. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}
