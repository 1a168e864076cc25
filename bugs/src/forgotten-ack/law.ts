/**
 * A coordinator counts acknowledgements, and goes on when it has one of each. One path through a participant,
 * that of a transaction it has refused, ends without any. The coordinator waits for ever, with all that waits
 * for it.
 *
 * Met in two-phase commits, graceful shutdowns, rolling deployments: wherever an early `return` stands before
 * the answer.
 *
 * Shown by two coordinators whose `prepare`s overlap at a participant: it refuses the second, and says
 * nothing to its abort.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import type { Coordinator } from './coordinator.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';

interface Office {
  readonly coordinators: readonly ActorRef<Coordinator>[];
  /** Transactions that were asked for, whether a coordinator has met them or not. */
  asked: number;
}

/** Each transaction ends, one way or the other. */
export function forgottenAck(twin: Twin): Invariant<Office> {
  const { coordinator, module, participant } = { faulty, fixed }[twin];
  return {
    name: `forgotten ack, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const participants = [0, 1].map(() => system.spawn(participant));
      return {
        coordinators: [0, 1].map(() => system.spawn(coordinator, { participants })),
        asked: 0,
      };
    },
    commands: [
      command({
        name: 'begin',
        input: fc.record({ coordinator: fc.nat({ max: 1 }) }),
        run: (_world, office, { coordinator }) => {
          office.asked++;
          office.coordinators[coordinator]!.send({ type: 'begin' });
        },
      }),
    ],
    eventually: (world, { asked }) => {
      const states = world
        .actors<{ begun: number; open: ReadonlyMap<string, unknown> }>(coordinator)
        .map(({ state }) => state);
      if (states.reduce((sum, { begun }) => sum + begun, 0) < asked) return 'not all have begun';
      const open = states.flatMap((state) => [...state.open.keys()]);
      return open.length === 0 || `still open: ${open.join(', ')}`;
    },
  };
}
