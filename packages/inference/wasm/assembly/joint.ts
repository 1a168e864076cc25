import { copyBlock, copyLane, row } from './lanes';
import { factorAt, Model, word } from './structs';

/**
 * The joint belief over several factors: the product of their marginals, the last factor varying fastest.
 *
 * Built in place: each factor multiplies what is there from the end backwards, so that nothing is overwritten
 * before it was read.
 *
 * @param out     block[product of the state counts]
 * @param beliefs block over the states of all factors
 * @param factors i32[count]
 * @returns where the joint belief stands: `out`, or, for one factor, its belief itself
 */
export function jointOf(model: Model, out: usize, beliefs: usize, factors: usize, count: i32): usize {
  const first = factorAt(model, word(factors, 0));
  const start = row(beliefs, first.stateOffset);
  if (count == 1) return start;
  copyBlock(out, start, first.stateCount);
  let size = first.stateCount;
  for (let n: i32 = 1; n < count; n++) {
    const factor = factorAt(model, word(factors, n));
    const marginal = row(beliefs, factor.stateOffset);
    const states = factor.stateCount;
    for (let i = size - 1; i >= 0; i--) {
      const weight = v128.load(row(out, i));
      for (let j = states - 1; j >= 0; j--) {
        v128.store(row(out, i * states + j), f32x4.mul(weight, v128.load(row(marginal, j))));
      }
    }
    size *= states;
  }
  return out;
}

/** `jointOf` for one lane; the addresses point at that lane's first value. */
export function jointOfLane(model: Model, out: usize, beliefs: usize, factors: usize, count: i32): usize {
  const first = factorAt(model, word(factors, 0));
  const start = row(beliefs, first.stateOffset);
  if (count == 1) return start;
  copyLane(out, start, first.stateCount);
  let size = first.stateCount;
  for (let n: i32 = 1; n < count; n++) {
    const factor = factorAt(model, word(factors, n));
    const marginal = row(beliefs, factor.stateOffset);
    const states = factor.stateCount;
    for (let i = size - 1; i >= 0; i--) {
      const weight = load<f32>(row(out, i));
      for (let j = states - 1; j >= 0; j--) {
        store<f32>(row(out, i * states + j), weight * load<f32>(row(marginal, j)));
      }
    }
    size *= states;
  }
  return out;
}
