import type { RejectionReason } from '../system/dead-letters.js';

/**
 * Whether a question that failed so may do better when it is asked again: a time-out, a lost shard, a full
 * mailbox or link, a handler that was cut off.
 *
 * Not among them is `crashed`: a question that crashes its actor would crash it again, and each crash spends
 * the restart intensity of its supervisor.
 */
export function isCuredByRetry(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'RUNTIME_ASK_TIMEOUT' ||
    code === 'RUNTIME_SHARD_LOST' ||
    (code === 'RUNTIME_ASK_REJECTED' && PASSING.has(reasonOf(error)))
  );
}

/**
 * Whether an error speaks against the actor that was asked, rather than against the question or the asker.
 * Every time-out, lost shard and rejection does, but for questions that the actor could never take.
 */
export function isFailureOfTarget(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'RUNTIME_ASK_TIMEOUT' ||
    code === 'RUNTIME_SHARD_LOST' ||
    code === 'RUNTIME_RETRIES_EXHAUSTED' ||
    (code === 'RUNTIME_ASK_REJECTED' && !FAULTS_OF_THE_QUESTION.has(reasonOf(error)))
  );
}

/** Whether the asker itself withdrew the question, or its call was cut off. */
export function isWithdrawal(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'RUNTIME_ASK_ABORTED' || code === 'RUNTIME_STALE_CONTEXT';
}

const PASSING: ReadonlySet<unknown> = new Set<RejectionReason>([
  'interrupted',
  'mailbox-full',
  'dropped-newest',
  'dropped-oldest',
  'link-full',
  'shard-lost',
]);

const FAULTS_OF_THE_QUESTION: ReadonlySet<unknown> = new Set<RejectionReason>([
  'unhandled',
  'invalid-message',
  'malformed',
]);

// By code, not by class: an error from another thread keeps the one and loses the other.
function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null | undefined)?.code;
}

function reasonOf(error: unknown): unknown {
  return (error as { readonly reason?: unknown }).reason;
}
