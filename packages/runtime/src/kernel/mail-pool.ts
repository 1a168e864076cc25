/*
 * What the kernel keeps of each waiting mail, in 4 int32 side by side, and one pointer beside to the message or notice:
 *
 *   0        4                                  8          12
 *   | next   | weight 19 | type 8 | run 1 | far 1 | kind 3 | sender a | sender b |
 *
 * `next` links the mailbox, or the free list. `type` is the number of the message's type in its role, 0 for one that
 * the role does not know. The weight is in units of 16 bytes. The sender is slot and generation if it lives here; if it lives elsewhere (`far`),
 * a is the low half of its id, and b the high half and its shard. The correlation of a question is in a column of its own, and so is which
 * row of a frame it is.
 */

/** A node is looked up in two steps: `pages[node >>> NODE_PAGE_SHIFT]` and `(node & NODE_MASK) << NODE_SHIFT`. */
export const NODE_SHIFT = 2;
export const NODE_PAGE_SHIFT = 10;
const PAGE_NODES: number = 1 << NODE_PAGE_SHIFT;
/** Nodes of the first page, as of the actor table: those from here to the second page do not exist. */
const FIRST_PAGE_NODES = 64;
export const NODE_MASK: number = PAGE_NODES - 1;

export const NEXT = 0;
export const WORD = 1;
export const SENDER_A = 2;
export const SENDER_B = 3;

/** Of the word: how the mail is met. */
export const KIND_MASK = 0b111;
/** Of the word: the sender lives on another shard. */
export const FAR = 0b1000;
/** Of the word: tells of one type, from one sender or rows of one frame: the payload is their {@link MailRun}. */
export const RUN = 0b10000;
export const TYPE_SHIFT = 5;
export const TYPE_MASK = 0xff;
export const WEIGHT_SHIFT = 13;
/** Bytes a unit of weight. */
export const WEIGHT_BYTES = 16;
/** The most that is told apart, units. */
export const WEIGHT_MAX: number = 2 ** 19 - 1;

/** A message. */
export const TELL = 0;
/** A message whose sender waits for a reply. */
export const ASK = 1;
/** A message whose sender waits until it is in the mailbox. */
export const TELL_READY = 2;
/** A message from a source of the actor itself, whose number is in place of a correlation: else as a tell. */
export const FED = 3;
/** Not envelopes, and not counted: news that keeps its place in the mail. */
export const TERMINATED = 4;
export const CHILD_FAILED = 5;
/** The mark of a draining stop: everything before it is handled first. */
export const STOP_MARK = 6;
/** Of a supervisor that hears of its children's ends: see `ActorSpec.childStopped`. */
export const CHILD_STOPPED = 7;

/** The bit that tells notices from envelopes. */
export const NOTICE_BIT = 4;

/** An id falls into two halves: 31 bits, and 22 bits to which the 10 of its shard are added. */
const HALF: number = 2 ** 31;
const SHARD_UNIT: number = 2 ** 22;

export function lowHalf(id: number): number {
  return id % HALF;
}

/** The high half of an id, with the shard that its actor lives on; as int32. */
export function highHalf(id: number, shard: number): number {
  return (shard * SHARD_UNIT + Math.floor(id / HALF)) | 0;
}

export function idFromHalves(low: number, high: number): number {
  return ((high >>> 0) % SHARD_UNIT) * HALF + low;
}

export function shardFromHalf(high: number): number {
  return Math.floor((high >>> 0) / SHARD_UNIT);
}

/**
 * The nodes that all mailboxes of one shard are linked from. A free node is used again first, last freed
 * first; pages never move and are never copied. Node 0 stands for none.
 */
export class MailPool {
  readonly pages: Int32Array[] = [];
  readonly payloads: unknown[][] = [];
  /** Of questions: float64, as correlations pass 2^31. */
  readonly correlations: (Float64Array | undefined)[] = [];
  /** Of rows that are alone in their mailbox: which one of their frame, index. */
  readonly rows: (Int32Array | undefined)[] = [];
  /** The first free node, or 0. */
  head = 0;
  #unused = 1;
  /** Where the last page ends. */
  #pagesEnd = 1;
  /** Nodes ever used, count. */
  #grown = 0;

  /** Nodes in use, count. Costs a walk through the free ones: for tests and reports. */
  get used(): number {
    let used = this.#grown;
    for (let node = this.head; node !== 0; node = this.get(node, NEXT)) used--;
    return used;
  }

  allocate(): number {
    const node = this.head;
    if (node === 0) return this.grow();
    this.head = this.pages[node >>> NODE_PAGE_SHIFT]![(node & NODE_MASK) << NODE_SHIFT]!;
    return node;
  }

  /** Gives a node back and lets go of its payload. */
  free(node: number): void {
    this.payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = undefined;
    this.pages[node >>> NODE_PAGE_SHIFT]![(node & NODE_MASK) << NODE_SHIFT] = this.head;
    this.head = node;
  }

  get(node: number, field: number): number {
    return this.pages[node >>> NODE_PAGE_SHIFT]![((node & NODE_MASK) << NODE_SHIFT) + field]!;
  }

  set(node: number, field: number, value: number): void {
    this.pages[node >>> NODE_PAGE_SHIFT]![((node & NODE_MASK) << NODE_SHIFT) + field] = value;
  }

  correlation(node: number): number {
    return this.correlations[node >>> NODE_PAGE_SHIFT]?.[node & NODE_MASK] ?? 0;
  }

  setCorrelation(node: number, correlation: number): void {
    const page = node >>> NODE_PAGE_SHIFT;
    this.correlations[page] ??= new Float64Array(this.payloads[page]!.length); // most pages never hold a question
    this.correlations[page][node & NODE_MASK] = correlation;
  }

  /** Which row of its frame a node holds. */
  row(node: number): number {
    return this.rows[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK]!;
  }

  /** Where the rows in a page of nodes are told. */
  rowsOf(page: number): Int32Array {
    this.rows[page] ??= new Int32Array(PAGE_NODES); // most pages never hold a row
    return this.rows[page];
  }

  /** What a node weighs, bytes. */
  bytes(node: number): number {
    return (this.get(node, WORD) >>> WEIGHT_SHIFT) * WEIGHT_BYTES;
  }

  payload(node: number): unknown {
    return this.payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK];
  }

  setPayload(node: number, payload: unknown): void {
    this.payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = payload;
  }

  /** A node never used before. */
  grow(): number {
    if (this.#unused === this.#pagesEnd) this.#addPage();
    this.#grown++;
    return this.#unused++;
  }

  #addPage(): void {
    const page = this.pages.length;
    const nodes = page === 0 ? FIRST_PAGE_NODES : PAGE_NODES;
    this.pages.push(new Int32Array(nodes << NODE_SHIFT));
    this.payloads.push(new Array<unknown>(nodes).fill(undefined));
    this.#unused = Math.max(1, page << NODE_PAGE_SHIFT);
    this.#pagesEnd = (page << NODE_PAGE_SHIFT) + nodes;
  }
}
