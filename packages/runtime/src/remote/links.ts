import { FRAME_FLAG_COUNTED, type FrameHeader, type Transport } from '@skein/transport';
import { type ActorAddress, pathOfId } from '../actor/address.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { Signal } from '../shard/signals.js';
import type { RejectionReason } from '../system/dead-letters.js';
import { FRAME_KIND } from './frame-kind.js';

/** Plain data to bytes and back, actor refs included. */
export interface MessageCodec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** What arrives is handed to this: the shard. */
export interface LinksOwner {
  readonly index: number;
  deliver(id: number, envelope: Envelope): void;
  takeReply(replier: ActorAddress, correlation: number, value: unknown): void;
  takeRejection(correlation: number, reason: string, cause: unknown): void;
  takeSignal(signal: Signal, fromShard: number): void;
  deadLetter(
    envelope: Envelope,
    target: ActorAddress,
    reason: 'malformed' | 'shard-lost',
    cause: unknown,
  ): void;
}

/**
 * The ways from one shard to all others: turns envelopes, replies and signals into frames and back.
 * Envelopes and values of replies are counted frames; signals and rejections are urgent and not counted.
 */
export class Links {
  readonly #transport: Transport | undefined;
  readonly #codec: MessageCodec;
  readonly #owner: LinksOwner;
  readonly #lost = new Set<number>();

  constructor(transport: Transport | undefined, codec: MessageCodec, owner: LinksOwner) {
    this.#transport = transport;
    this.#codec = codec;
    this.#owner = owner;
  }

  get hasPeers(): boolean {
    return this.#transport !== undefined;
  }

  // --- out -------------------------------------------------------------------------------------------

  /** Why the envelope could not be sent, if so. */
  sendEnvelope(
    target: ActorAddress,
    { kind, sender, correlation }: Envelope,
    payload: Uint8Array,
  ): 'link-full' | 'shard-lost' | undefined {
    const header = {
      kind: FRAME_KIND[kind],
      flags: FRAME_FLAG_COUNTED,
      target: target.id,
      sender,
      correlation,
    };
    return this.#send(target.shard, header, payload);
  }

  /** Why the reply could not be sent, if so. */
  sendReply(
    question: Envelope,
    replier: number,
    payload: Uint8Array,
  ): 'link-full' | 'shard-lost' | undefined {
    const { sender, senderShard, correlation } = question;
    const header = {
      kind: FRAME_KIND.reply,
      flags: FRAME_FLAG_COUNTED,
      target: sender,
      sender: replier,
      correlation,
    };
    return this.#send(senderShard, header, payload);
  }

  /** Tells an asker on another shard that its question is a dead letter. */
  sendRejection(question: Envelope, target: number, reason: RejectionReason, cause: unknown): void {
    const { sender, senderShard, correlation } = question;
    if (this.#lost.has(senderShard)) return;
    const payload = this.#codec.encode({ reason, cause: sendable(cause) });
    const header = { kind: FRAME_KIND.rejection, flags: 0, target: sender, sender: target, correlation };
    this.#transport?.send(senderShard, header, payload, true);
  }

  /** False when that shard is lost at the moment. */
  sendSignal(shard: number, signal: Signal): boolean {
    const { to, ...rest } = signal;
    const data = 'error' in rest ? { ...rest, error: sendable(rest.error) } : rest;
    const payload = this.#codec.encode(data);
    if (this.#lost.has(shard)) return false;
    const header = { kind: FRAME_KIND.signal, flags: 0, target: to, sender: 0, correlation: 0 };
    return this.#transport?.send(shard, header, payload, true) !== 'refused';
  }

  #send(shard: number, header: FrameHeader, payload: Uint8Array): 'link-full' | 'shard-lost' | undefined {
    if (this.#lost.has(shard)) return 'shard-lost';
    return this.#transport?.send(shard, header, payload) === 'refused' ? 'link-full' : undefined;
  }

  // --- in --------------------------------------------------------------------------------------------

  receive(framesMax: number): void {
    this.#transport?.receive(framesMax, this.#takeFrame);
  }

  /** Takes everything that a lost shard had sent before. */
  receiveLast(peer: number): void {
    this.#transport?.receiveFrom(peer, this.#takeFrame);
  }

  /** Takes what was on its way to the thread that this one replaces, all of it as lost. */
  receiveInherited(): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    for (const peer of transport.peers) {
      transport.receiveFrom(peer, (from, header, payload) => {
        if ((header.flags & FRAME_FLAG_COUNTED) === 0) return;
        const envelope = this.#envelopeOf(from, header, typeOf(this.#decode(payload).value) ?? UNKNOWN);
        this.#owner.deadLetter(envelope, this.#targetOf(header), 'shard-lost', undefined);
      });
    }
  }

  readonly #takeFrame = (peer: number, header: FrameHeader, payload: Uint8Array): void => {
    const { value, error } = this.#decode(payload);
    switch (header.kind) {
      case FRAME_KIND.tell:
      case FRAME_KIND.ask: {
        const message = typeOf(value);
        const envelope = this.#envelopeOf(peer, header, message ?? UNKNOWN, payload.length);
        if (message !== undefined) this.#owner.deliver(header.target, envelope);
        else this.#owner.deadLetter(envelope, this.#targetOf(header), 'malformed', error);
        return;
      }
      case FRAME_KIND.reply: {
        const replier = { path: pathOfId(header.sender), id: header.sender, shard: peer };
        if (error === undefined) this.#owner.takeReply(replier, header.correlation, value);
        else {
          this.#owner.deadLetter(this.#envelopeOf(peer, header, UNKNOWN), replier, 'malformed', error);
          this.#owner.takeRejection(header.correlation, 'malformed', error);
        }
        return;
      }
      case FRAME_KIND.rejection: {
        const { reason, cause } = value as { reason: string; cause: unknown };
        this.#owner.takeRejection(header.correlation, reason, cause);
        return;
      }
      case FRAME_KIND.signal:
        this.#owner.takeSignal({ ...(value as object), to: header.target } as Signal, peer);
    }
  };

  #decode(payload: Uint8Array): { value: unknown; error: unknown } {
    try {
      return { value: this.#codec.decode(payload), error: undefined };
    } catch (error) {
      return { value: undefined, error };
    }
  }

  #envelopeOf(peer: number, header: FrameHeader, message: { readonly type: string }, bytes = 0): Envelope {
    return {
      kind: header.kind === FRAME_KIND.ask ? 'ask' : 'tell',
      message,
      sender: header.sender,
      senderShard: peer,
      correlation: header.correlation,
      bytes,
    };
  }

  #targetOf(header: FrameHeader): ActorAddress {
    return { path: pathOfId(header.target), id: header.target, shard: this.#owner.index };
  }

  // --- the state of the ways -------------------------------------------------------------------------

  /** Gives a peer up. Returns how many counted frames waited for it here: they are lost. */
  close(peer: number): number {
    this.#lost.add(peer);
    return this.#transport?.dropOutbox(peer) ?? 0;
  }

  /** The peer is there again. */
  open(peer: number): void {
    this.#lost.delete(peer);
  }

  /** Gives all peers up for good. Returns how many counted frames still waited here. */
  closeAll(): number {
    let dropped = 0;
    for (const peer of this.#transport?.peers ?? []) dropped += this.close(peer);
    this.#transport?.close();
    return dropped;
  }

  /** True when nothing waits for room in a ring. */
  flush(): boolean {
    return this.#transport?.flush() ?? true;
  }

  /** Frames that wait because a ring is full. */
  get outboxFrames(): number {
    let frames = 0;
    for (const peer of this.#transport?.peers ?? []) frames += this.#transport!.tallies(peer).outboxFrames;
    return frames;
  }

  ready(): boolean {
    return this.#transport?.ready() ?? false;
  }

  async wait(): Promise<void> {
    await this.#transport?.wait();
  }
}

const UNKNOWN = { type: 'unknown' } as const;

function typeOf(value: unknown): { readonly type: string } | undefined {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
    ? (value as { type: string })
    : undefined;
}

/** A thrown value that can travel: errors go as data, anything else as its text. */
function sendable(error: unknown): unknown {
  return error === undefined || error instanceof Error ? error : new Error(String(error));
}
