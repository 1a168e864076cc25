// At stake: an `after` that fires for a state that was left, or for a life before the restart, does what nobody asked for; one that never
// fires leaves the machine where it is. Tried with a law, under crashes, stalls and time that passes while there is work to do.
import * as fc from 'fast-check';
import { test } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyRef } from '../actor/actor-ref.js';
import { oneForOne } from '../supervision/supervision.js';
import { advanceClock, command } from '../testing/simulation/commands.js';
import { holds } from '../testing/simulation/holds.js';
import type { Invariant, SimulatedWorld } from '../testing/simulation/invariant.js';
import { fromMachine } from './from-machine.js';
import type { MachineRun } from './machine-run.js';

const BURNS_MS = 20;

export const fuse = fromMachine({
  name: 'fuse',
  machine: createMachine({
    types: { events: {} as { type: 'light' } | { type: 'douse' } | { type: 'replace' } | { type: 'fail' } },
    initial: 'cold',
    on: {
      fail: {
        actions: () => {
          throw new Error('as told');
        },
      },
    },
    states: {
      cold: { on: { light: 'lit' } },
      lit: { after: { [BURNS_MS]: 'burnt' }, on: { douse: 'cold' } },
      burnt: { on: { replace: 'cold' } },
    },
  }),
});

interface Watched {
  readonly ref: AnyRef;
  /** The state that it was in last. */
  place: unknown;
  litMs: number;
}

const placeOf = ({ stateOf }: SimulatedWorld, ref: AnyRef): unknown =>
  (stateOf(ref) as MachineRun | undefined)?.describe().value;

const delays: Invariant<Watched> = {
  name: 'a delay is over in its time, for the state and the life that it began in',
  modules: [import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: ({ system }) => ({
    ref: system.spawn(fuse, undefined, { shard: 1 }),
    place: 'cold',
    litMs: Number.NaN,
  }),
  commands: [
    command({
      name: 'tell',
      input: fc.constantFrom('light', 'douse', 'replace', 'fail'),
      run: (_, { ref }, type) => ref.send({ type }),
    }),
    command({ name: 'slow', run: ({ stall }, { ref }) => void stall(ref, 2 * BURNS_MS) }),
    advanceClock(BURNS_MS),
  ],
  faults: { crashes: 1, partitions: 1, delays: true },
  invariant: (world, watched) => {
    const { ref } = watched;
    const place = placeOf(world, ref);
    if (place === watched.place) return true;
    watched.place = place;
    if (place === 'lit') watched.litMs = world.now();
    const burntMs = world.now() - watched.litMs;
    return place !== 'burnt' || burntMs >= BURNS_MS || `burnt after ${burntMs} ms`;
  },
  finally: (world, { ref }) => placeOf(world, ref) !== 'lit' || 'it burns for ever',
};

holds(test)(delays, { runs: 500, seed: 1, commandsMax: 15, failures: false });
