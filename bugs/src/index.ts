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
  program?: KnownFault['program'],
): KnownFault {
  const known = { name, faulty: law('faulty'), fixed: law('fixed'), needs, violates };
  return program === undefined ? known : { ...known, program };
}

/** All of them, by name. */
export const knownFaults: readonly KnownFault[] = [
  knownFault('barrier-off-by-one', barrierOffByOne, 'order', 'invariant'),
  knownFault('check-then-act', checkThenAct, 'order', 'invariant'),
  knownFault('double-election', doubleElection, 'faults', 'invariant'),
  knownFault('forgotten-ack', forgottenAck, 'order', 'eventually'),
  knownFault('lost-update', lostUpdate, 'order', 'finally', [
    { command: 'deposit', input: { at: 0, amount: 1 } },
    { command: 'deposit', input: { at: 1, amount: 2 } },
  ]),
  knownFault('lost-wake-up', lostWakeUp, 'order', 'eventually', [{ command: 'put' }, { command: 'put' }]),
  knownFault('mutual-ask', mutualAsk, 'order', 'deadlock', [
    { command: 'transfer', input: { from: 0, amount: 1 } },
    { command: 'transfer', input: { from: 1, amount: 2 } },
  ]),
  knownFault('non-idempotent-retry', nonIdempotentRetry, 'faults', 'invariant'),
  knownFault('resurrected-child', resurrectedChild, 'order', 'finally', [
    { command: 'open', input: { name: 'ann' } },
    { command: 'close', input: { name: 'ann' } },
  ]),
  knownFault('stale-read', staleRead, 'order', 'finally', [{ command: 'read' }, { command: 'edit' }]),
  knownFault('timer-after-stop', timerAfterStop, 'delays', 'invariant', [
    { command: 'acquire', input: { who: 'ann' } },
    { command: 'release', input: { who: 'ann' } },
    { command: 'acquire', input: { who: 'ben' } },
  ]),
  knownFault('unbounded-queue', unboundedQueue, 'order', 'invariant'),
];
