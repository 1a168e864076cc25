import { type DeadLetter, EscalatedError, type LogRecord } from '@skein/runtime';

/** One thing that happened. */
export interface TimelineEvent {
  /** Since the start, on the simulated clock, ms. */
  readonly timeMs: number;
  /** Its path; `/` is the root of the tree, which supervises the foreman. */
  readonly actor: string;
  readonly kind: 'work' | 'crash' | 'verdict' | 'escalation' | 'lost';
  readonly event: string;
}

/** What a log record says: an actor's own line, or the system's about a supervisor's verdict on a child. */
export function fromLog({ timeMs, path, message, fields }: LogRecord): TimelineEvent[] {
  const { path: child, error } = fields;
  if (typeof child !== 'string') return [{ timeMs, actor: path, kind: 'work', event: message }];
  const supervisor = child.slice(0, child.lastIndexOf('/')) || '/';
  if (!(error instanceof EscalatedError))
    return [{ timeMs, actor: supervisor, kind: 'verdict', event: `${message} (${sentence(error)})` }];
  return [
    { timeMs, actor: child, kind: 'escalation', event: `escalates: ${error.message}` },
    { timeMs, actor: supervisor, kind: 'verdict', event: `${message} (${child} escalated)` },
  ];
}

/** What a dead letter says: the message during which an actor crashed, or one that it never came to. */
export function fromDeadLetter(
  { target, reason, messageType, cause }: DeadLetter,
  timeMs: number,
): TimelineEvent {
  const actor = target?.path ?? '/';
  return reason === 'crashed'
    ? {
        timeMs,
        actor,
        kind: 'crash',
        event: `crashes: ${sentence(cause)}; the ${messageType} is a dead letter`,
      }
    : { timeMs, actor, kind: 'lost', event: `is gone; a ${messageType} that waited is a dead letter` };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
