/*
 * What the kernel keeps of each waiting mail, in 8 int32 side by side, and one pointer beside to the message or notice:
 *
 *   0        4        8        12       16       20       24       28
 *   | next   | kind   | bytes  | sender: a, b, shard  | correlation low, high |
 *
 * `next` links the mailbox, or the free list. `kind` holds the kind in its low 3 bits and above them one more than the
 * number of the message's type in its role, 0 for a type that the role does not know.
 * The sender is slot and generation if it lives here, the two halves of its id if it lives elsewhere.
 */

const NODE_SHIFT = 3;
/** Nodes a page, count. */
const PAGE_SHIFT = 10;
const PAGE_NODES: number = 1 << PAGE_SHIFT;
const PAGE_MASK: number = PAGE_NODES - 1;

export const NEXT = 0;
export const KIND = 1;
export const BYTES = 2;
export const SENDER_A = 3;
export const SENDER_B = 4;
export const SENDER_SHARD = 5;
export const CORRELATION_LOW = 6;
export const CORRELATION_HIGH = 7;

/** In KIND. */
export const KIND_MASK = 0b111;
export const TYPE_SHIFT = 3;
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

/** The bit that tells notices from envelopes. */
export const NOTICE_BIT = 4;

/** 2^27: a safe integer falls into two halves of int32. */
const HALF: number = 2 ** 27;
export function lowHalf(integer: number): number {
  return integer % HALF;
}
export function highHalf(integer: number): number {
  return Math.floor(integer / HALF);
}
export function fromHalves(low: number, high: number): number {
  return high * HALF + low;
}

/**
 * The nodes that all mailboxes of one shard are linked from. A free node is used again first, last freed
 * first; pages never move and are never copied. Node 0 stands for none.
 */
export class MailPool {
  readonly pages: Int32Array[] = [];
  readonly payloads: unknown[][] = [];
  #free = 0;
  #unused = 1;
  /** Nodes in use, count. */
  used = 0;

  allocate(): number {
    this.used++;
    const node = this.#free;
    if (node !== 0) {
      this.#free = this.pages[node >>> PAGE_SHIFT]![(node & PAGE_MASK) << NODE_SHIFT]!;
      return node;
    }
    return this.#grow();
  }

  /** Gives a node back and lets go of its payload. */
  free(node: number): void {
    this.used--;
    this.payloads[node >>> PAGE_SHIFT]![node & PAGE_MASK] = undefined;
    this.pages[node >>> PAGE_SHIFT]![(node & PAGE_MASK) << NODE_SHIFT] = this.#free;
    this.#free = node;
  }

  get(node: number, field: number): number {
    return this.pages[node >>> PAGE_SHIFT]![((node & PAGE_MASK) << NODE_SHIFT) + field]!;
  }

  set(node: number, field: number, value: number): void {
    this.pages[node >>> PAGE_SHIFT]![((node & PAGE_MASK) << NODE_SHIFT) + field] = value;
  }

  payload(node: number): unknown {
    return this.payloads[node >>> PAGE_SHIFT]![node & PAGE_MASK];
  }

  setPayload(node: number, payload: unknown): void {
    this.payloads[node >>> PAGE_SHIFT]![node & PAGE_MASK] = payload;
  }

  #grow(): number {
    const node = this.#unused++;
    if (node >>> PAGE_SHIFT === this.pages.length) {
      this.pages.push(new Int32Array(PAGE_NODES << NODE_SHIFT));
      this.payloads.push(new Array<unknown>(PAGE_NODES).fill(undefined));
    }
    return node;
  }
}

/** The page of a node. */
export function nodePageOf(node: number): number {
  return node >>> PAGE_SHIFT;
}

/** Where in its page a node's record begins. */
export function nodeOffsetOf(node: number): number {
  return (node & PAGE_MASK) << NODE_SHIFT;
}

/** Where in its page of payloads a node's pointer is. */
export function nodeColumnOf(node: number): number {
  return node & PAGE_MASK;
}
