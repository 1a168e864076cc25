/**
 * A dozen small actor programs with classic faults of coordination: what a tool that looks for such faults
 * should find, and the corrected twins in which it should find nothing. In the calmest run, one command after
 * the other, the faulty ones behave.
 *
 * @packageDocumentation
 */
import { barrierOffByOne } from './barrier-off-by-one/law.js';
import { checkThenAct } from './check-then-act/law.js';
import { doubleElection } from './double-election/law.js';
import { forgottenAck } from './forgotten-ack/law.js';
import type { KnownFault } from './known-fault.js';
import { lostUpdate } from './lost-update/law.js';
import { lostWakeUp } from './lost-wake-up/law.js';
import { mutualAsk } from './mutual-ask/law.js';
import { nonIdempotentRetry } from './non-idempotent-retry/law.js';
import { resurrectedChild } from './resurrected-child/law.js';
import { staleRead } from './stale-read/law.js';
import { timerAfterStop } from './timer-after-stop/law.js';
import { unboundedQueue } from './unbounded-queue/law.js';

export type { KnownFault, Twin } from './known-fault.js';

type Law = (twin: 'faulty' | 'fixed') => KnownFault['faulty'];

function knownFault(
  name: string,
  law: Law,
  needs: KnownFault['needs'],
  violates: KnownFault['violates'],
): KnownFault {
  return { name, faulty: law('faulty'), fixed: law('fixed'), needs, violates };
}

/** All of them, by name. */
export const knownFaults: readonly KnownFault[] = [
  knownFault('barrier-off-by-one', barrierOffByOne, 'order', 'invariant'),
  knownFault('check-then-act', checkThenAct, 'order', 'invariant'),
  knownFault('double-election', doubleElection, 'faults', 'invariant'),
  knownFault('forgotten-ack', forgottenAck, 'order', 'eventually'),
  knownFault('lost-update', lostUpdate, 'order', 'finally'),
  knownFault('lost-wake-up', lostWakeUp, 'order', 'eventually'),
  knownFault('mutual-ask', mutualAsk, 'order', 'deadlock'),
  knownFault('non-idempotent-retry', nonIdempotentRetry, 'faults', 'invariant'),
  knownFault('resurrected-child', resurrectedChild, 'order', 'finally'),
  knownFault('stale-read', staleRead, 'order', 'finally'),
  knownFault('timer-after-stop', timerAfterStop, 'delays', 'invariant'),
  knownFault('unbounded-queue', unboundedQueue, 'order', 'invariant'),
];
