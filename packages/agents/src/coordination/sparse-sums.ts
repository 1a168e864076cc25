import type { ExactSums } from './exact-sum.js';

/** Sums as they travel: whole, a key frame; or those components that have changed since a frame before. Plain data. */
export type SumsFrame =
  | { readonly sums: ExactSums }
  | { readonly changed: Int32Array; readonly sums: ExactSums };

/** What to tell one who has `base`: what has changed, unless that is most of it. Both have the same width. */
export function frameSince(base: ExactSums, next: ExactSums): SumsFrame {
  const width = next.counts.length;
  const changed: number[] = [];
  const before = startsOf(base);
  const after = startsOf(next);
  for (let c = 0; c < width; c++) if (!isEqual(base, before[c]!, next, after[c]!, c)) changed.push(c);
  if (changed.length * 2 > width) return { sums: next };
  return { changed: Int32Array.from(changed), sums: pick(next, after, changed) };
}

/** The sums that a frame tells. @param base what the frame was made since; not needed for a key frame */
export function sumsIn(frame: SumsFrame, base: ExactSums | undefined): ExactSums | undefined {
  if (!('changed' in frame)) return frame.sums;
  if (base === undefined) return undefined;
  const { changed, sums } = frame;
  const width = base.counts.length;
  const before = startsOf(base);
  const news = startsOf(sums);
  const counts = base.counts.slice();
  const special = new Float64Array(width);
  if (base.special !== undefined) special.set(base.special);
  const parts: number[] = [];
  let next = 0;
  for (let c = 0; c < width; c++) {
    const isNew = changed[next] === c;
    const [from, at, begin] = isNew ? [sums, next, news[next++]!] : [base, c, before[c]!];
    counts[c] = from.counts[at]!;
    special[c] = from.special?.[at] ?? 0;
    for (let i = 0; i < counts[c]!; i++) parts.push(from.parts[begin + i]!);
  }
  return { parts: Float64Array.from(parts), counts, ...(special.some((x) => x !== 0) && { special }) };
}

function pick(
  { parts, counts, special }: ExactSums,
  starts: Int32Array,
  components: readonly number[],
): ExactSums {
  const chosen = components.flatMap((c) => [...parts.subarray(starts[c]!, starts[c]! + counts[c]!)]);
  return {
    parts: Float64Array.from(chosen),
    counts: Uint8Array.from(components, (c) => counts[c]!),
    ...(special && { special: Float64Array.from(components, (c) => special[c]!) }),
  };
}

function startsOf({ counts }: ExactSums): Int32Array {
  const starts = new Int32Array(counts.length);
  for (let c = 1; c < counts.length; c++) starts[c] = starts[c - 1]! + counts[c - 1]!;
  return starts;
}

function isEqual(a: ExactSums, atA: number, b: ExactSums, atB: number, c: number): boolean {
  if (a.counts[c] !== b.counts[c] || !Object.is(a.special?.[c] ?? 0, b.special?.[c] ?? 0)) return false;
  for (let i = 0; i < a.counts[c]!; i++) if (a.parts[atA + i] !== b.parts[atB + i]) return false;
  return true;
}
