/**
 * A timer is taken back when what it was for is over. But it had fired already, and its message waits in the
 * mail. It then meets what has begun since, and ends that.
 *
 * Met in leases, session time-outs, debounced saves after a close, retries of a request that has been
 * cancelled.
 *
 * Shown by a lock so busy that a timer fires while a release and the next acquisition wait before its
 * message.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import { type EndedLease, LEASE_MS, type Lock } from './protocol.js';

/** A lease that expires has lasted its time. */
export function timerAfterStop(twin: Twin): Invariant<ActorRef<Lock>> {
  const { lock, module } = { faulty, fixed }[twin];
  const tell = (type: 'acquire' | 'release') =>
    command<ActorRef<Lock>, { who: string }>({
      name: type,
      input: fc.record({ who: fc.constantFrom('ann', 'ben') }),
      run: (_world, lock, { who }) => lock.send({ type, who }),
    });
  return {
    name: `timer after stop, ${twin}`,
    modules: [module],
    start: ({ system }) => system.spawn(lock),
    commands: [tell('acquire'), tell('release')],
    faults: { delays: true },
    invariant: (world, ref) => {
      const expired = world.stateOf<{ expired: EndedLease | undefined }>(ref)?.expired;
      if (expired === undefined || expired.heldMs >= LEASE_MS) return true;
      return `the lease of ${expired.who} expired after ${expired.heldMs} of ${LEASE_MS} ms`;
    },
  };
}
