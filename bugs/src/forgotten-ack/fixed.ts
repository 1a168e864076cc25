import { defineActor } from '@skein/runtime';
import type { Participant } from './coordinator.js';

export { coordinator } from './coordinator.js';
export const module = import.meta.url;

/**
 * Holds one transaction at a time, and votes against any other. Says of each transaction that it has ended,
 * also if it had no part in it.
 */
export const participant = defineActor<Participant>()({
  name: 'participant',
  initial: () => ({ heldBy: undefined as string | undefined, committed: 0 }),
  receive: {
    prepare: (state, { tx, coordinator }) => {
      const yes = state.heldBy === undefined;
      if (yes) state.heldBy = tx;
      coordinator.send({ type: 'voted', tx, yes });
    },
    end: (state, { tx, commit, coordinator }) => {
      if (commit) state.committed++;
      if (state.heldBy === tx) state.heldBy = undefined;
      coordinator.send({ type: 'ended', tx });
    },
  },
});
