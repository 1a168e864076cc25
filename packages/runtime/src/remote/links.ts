import {
  errorToData,
  FRAME_FLAG_COUNTED,
  FRAME_FLAG_TORN,
  type FrameHeader,
  type SendOutcome,
  type Transport,
} from '@skein/transport';
import { type ActorAddress, pathOfId } from '../actor/address.js';
import { type Envelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { Burial } from '../shard/burial.js';
import type { Delivery } from '../shard/delivery.js';
import type { Parking } from '../shard/parking.js';
import type { Peers } from '../shard/peers.js';
import type { PostOffice } from '../shard/post-office.js';
import type { Rejections } from '../shard/rejections.js';
import type { Replies } from '../shard/replies.js';
import type { SignalBox } from '../shard/signal-box.js';
import type { Signal } from '../shard/signals.js';
import type { RejectionReason } from '../system/dead-letters.js';
import { FRAME_KIND } from './frame-kind.js';

/** Plain data to bytes and back, actor refs included. */
export interface MessageCodec {
  encode(value: unknown): Uint8Array;
  /** The same in memory that the next call writes to again. */
  encodeBriefly(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** Who waits for the fate of an envelope. */
export interface Asker {
  readonly senderId: number;
  readonly senderShard: number;
  readonly correlation: number;
}

/** Kinds of frames that hold an envelope which is more than told. */
const ENVELOPE_KINDS: { readonly [kind: number]: Envelope['kind'] } = {
  [FRAME_KIND.ask]: 'ask',
  [FRAME_KIND['tell-ready']]: 'tell-ready',
};

const NOTHING = new Uint8Array(0);

/** What arrives is handed to this: the shard. */
export interface LinksOwner {
  readonly index: number;
  readonly delivery: Pick<Delivery, 'deliver'>;
  readonly replies: Pick<Replies, 'takeReply'>;
  readonly rejections: Pick<Rejections, 'takeRejection'>;
  readonly parking: Pick<Parking, 'takeAdmission' | 'withdraw'>;
  readonly post: Pick<PostOffice, 'takeMove'>;
  readonly burial: Pick<Burial, 'bury'>;
  readonly signals: Pick<SignalBox, 'take'>;
  readonly peers: Pick<Peers, 'spoke'>;
  wake(): void;
}

/**
 * The ways from one shard to all others: turns envelopes, replies and signals into frames and back.
 * Envelopes and values of replies are counted frames; all other news is urgent and not counted.
 */
export class Links {
  #transport: Transport | undefined;
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
    { senderId, senderShard, correlation }: Asker,
    replier: number,
    payload: Uint8Array,
  ): 'link-full' | 'shard-lost' | undefined {
    const header = {
      kind: FRAME_KIND.reply,
      flags: FRAME_FLAG_COUNTED,
      target: senderId,
      sender: replier,
      correlation,
    };
    return this.#send(senderShard, header, payload);
  }

  /** Hands a message of a third shard on. Why it could not be sent, if so. @throws TransportError */
  forwardEnvelope(
    target: ActorAddress,
    { kind, message, sender, senderShard, correlation }: Envelope,
  ): 'link-full' | 'shard-lost' | undefined {
    const header = {
      kind: FRAME_KIND.forward,
      flags: FRAME_FLAG_COUNTED,
      target: target.id,
      sender,
      correlation,
    };
    return this.#send(target.shard, header, this.#codec.encodeBriefly([kind, senderShard, message]));
  }

  /** Tells a sender on another shard that its message is in the mailbox. */
  sendAdmission(shard: number, correlation: number): void {
    if (this.#lost.has(shard)) return;
    const header = { kind: FRAME_KIND.admission, flags: 0, target: 0, sender: 0, correlation };
    this.#hand(shard, header, NOTHING, true);
  }

  /** Tells an asker on another shard that its question has gone on to a third. */
  sendMove(shard: number, correlation: number, to: number): void {
    if (this.#lost.has(shard)) return;
    const header = { kind: FRAME_KIND.move, flags: 0, target: to, sender: 0, correlation };
    this.#hand(shard, header, NOTHING, true);
  }

  /** Takes a message back that waits for room on another shard. */
  sendWithdrawal(target: ActorAddress, correlation: number): void {
    if (this.#lost.has(target.shard)) return;
    const header = { kind: FRAME_KIND.withdrawal, flags: 0, target: target.id, sender: 0, correlation };
    this.#hand(target.shard, header, NOTHING, true); // refused, it would let be delivered what was given up
  }

  /** Tells an asker on another shard that its question is a dead letter. */
  sendRejection(
    { senderId, senderShard, correlation }: Asker,
    target: number,
    reason: RejectionReason,
    cause: unknown,
    isAsk: boolean,
  ): void {
    if (this.#lost.has(senderShard)) return;
    const payload = this.#encodeNews({ reason, isAsk }, 'cause', cause);
    const header = { kind: FRAME_KIND.rejection, flags: 0, target: senderId, sender: target, correlation };
    this.#hand(senderShard, header, payload, true);
  }

  /** False when that shard is lost at the moment. */
  sendSignal(shard: number, signal: Signal): boolean {
    const { to, ...rest } = signal;
    const payload = 'error' in rest ? this.#encodeNews(rest, 'error', rest.error) : this.#codec.encode(rest);
    if (this.#lost.has(shard)) return false;
    const header = { kind: FRAME_KIND.signal, flags: 0, target: to, sender: 0, correlation: 0 };
    return this.#hand(shard, header, payload, true) !== 'refused';
  }

  /** News must arrive: where the error in it is too large for a message, its first words do. */
  #encodeNews(data: object, field: string, error: unknown): Uint8Array {
    try {
      return this.#codec.encode({ ...data, [field]: sendable(error) });
    } catch {
      return this.#codec.encode({ ...data, [field]: shortened(error) });
    }
  }

  #send(shard: number, header: FrameHeader, payload: Uint8Array): 'link-full' | 'shard-lost' | undefined {
    if (this.#lost.has(shard)) return 'shard-lost';
    return this.#hand(shard, header, payload, false) === 'refused' ? 'link-full' : undefined;
  }

  #hand(shard: number, header: FrameHeader, payload: Uint8Array, urgent: boolean): SendOutcome | undefined {
    const outcome = this.#transport?.send(shard, header, payload, urgent);
    // A shard with something in an outbox is not quiet: its next slice says so in the ledger.
    if (outcome === 'queued') this.#owner.wake();
    return outcome;
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
      transport.receiveFrom(peer, (from, header, payload) =>
        this.#buryInherited(from, header, this.#decode(payload).value),
      );
    }
  }

  /** Books what the thread before this one was sent. News to it is no news to this one. */
  #buryInherited(from: number, header: FrameHeader, value: unknown): void {
    if ((header.flags & FRAME_FLAG_COUNTED) === 0) return;
    const envelope = this.#envelopeOf(from, header, value);
    this.#owner.burial.bury(envelope, this.#targetOf(header), 'shard-lost', undefined);
  }

  readonly #takeFrame = (peer: number, header: FrameHeader, payload: Uint8Array): void => {
    if (this.#lost.size > 0 && this.#lost.has(peer)) this.#owner.peers.spoke(peer);
    if (header.kind === FRAME_KIND.admission) {
      this.#owner.parking.takeAdmission(header.correlation);
      return;
    }
    if (header.kind === FRAME_KIND.withdrawal) {
      this.#owner.parking.withdraw(header.target, peer, header.correlation);
      return;
    }
    if (header.kind === FRAME_KIND.move) {
      this.#owner.post.takeMove(header.correlation, header.target);
      return;
    }
    const { value, error } = this.#decode(payload);
    // A shard that was slow to hear of the loss has sent the rest of what that thread had begun to take.
    if (error !== undefined && (header.flags & FRAME_FLAG_TORN) !== 0) {
      this.#buryInherited(peer, header, undefined);
      return;
    }
    switch (header.kind) {
      case FRAME_KIND.forward:
      case FRAME_KIND.tell:
      case FRAME_KIND.ask:
      case FRAME_KIND['tell-ready']: {
        const envelope = this.#envelopeOf(peer, header, value);
        const { kind, message, senderShard, correlation } = envelope;
        // Handed on to the shard it came from: with the loss of the last one it is not lost.
        if (kind === 'ask' && senderShard === this.#owner.index)
          this.#owner.post.takeMove(correlation, senderShard);
        if (message !== UNKNOWN_MESSAGE) this.#owner.delivery.deliver(header.target, envelope);
        else this.#owner.burial.bury(envelope, this.#targetOf(header), 'malformed', error);
        return;
      }
      case FRAME_KIND.reply: {
        const replier = { path: pathOfId(header.sender), id: header.sender, shard: peer };
        if (error === undefined) this.#owner.replies.takeReply(replier, header.correlation, value);
        else {
          this.#owner.burial.bury(
            this.#envelopeOf(peer, header, UNKNOWN_MESSAGE),
            replier,
            'malformed',
            error,
          );
          this.#owner.rejections.takeRejection(header.correlation, 'malformed', error, true);
        }
        return;
      }
      case FRAME_KIND.rejection: {
        const { reason, isAsk, cause } = value as { reason: string; isAsk: boolean; cause: unknown };
        this.#owner.rejections.takeRejection(header.correlation, reason, cause, isAsk);
        return;
      }
      case FRAME_KIND.signal:
        this.#owner.signals.take(Object.assign(value as object, { to: header.target }) as Signal, peer);
    }
  };

  #decode(payload: Uint8Array): { value: unknown; error: unknown } {
    try {
      return { value: this.#codec.decode(payload), error: undefined };
    } catch (error) {
      return { value: undefined, error };
    }
  }

  /** The envelope in a frame of `peer`; its message is UNKNOWN_MESSAGE if the frame holds none. */
  #envelopeOf(peer: number, { kind, sender, correlation }: FrameHeader, value: unknown): Envelope {
    if (kind !== FRAME_KIND.forward) {
      const message = isMessage(value) ? value : UNKNOWN_MESSAGE;
      return { kind: ENVELOPE_KINDS[kind] ?? 'tell', message, sender, senderShard: peer, correlation };
    }
    const [forwarded, senderShard, inner] = Array.isArray(value) ? (value as unknown[]) : ['tell', peer];
    return {
      kind: forwarded === 'ask' ? 'ask' : 'tell',
      message: isMessage(inner) ? inner : UNKNOWN_MESSAGE,
      sender,
      senderShard: senderShard as number,
      correlation,
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

  isLost(peer: number): boolean {
    return this.#lost.has(peer);
  }

  /** The peer is there again. */
  open(peer: number): void {
    this.#lost.delete(peer);
  }

  /** Lets go of the transport, which a successor has taken over. */
  abandon(): void {
    this.#transport = undefined;
  }

  /** Gives all peers up for good. Returns how many counted frames still waited here. */
  closeAll(): number {
    let dropped = 0;
    for (const peer of this.#transport?.peers ?? []) dropped += this.close(peer);
    this.#transport?.close();
    return dropped;
  }

  /** More frames are about to be sent, until the next {@link flush}. */
  hold(): void {
    this.#transport?.hold();
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

/** A thrown value that can travel: errors go as data, anything else as its description. */
function sendable(error: unknown): unknown {
  return error === undefined || error instanceof Error ? error : new Error(errorToData(error).message);
}

/** What remains of an error that is larger than a message may be. */
function shortened(error: unknown): unknown {
  const { name, message } = errorToData(error);
  return Object.assign(new Error(`${name}: ${message}`.slice(0, SHORT_ERROR_UNITS)), { stack: undefined });
}

const SHORT_ERROR_UNITS = 200;
