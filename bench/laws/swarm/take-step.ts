import { type Command, command } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Expedition, Mishap } from './expedition.js';

/** One step more, in which a scout may be told to fail. */
export const takeStep: Command<Expedition, Mishap | undefined> = command({
  name: 'step',
  input: fc.option(
    fc.record({ index: fc.nat({ max: 4 }), fails: fc.constantFrom('perceive' as const, 'act' as const) }),
    { nil: undefined, freq: 1 },
  ),
  describe: (mishap) =>
    mishap === undefined ? '' : `in which agent ${mishap.index} fails to ${mishap.fails}`,
  run: (_, expedition, mishap) => expedition.step(mishap),
});
