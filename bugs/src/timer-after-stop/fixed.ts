import { defineActor, type ScheduledMessage } from '@skein/runtime';
import { type EndedLease, LEASE_MS, type Lock } from './protocol.js';

export const module = import.meta.url;

/**
 * Lends itself to one at a time, for as long as a lease lasts. A release takes the timer back, and if it has
 * fired already, what it says is of another lease.
 */
export const lock = defineActor<Lock>()({
  name: 'lock',
  initial: () => ({
    holder: undefined as string | undefined,
    lease: 0,
    sinceMs: 0,
    timer: undefined as ScheduledMessage | undefined,
    expired: undefined as EndedLease | undefined,
  }),
  receive: {
    acquire: (state, { who }, context) => {
      if (state.holder !== undefined) return;
      state.holder = who;
      state.lease++;
      state.sinceMs = context.now();
      state.timer = context.schedule(LEASE_MS, { type: 'expire', lease: state.lease });
    },
    release: (state, { who }) => {
      if (state.holder !== who) return;
      state.timer?.cancel();
      state.holder = undefined;
    },
    expire: (state, { lease }, context) => {
      if (lease !== state.lease) return;
      if (state.holder === undefined) return;
      state.expired = { who: state.holder, heldMs: context.now() - state.sinceMs };
      state.holder = undefined;
    },
  },
});
