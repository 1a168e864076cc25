import { type ActorDefinition, isDefinition } from '../../actor/definition.js';
import type { Protocol } from '../../actor/protocol.js';
import { InvalidOptionError } from '../../errors.js';
import type { Alone, AloneOptions } from './alone.js';
import { RunningAlone } from './running-alone.js';

/**
 * Begins an actor alone: no system, no threads, no promises. What it sends goes to stand-ins, whom it spawns is one, and what it does is
 * plain data.
 *
 * Beneath is the kernel itself, one shard of it, driven by hand; what the actor does is heard from the parts of the shard that do it. A
 * second, simpler implementation of contexts would be a second kernel: it would have to know when a stash is put back, whom a
 * restart takes along, what a machine's timers do, and would be wrong in just those cases that a test is written for. This way `become`,
 * stash, timers, watches, restarts, batched handlers, snapshots and machines are what they are in production.
 *
 * The arguments, messages and replies must be plain data and refs, as in any strict system. `pipeFrom` goes by promises, and is for a
 * test system.
 *
 * @throws InvalidOptionError for what is no definition, and options out of range
 * @example
 * const till = actAlone(tillActor, { currency: 'EUR' });
 * const receipt = till.standIn('receipt');
 * till.tell({ type: 'pay', amount: 3, receipt });
 * // [{ kind: 'send', to: '/receipt', message: { type: 'paid', amount: 3 } }]
 * till.ask({ type: 'total' }); // 3
 */
export function actAlone<P extends Protocol, Args>(
  definition: ActorDefinition<P, Args>,
  ...rest: undefined extends Args
    ? [args?: Args, options?: AloneOptions]
    : [args: Args, options?: AloneOptions]
): Alone<P> {
  if (!isDefinition(definition))
    throw new InvalidOptionError('definition', definition, 'an actor definition');
  const [args, options] = rest;
  return new RunningAlone(definition, args, options ?? {}) as unknown as Alone<P>;
}
