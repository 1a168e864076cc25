import type { ActorRef } from '../actor/actor-ref.js';

/** How many refs there may be, count, at least 1 each. */
export interface KeyedRefsBounds {
  /** Under all keys together; a ref under two keys counts twice. */
  readonly totalMax: number;
  /** Under one key. */
  readonly perKeyMax: number;
}

/** Refs under keys: many under one key, and one under many. In the order in which they were added. */
export class KeyedRefs {
  readonly #bounds: KeyedRefsBounds;
  readonly #byKey = new Map<string, Map<number, ActorRef>>();
  /** Actor to its keys: what makes {@link removeEverywhere} cost no more than it removes. */
  readonly #keysOf = new Map<number, Set<string>>();
  #size = 0;

  constructor(bounds: KeyedRefsBounds) {
    this.#bounds = bounds;
  }

  /** Adds a ref, or says which bound is in the way. One that is there already is `present`, and stays. */
  add(key: string, ref: ActorRef): 'added' | 'present' | keyof KeyedRefsBounds {
    const { id } = ref.address;
    const refs = this.#byKey.get(key);
    if (refs?.has(id)) return 'present';
    if (this.#size >= this.#bounds.totalMax) return 'totalMax';
    if ((refs?.size ?? 0) >= this.#bounds.perKeyMax) return 'perKeyMax';
    if (refs === undefined) this.#byKey.set(key, new Map([[id, ref]]));
    else refs.set(id, ref);
    const keys = this.#keysOf.get(id);
    if (keys === undefined) this.#keysOf.set(id, new Set([key]));
    else keys.add(key);
    this.#size++;
    return 'added';
  }

  /** False when it was not there. */
  remove(key: string, id: number): boolean {
    const refs = this.#byKey.get(key);
    if (!refs?.delete(id)) return false;
    if (refs.size === 0) this.#byKey.delete(key);
    const keys = this.#keysOf.get(id)!;
    keys.delete(key);
    if (keys.size === 0) this.#keysOf.delete(id);
    this.#size--;
    return true;
  }

  /** Removes an actor from all keys. Returns those that it was under. */
  removeEverywhere(id: number): readonly string[] {
    const keys = [...(this.#keysOf.get(id) ?? [])];
    for (const key of keys) this.remove(key, id);
    return keys;
  }

  /** The refs under a key; none when nobody knows it. */
  under(key: string): readonly ActorRef[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  /** Whether an actor is under any key. */
  has(id: number): boolean {
    return this.#keysOf.has(id);
  }
}
