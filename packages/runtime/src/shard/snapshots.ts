import type { RunnableDefinition } from '../actor/definition.js';
import type { AnyHandler } from '../kernel/role.js';
import { scopes, turnNow } from './scope.js';
import type { Shard } from './shard.js';

/**
 * The handler as it is called for a definition with `snapshot`: each `snapshotEvery`th message that an actor has
 * handled, its state is kept. Encoded, so that what later messages change in the state they do not change in the snapshot.
 * Handlers of other definitions are called as they are.
 */
export function keepingSnapshots(definition: RunnableDefinition, handler: AnyHandler): AnyHandler {
  if (!keepsSnapshots(definition)) return handler;
  if (typeof handler === 'function')
    return (state, message, context) => {
      const result: unknown = handler(state, message, context);
      if (result === undefined && turnNow.shard !== undefined)
        keepSnapshot(turnNow.shard, turnNow.slot, definition);
      return result as undefined;
    };
  return {
    ...handler,
    async: async (context, message) => {
      await handler.async(context, message);
      const scope = scopes.getStore();
      if (scope?.call.isOpen === true) keepSnapshot(scope.shard, scope.slot, definition);
    },
  };
}

/** Whether a definition's actors have their state kept for a restart. */
export function keepsSnapshots({ spec, snapshotEvery }: RunnableDefinition): boolean {
  return spec.snapshot !== undefined && snapshotEvery !== Number.POSITIVE_INFINITY;
}

/** Counts a message that was handled to its end, and keeps the state if it is time. @throws what `snapshot` throws, or TransportError */
export function keepSnapshot(shard: Shard, slot: number, { spec, snapshotEvery }: RunnableDefinition): void {
  const cell = shard.cellOf(slot);
  if (++cell.handledSinceSnapshot < snapshotEvery) return;
  cell.snapshot = shard.codec.encode(spec.snapshot?.(shard.stateOf(slot), shard.locals));
  cell.handledSinceSnapshot = 0;
}
