/**
 * A barrier counts arrivals, and an arrival may be said twice. One that comes after the round has been
 * released counts for the next. The next round then begins with one too few.
 *
 * Met in parallel phases, map and reduce steps and test harnesses that resend "ready" until they are heard.
 *
 * Shown by a runner that is nudged while the arrival of the last other one is on its way, and by the other's
 * next arrival.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Runner } from './runner.js';

const PARTIES = 2;

/** Nobody is in a round before all have finished the rounds before it. */
export function barrierOffByOne(twin: Twin): Invariant<readonly ActorRef<Runner>[]> {
  const { barrier, module, runner } = { faulty, fixed }[twin];
  const tell = (type: 'finish' | 'nudge') =>
    command<readonly ActorRef<Runner>[], { runner: number }>({
      name: type,
      input: fc.record({ runner: fc.nat({ max: PARTIES - 1 }) }),
      run: (_world, runners, { runner }) => runners[runner]!.send({ type }),
    });
  return {
    name: `barrier off by one, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const gate = system.spawn(barrier, { parties: PARTIES });
      return Array.from({ length: PARTIES }, () => system.spawn(runner, { barrier: gate }));
    },
    commands: [tell('finish'), tell('nudge')],
    invariant: (world) => {
      const runners = world.actors<{ round: number; finished: number }>(runner);
      const first = Math.max(...runners.map(({ state }) => state.round));
      const late = runners.find(({ state }) => state.finished < first);
      return (
        late === undefined || `round ${first} has begun, ${late.path} has finished ${late.state.finished}`
      );
    },
  };
}
