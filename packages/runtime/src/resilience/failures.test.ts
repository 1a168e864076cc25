// At stake: what is asked again by itself is only what may do better then, and a circuit is opened only by its
// target. Tried with every reason there is.
import { describe, expect, it } from 'vitest';
import {
  AskAbortedError,
  AskTimeoutError,
  BulkheadFullError,
  CircuitOpenError,
  InvalidOptionError,
  RetriesExhaustedError,
  ShardLostError,
  StaleContextError,
} from '../errors.js';
import type { RejectionReason } from '../system/dead-letters.js';
import { isCuredByRetry, isFailureOfTarget, isWithdrawal } from './failures.js';
import { rejected } from './resilience.test-fixtures.js';

const REASONS: Record<RejectionReason, { cured: boolean; ofTarget: boolean }> = {
  'no-such-actor': { cured: false, ofTarget: true },
  stopped: { cured: false, ofTarget: true },
  unhandled: { cured: false, ofTarget: false },
  crashed: { cured: false, ofTarget: true },
  interrupted: { cured: true, ofTarget: true },
  'mailbox-full': { cured: true, ofTarget: true },
  'dropped-newest': { cured: true, ofTarget: true },
  'dropped-oldest': { cured: true, ofTarget: true },
  withdrawn: { cured: false, ofTarget: true },
  'link-full': { cured: true, ofTarget: true },
  'invalid-message': { cured: false, ofTarget: false },
  malformed: { cured: false, ofTarget: false },
  'late-reply': { cured: false, ofTarget: true },
  'second-reply': { cured: false, ofTarget: true },
  'no-question': { cured: false, ofTarget: true },
  'shard-lost': { cured: true, ofTarget: true },
  unanswered: { cured: false, ofTarget: true },
  rejected: { cured: false, ofTarget: true },
};

describe('an error', () => {
  it.each([
    ...Object.entries(REASONS).map(([reason, expected]) => ({
      what: `rejected as ${reason}`,
      error: rejected(reason as RejectionReason),
      withdrawn: false,
      ...expected,
    })),
    { error: new AskTimeoutError('/a', 'echo', 1), cured: true, ofTarget: true, withdrawn: false },
    { error: new ShardLostError(1), cured: true, ofTarget: true, withdrawn: false },
    {
      error: new RetriesExhaustedError('/a', 'echo', 'attempts', [1]),
      cured: false,
      ofTarget: true,
      withdrawn: false,
    },
    { error: new AskAbortedError('/a'), cured: false, ofTarget: false, withdrawn: true },
    { error: new StaleContextError('/a', 'ask', '', ''), cured: false, ofTarget: false, withdrawn: true },
    { error: new CircuitOpenError('a', 1), cured: false, ofTarget: false, withdrawn: false },
    { error: new BulkheadFullError('a', 1, 0), cured: false, ofTarget: false, withdrawn: false },
    { error: new InvalidOptionError('deadlineMs', 0, ''), cured: false, ofTarget: false, withdrawn: false },
    { error: new TypeError('bug'), cured: false, ofTarget: false, withdrawn: false },
    {
      what: 'of a class that was lost on the way',
      error: { code: 'RUNTIME_ASK_REJECTED', reason: 'interrupted' },
      cured: true,
      ofTarget: true,
      withdrawn: false,
    },
    ...[undefined, null, 'text', 7].map((error) => ({
      error,
      cured: false,
      ofTarget: false,
      withdrawn: false,
    })),
  ])('$what $error', ({ error, cured, ofTarget, withdrawn }) => {
    expect(isCuredByRetry(error)).toBe(cured);
    expect(isFailureOfTarget(error)).toBe(ofTarget);
    expect(isWithdrawal(error)).toBe(withdrawn);
  });
});
