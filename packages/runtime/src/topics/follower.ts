/** The most that a batch of several subscriptions weighs, bytes as estimated. */
export const BATCH_BYTES_MAX = 16_384;

/** The keys of some subscriptions, to be told to a broker together. */
export interface Batch {
  readonly number: number;
  /** The broker begins anew with it. */
  readonly fresh: boolean;
  /** Nothing else remains to be told. */
  readonly complete: boolean;
  readonly keys: readonly string[];
}

/**
 * What one broker has yet to learn: keys of subscriptions that are new, replaced or ended since it heard of
 * them. One batch at a time is on its way, told again until it is confirmed. What could not be told goes to the end of
 * the line and into smaller batches, so that one subscription that cannot travel holds no other back.
 *
 * A new life of the broker knows nothing: it ignores what was meant for the life before, and begins with
 * the next batch that is `fresh`. That can be one for the life before, come late; so what has ended is told to the new
 * life too, unless the life before has confirmed it. Batches arrive in the order of their numbers, or are lost.
 */
export class Follower {
  #untold = new Set<string>();
  #onTheWay:
    | { readonly number: number; readonly keys: ReadonlySet<string>; readonly bytes: number }
    | undefined;
  #batches = 0;
  #batchBytes = BATCH_BYTES_MAX;
  #fresh = true;

  /** The broker has confirmed nothing in this life. */
  get isBeginning(): boolean {
    return this.#fresh;
  }

  /** A life begins that knows nothing; `keys` are all subscriptions that have not ended. */
  begin(keys: Iterable<string>): void {
    this.#untold = new Set([...keys, ...this.#untold, ...(this.#onTheWay?.keys ?? [])]);
    this.#onTheWay = undefined;
    this.#batchBytes = BATCH_BYTES_MAX;
    this.#fresh = true;
  }

  /** Something has changed about a subscription. */
  changed(key: string): void {
    this.#untold.add(key);
  }

  /** Whether the broker has confirmed the last change of a subscription. */
  knows(key: string): boolean {
    return !this.#untold.has(key) && !this.#onTheWay?.keys.has(key);
  }

  /** What to tell now: nothing while a batch is on its way, or where all is known. */
  next(bytesOf: (key: string) => number): Batch | undefined {
    if (this.#onTheWay !== undefined || (this.#untold.size === 0 && !this.#fresh)) return undefined;
    const keys = new Set<string>();
    let bytes = 0;
    for (const key of this.#untold) {
      const more = bytesOf(key);
      if (keys.size > 0 && bytes + more > this.#batchBytes) break;
      bytes += more;
      keys.add(key);
      this.#untold.delete(key);
    }
    const number = ++this.#batches;
    this.#onTheWay = { number, keys, bytes };
    return { number, fresh: this.#fresh, complete: this.#untold.size === 0, keys: [...keys] };
  }

  /** The broker has learned a batch. Returns its keys; undefined for a batch that is not on its way any more. */
  learned(number: number): readonly string[] | undefined {
    if (this.#onTheWay?.number !== number) return undefined;
    const { keys } = this.#onTheWay;
    this.#onTheWay = undefined;
    this.#fresh = false;
    this.#batchBytes = Math.min(BATCH_BYTES_MAX, Math.max(1, this.#batchBytes * 2));
    return [...keys];
  }

  /** A batch has not been confirmed in time: what it told is to be told again, later and in smaller batches. */
  overdue(number: number): void {
    if (this.#onTheWay?.number !== number) return;
    const { keys, bytes } = this.#onTheWay;
    this.#onTheWay = undefined;
    this.#batchBytes = bytes / 2;
    for (const key of keys) {
      this.#untold.delete(key);
      this.#untold.add(key);
    }
  }
}
