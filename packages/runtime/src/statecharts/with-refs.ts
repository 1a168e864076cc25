import type { ActorRef } from '../actor/actor-ref.js';

/**
 * `value` with every stand-in that XState knows (`self`, the parent, children) replaced by the actor ref it stands
 * for: what leaves a machine, in an event, a reply or an input, must mean something elsewhere. Looks into plain
 * objects and arrays; copies only what changes. A cycle is left alone, for the codec to refuse.
 */
export function withRefs<T>(value: T, refs: WeakMap<object, ActorRef>): T {
  return replaced(value, refs, new Set()) as T;
}

function replaced(value: unknown, refs: WeakMap<object, ActorRef>, above: Set<object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const ref = refs.get(value);
  if (ref !== undefined) return ref;
  if (above.has(value) || !(Array.isArray(value) || isPlain(value))) return value;
  above.add(value);
  let copy: Record<string, unknown> | undefined;
  for (const [key, part] of Object.entries(value)) {
    const next = replaced(part, refs, above);
    if (next === part) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = next;
  }
  above.delete(value);
  return copy ?? value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
