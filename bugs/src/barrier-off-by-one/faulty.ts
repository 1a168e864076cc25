import { type ActorRef, defineActor } from '@skein/runtime';
import type { Barrier, Runner } from './runner.js';

export { runner } from './runner.js';
export const module = import.meta.url;

/** Releases its runners into the next round when all have arrived. Counts each of them once a round. */
export const barrier = defineActor<Barrier>()({
  name: 'barrier',
  initial: ({ parties }: { parties: number }) => ({
    parties,
    round: 0,
    arrived: new Map<number, ActorRef<Runner>>(),
  }),
  receive: {
    arrive: (state, { runner }) => {
      state.arrived.set(runner.address.id, runner);
      if (state.arrived.size < state.parties) return;
      state.round++;
      for (const each of state.arrived.values()) each.send({ type: 'released', round: state.round });
      state.arrived.clear();
    },
  },
});
