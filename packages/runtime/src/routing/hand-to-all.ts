import type { AsyncContext } from '../actor/context.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import { AskRejectedError, NoRouteeAnsweredError } from '../errors.js';
import type { Pool, Routee } from './pool.js';

type RouterContext<P extends Protocol> = AsyncContext<P, unknown, unknown>;

/**
 * Hands a message on to every routee, and the first reply to whoever asked.
 *
 * The routees are asked, whether the message was told or asked: they cannot see the difference, and the questions come
 * back rejected as `unanswered` when a message that was told has been handled. A reply to a message that was told is
 * a dead letter, as it would be without a router. What has no reply leaves the question at hand `unanswered`.
 */
export async function handToAll<P extends Protocol>(
  context: RouterContext<P>,
  pool: Pool<P>,
  message: MessageOf<P>,
  deadlineMs: number,
): Promise<void> {
  const { path } = context.self.address;
  const enough = new AbortController();
  const options = { deadlineMs, signal: enough.signal };
  try {
    const replies = pool.candidates.map((routee) => ask(context, pool, routee, message, options));
    context.reply(await Promise.any(replies));
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error];
    if (!causes.every(isUnanswered))
      leaveUnanswered(context, 'warn', new NoRouteeAnsweredError(path, message.type, causes));
  } finally {
    enough.abort();
  }
}

async function ask<P extends Protocol>(
  context: RouterContext<P>,
  pool: Pool<P>,
  routee: Routee<P>,
  message: MessageOf<P>,
  options: { readonly deadlineMs: number; readonly signal?: AbortSignal },
): Promise<unknown> {
  pool.handedOn();
  try {
    return await context.ask<Protocol, MessageOf<P>>(routee.ref, message, options);
  } finally {
    pool.acknowledged();
  }
}

/** A call can end without a reply, but it cannot yet say why: the reason goes to the log. */
function leaveUnanswered(context: RouterContext<never>, level: 'debug' | 'warn', error: unknown): void {
  if (context.signal.aborted || isUnanswered(error)) return;
  context.log[level]('a routed message was not answered', { error });
}

function isUnanswered(error: unknown): boolean {
  return error instanceof AskRejectedError && error.reason === 'unanswered';
}
