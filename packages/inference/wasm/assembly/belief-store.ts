import { copyLane, LANES, row } from './lanes';
import { PROBABILITY_MIN } from './observe';
import { isWholeBlock, laneAt } from './quads';
import { Batch, Compression, factorAt, Model, Population } from './structs';

/**
 * Where beliefs are kept between steps: dense, in blocks of four lanes, or compressed, a record an agent.
 *
 * A record holds, for each factor, what its most probable states have and what any other one has:
 *
 *     f32 background | f32[slots] probability, -1: unused | u16[slots] state | padding to 4 bytes
 *
 * slots being `compression.slotCount` or the states of the factor, whichever is less. The mass of the states that are
 * not listed is spread over them evenly, so that none becomes impossible. The belief that is kept is at most that mass
 * away from what it was, in total variation.
 */

/** Bytes of one factor's part of a record. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
function partBytes(slots: i32): usize {
  return 4 + <usize>(slots << 2) + ((<usize>(slots << 1) + 3) & ~3);
}

/** Four beliefs of a batch as a block; entries past the end repeat the last. */
export function loadBlock(
  model: Model, population: Population, batch: Batch, out: usize, entry: i32, end: i32,
): void {
  if (!population.compression && isWholeBlock(batch, entry, end)) {
    memory.copy(out, denseAt(model, population.beliefs, laneAt(batch, entry, end)), <usize>model.stateTotal << 4);
    return;
  }
  for (let k: i32 = 0; k < LANES; k++) {
    loadLane(model, population, laneAt(batch, entry + k, end), out + (<usize>k << 2));
  }
}

/** One agent's belief; `out` points at its lane's first value. */
export function loadLane(model: Model, population: Population, lane: i32, out: usize): void {
  if (population.compression) expand(model, population, lane, out);
  else copyLane(out, denseAt(model, population.beliefs, lane), model.stateTotal);
}

/**
 * Keeps one agent's belief; `from` points at its lane's first value.
 *
 * @returns the mass that compression spread evenly, of the factor where it is most, probability
 */
export function storeLane(model: Model, population: Population, lane: i32, from: usize): f32 {
  if (population.compression) return compress(model, population, lane, from);
  copyLane(denseAt(model, population.beliefs, lane), from, model.stateTotal);
  return 0;
}

/** Where a lane's first value stands among beliefs in blocks. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function denseAt(model: Model, beliefs: usize, lane: i32): usize {
  return beliefs + <usize>(lane >> 2) * (<usize>model.stateTotal << 4) + (<usize>(lane & 3) << 2);
}

function expand(model: Model, population: Population, lane: i32, out: usize): void {
  const compression = changetype<Compression>(population.compression);
  let record = population.beliefs + <usize>lane * <usize>compression.recordBytes;
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const slots = min(compression.slotCount, factor.stateCount);
    const belief = row(out, factor.stateOffset);
    const background = load<f32>(record);
    for (let s: i32 = 0; s < factor.stateCount; s++) store<f32>(row(belief, s), background);
    const states = record + 4 + (<usize>slots << 2);
    for (let n: i32 = 0; n < slots; n++) {
      const p = load<f32>(record + (<usize>n << 2), 4);
      if (p >= 0) store<f32>(row(belief, <i32>load<u16>(states + (<usize>n << 1))), p);
    }
    record += partBytes(slots);
  }
}

function compress(model: Model, population: Population, lane: i32, from: usize): f32 {
  const compression = changetype<Compression>(population.compression);
  let record = population.beliefs + <usize>lane * <usize>compression.recordBytes;
  let most: f32 = 0;
  for (let f: i32 = 0; f < model.factorCount; f++) {
    const factor = factorAt(model, f);
    const slots = min(compression.slotCount, factor.stateCount);
    const belief = row(from, factor.stateOffset);
    most = max(most, compressFactor(belief, factor.stateCount, slots, compression.threshold, record));
    record += partBytes(slots);
  }
  return most;
}

/** Lists the most probable states; of equals, the first. @returns the mass of those not listed */
function compressFactor(belief: usize, stateCount: i32, slots: i32, threshold: f32, record: usize): f32 {
  const values = record + 4;
  const states = values + (<usize>slots << 2);
  let listed: i32 = 0;
  let dropped: f32 = 0;
  let least: i32 = 0;
  for (let s: i32 = 0; s < stateCount; s++) {
    const p = load<f32>(row(belief, s));
    let slot = listed;
    if (slots < stateCount && p < threshold) slot = -1;
    else if (listed == slots) slot = p > load<f32>(values + (<usize>least << 2)) ? least : -1;
    if (slot < 0) {
      dropped += p;
      continue;
    }
    if (listed == slots) dropped += load<f32>(values + (<usize>slot << 2));
    else listed++;
    store<f32>(values + (<usize>slot << 2), p);
    store<u16>(states + (<usize>slot << 1), <u16>s);
    if (listed == slots) least = leastOf(values, slots);
  }
  for (let n = listed; n < slots; n++) store<f32>(values + (<usize>n << 2), -1);
  const rest = stateCount - listed;
  store<f32>(record, dropped > 0 ? max<f32>(dropped / <f32>rest, PROBABILITY_MIN) : 0);
  return dropped;
}

/** The slot of the least value; of equals, the last. */
function leastOf(values: usize, slots: i32): i32 {
  let least: i32 = 0;
  let value = load<f32>(values);
  for (let n: i32 = 1; n < slots; n++) {
    const other = load<f32>(values + (<usize>n << 2));
    if (other > value) continue;
    value = other;
    least = n;
  }
  return least;
}
