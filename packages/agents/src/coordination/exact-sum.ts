/**
 * Sums of float64 numbers without rounding, one for each of a few components. Plain data.
 *
 * Each travels as an expansion: numbers whose exact sum it is, ascending in magnitude, no two of which overlap. It is
 * rounded once, when it is read, so the order in which numbers were added, and how they were grouped, cannot
 * show. Holds for sums up to 2^1000 in magnitude; beyond, additions may overflow to an infinity.
 *
 * @see Shewchuk (1997), Adaptive precision floating-point arithmetic and fast robust geometric predicates
 */
export interface ExactSums {
  /** The expansions, one after the other, f64. */
  readonly parts: Float64Array;
  /** Parts of each component, count. */
  readonly counts: Uint8Array;
  /** The sum of what is infinite or no number, for each component; absent while all are finite. */
  readonly special?: Float64Array;
}

/** Zero for each of `width` components. */
export function exactZeros(width: number): ExactSums {
  return { parts: new Float64Array(0), counts: new Uint8Array(width) };
}

/** One number for each component. */
export function exactSumsOf(width: number, numberAt: (component: number) => number): ExactSums {
  const sums = new SumBuilder(width);
  for (let c = 0; c < width; c++) sums.add(c, numberAt(c));
  return sums.done();
}

/** Component by component. Both have the same width. */
export function addExactSums(left: ExactSums, right: ExactSums): ExactSums {
  const sums = new SumBuilder(left.counts.length);
  sums.addAll(left);
  sums.addAll(right);
  return sums.done();
}

/** All in one, without what lies in between; at least one. */
export function addAllExactSums(all: readonly ExactSums[]): ExactSums {
  const sums = new SumBuilder(all[0]!.counts.length);
  for (const one of all) sums.addAll(one);
  return sums.done();
}

/** Each sum, rounded to the nearest float64, ties to even. */
export function roundExactSums({ parts, counts, special }: ExactSums): Float64Array {
  const rounded = new Float64Array(counts.length);
  let begin = 0;
  for (let c = 0; c < counts.length; c++) {
    const end = begin + counts[c]!;
    const beyond = special?.[c] ?? 0;
    rounded[c] = beyond !== 0 ? beyond : roundExpansion(parts, begin, end);
    begin = end;
  }
  return rounded;
}

/**
 * Exact sums in the making, of a few components, zero at first. Whole numbers are added as they are while what they add up to
 * is below 2^53 in magnitude, which is exact; only others need an expansion.
 */
export class SumBuilder {
  /** The sum of what was added as it is, for each component: a whole number, never -0. */
  readonly #whole: Float64Array;
  /** The sum of everything else, where there is any. */
  #expansions: (number[] | undefined)[] | undefined;
  #special: Float64Array | undefined;

  /** @param width components, count */
  constructor(width: number) {
    this.#whole = new Float64Array(width);
  }

  add(component: number, x: number): void {
    const whole = this.#whole[component]! + x;
    // A sum that had been rounded would not be below 2^53: there, every whole number is a float64.
    if (Number.isInteger(x) && Number.isSafeInteger(whole)) this.#whole[component] = whole;
    else this.#addOther(component, x);
  }

  /** Component by component. */
  addAll({ parts, counts, special }: ExactSums): void {
    let at = 0;
    for (let c = 0; c < counts.length; c++) {
      for (const end = at + counts[c]!; at < end; at++) this.add(c, parts[at]!);
      if (special !== undefined && special[c] !== 0) this.add(c, special[c]!);
    }
  }

  /** What was added. Nothing may be added afterwards. */
  done(): ExactSums {
    const width = this.#whole.length;
    const counts = new Uint8Array(width);
    const parts: number[] = [];
    for (let c = 0; c < width; c++) {
      const begin = parts.length;
      const whole = this.#whole[c]!;
      const expansion = this.#expansions?.[c];
      if (expansion !== undefined) {
        growExpansion(expansion, whole);
        parts.push(...expansion);
      } else if (whole !== 0) parts.push(whole);
      counts[c] = parts.length - begin;
    }
    return { parts: Float64Array.from(parts), counts, ...(this.#special && { special: this.#special }) };
  }

  #addOther(component: number, x: number): void {
    const width = this.#whole.length;
    if (Number.isFinite(x)) {
      this.#expansions ??= new Array(width).fill(undefined);
      this.#expansions[component] ??= [];
      const expansion = this.#expansions[component];
      if (!Number.isSafeInteger(x)) growExpansion(expansion, x);
      else {
        // There is no room for it: what follows finds some again.
        growExpansion(expansion, this.#whole[component]!);
        this.#whole[component] = x;
      }
      return;
    }
    this.#special ??= new Float64Array(width);
    this.#special[component]! += x;
  }
}

/** Adds a finite number, in place: each part passes on what it cannot take in. */
function growExpansion(expansion: number[], x: number): void {
  let carry = x;
  let kept = 0;
  for (let i = 0; i < expansion.length; i++) {
    const part = expansion[i]!;
    const sum = carry + part;
    // The error of the addition, exactly: two-sum (Knuth), which needs no comparison.
    const taken = sum - carry;
    const error = carry - (sum - taken) + (part - taken);
    if (error !== 0) expansion[kept++] = error;
    carry = sum;
  }
  expansion.length = kept;
  if (carry !== 0) expansion.push(carry);
}

/** The parts from the largest down: all but the first can only decide where to round. */
function roundExpansion(parts: Float64Array, begin: number, end: number): number {
  if (begin === end) return 0;
  let sum = parts[end - 1]!;
  for (let i = end - 2; i >= begin; i--) {
    const part = parts[i]!;
    const next = sum + part;
    const lost = part - (next - sum);
    sum = next;
    if (lost === 0) continue;
    // What was lost may be exactly half a unit, and was rounded to even: what lies below it then decides.
    const below = i > begin ? parts[i - 1]! : 0;
    if ((lost > 0 && below > 0) || (lost < 0 && below < 0)) {
      const twice = 2 * lost;
      const away = sum + twice;
      if (away - sum === twice) sum = away;
    }
    break;
  }
  return sum;
}
