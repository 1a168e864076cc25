import * as fc from 'fast-check';
import type { Deviation, Tape } from './schedulers/tape.js';

/**
 * The choices of one run, as a value of fast-check's. They are made by a scheduler while the run goes on, and written down here if it
 * breaks a law; from then on they can be made smaller.
 */
export interface Choices {
  tape: Tape | undefined;
}

/**
 * Generates choices that are still to be made, and shrinks those that were: no deviation from the calmest run at all, fewer, and
 * plainer ones. So a failure comes down to the context switches that matter together with the commands and faults that do.
 */
export function choicesArbitrary(): fc.Arbitrary<Choices> {
  return new ChoicesArbitrary();
}

class ChoicesArbitrary extends fc.Arbitrary<Choices> {
  generate(): fc.Value<Choices> {
    return new fc.Value({ tape: undefined }, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Choices {
    return typeof value === 'object' && value !== null && 'tape' in value;
  }

  shrink({ tape }: Choices): fc.Stream<fc.Value<Choices>> {
    if (tape === undefined) return fc.Stream.nil();
    return fc.stream(smaller(tape)).map((less) => new fc.Value({ tape: less }, undefined));
  }
}

/** Tapes smaller than one, the smallest first. */
function* smaller(tape: Tape): Generator<Tape> {
  if (tape.length === 0) return;
  yield [];
  for (let size = Math.ceil(tape.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    if (size === tape.length) continue;
    for (let end = tape.length; end > 0; end -= size)
      yield [...tape.slice(0, Math.max(0, end - size)), ...tape.slice(end)];
  }
  for (const [place, { at, way }] of tape.entries()) {
    const put = (plainer: Deviation): Tape => tape.with(place, plainer);
    if (way > 1) yield put({ at, way: 1 });
    if (way > 2) yield put({ at, way: way - 1 });
  }
}
