// At stake: what one shard tells another arrives as it was and in order, or the teller learns that it did not; whatever
// cannot be read is accounted for; and no news that keeps a system together is ever refused. Tried over the memory
// transport, with shards that only write down what they hear.
import {
  createMemoryMesh,
  createRingMesh,
  FRAME_FLAG_COUNTED,
  type MemoryMeshOptions,
  openRingTransport,
  type Transport,
} from '@skein/transport';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOfId } from '../actor/address.js';
import { type Envelope, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { Signal } from '../shard/signals.js';
import { FRAME_KIND } from './frame-kind.js';
import { Links, type LinksOwner, type MessageCodec } from './links.js';
import { createMessageCodec } from './message-codec.js';

const MESSAGE_BYTES_MAX = 4096;
const codec = createMessageCodec({ messageBytesMax: MESSAGE_BYTES_MAX, columnBytesMax: 0 }, () => {
  throw new Error('no refs here');
});

/** One thing that a shard was told by its links. */
type Heard = readonly [what: string, ...given: unknown[]];

/** One end: its links, and all that they have told. */
class End {
  readonly heard: Heard[] = [];
  woken = 0;
  readonly transport: Transport;
  readonly links: Links;

  constructor(transport: Transport, messageCodec: MessageCodec = codec) {
    const hear =
      (what: string) =>
      (...given: unknown[]) =>
        void this.heard.push([what, ...given]);
    const owner: LinksOwner = {
      index: transport.self,
      delivery: { deliver: hear('message') },
      replies: { takeReply: hear('reply') },
      rejections: { takeRejection: hear('rejection') },
      parking: { takeAdmission: hear('admission'), withdraw: hear('withdrawal') },
      post: { takeMove: hear('move') },
      burial: { bury: hear('dead letter') },
      signals: { take: hear('signal') },
      peers: { spoke: hear('spoke') },
      wake: () => void this.woken++,
    };
    this.transport = transport;
    this.links = new Links(transport, messageCodec, owner);
  }

  /** All that has arrived. */
  hear(): readonly Heard[] {
    this.links.receive(Number.POSITIVE_INFINITY);
    return this.heard;
  }
}

const start = (options?: MemoryMeshOptions): End[] =>
  createMemoryMesh(3, options).map((transport) => new End(transport));
const at = (shard: number, id: number) => ({ path: pathOfId(id), id, shard });
const message = { type: 'greet', name: 'Ada' };
const told = (more: Partial<Envelope> = {}): Envelope => ({
  kind: 'tell',
  message,
  sender: 5,
  senderShard: 0,
  correlation: 0,
  ...more,
});
const tell = ({ links }: End, shard = 1) => links.sendEnvelope(at(shard, 9), told(), codec.encode(message));

/** One thing that shard 0 says to shard 1: how, what is heard of it there, and whether it counts as an envelope. */
interface News {
  readonly say: (links: Links) => unknown;
  readonly heard: Heard;
  readonly counts: boolean;
}

const id = fc.integer({ min: 1, max: 2 ** 40 });
const asker = fc.record({ senderId: id, senderShard: fc.constant(1), correlation: id });
const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.array(fc.integer(), { maxLength: 5 }),
  fc.constant(null),
);
const anyMessage = fc.record({ type: fc.constantFrom('a', 'b'), text: fc.string({ maxLength: 40 }) });
const envelope = fc.record({
  kind: fc.constantFrom('tell' as const, 'ask' as const, 'tell-ready' as const),
  message: anyMessage,
  sender: id,
  senderShard: fc.constant(0),
  correlation: id,
});
const handedOn = fc.record({
  kind: fc.constantFrom('tell' as const, 'ask' as const),
  message: anyMessage,
  sender: id,
  senderShard: fc.constant(2),
  correlation: id,
});
const signal = fc.oneof(
  fc.record({ kind: fc.constantFrom('restart' as const, 'halt' as const, 'suspend' as const), to: id }),
  fc.record({ kind: fc.constant('stop' as const), to: id, now: fc.boolean(), deadlineMs: fc.nat() }),
  fc.record({ kind: fc.constant('watch' as const), to: id, watcher: id, watcherShard: fc.constant(0) }),
);
const news = fc.oneof<fc.Arbitrary<News>[]>(
  fc.tuple(id, envelope).map(([to, sent]) => ({
    say: (links) => links.sendEnvelope(at(1, to), sent, codec.encode(sent.message)),
    heard: ['message', to, sent],
    counts: true,
  })),
  fc.tuple(id, handedOn).map(([to, sent]) => ({
    say: (links) => links.forwardEnvelope(at(1, to), sent),
    heard: ['message', to, sent],
    counts: true,
  })),
  fc.tuple(asker, id, value).map(([to, replier, value]) => ({
    say: (links) => links.sendReply(to, replier, codec.encode(value)),
    heard: ['reply', at(0, replier), to.correlation, value],
    counts: true,
  })),
  fc.tuple(asker, id, fc.boolean()).map(([to, by, isAsk]) => ({
    say: (links) => links.sendRejection(to, by, 'mailbox-full', undefined, isAsk),
    heard: ['rejection', to.correlation, 'mailbox-full', undefined, isAsk],
    counts: false,
  })),
  id.map((correlation) => ({
    say: (links) => links.sendAdmission(1, correlation),
    heard: ['admission', correlation],
    counts: false,
  })),
  fc.tuple(id, fc.constantFrom(0, 1, 2)).map(([correlation, to]) => ({
    say: (links) => links.sendMove(1, correlation, to),
    heard: ['move', correlation, to],
    counts: false,
  })),
  fc.tuple(id, id).map(([target, correlation]) => ({
    say: (links) => links.sendWithdrawal(at(1, target), correlation),
    heard: ['withdrawal', target, 0, correlation],
    counts: false,
  })),
  signal.map((sent) => ({
    say: (links) => links.sendSignal(1, sent),
    heard: ['signal', sent, 0],
    counts: false,
  })),
);

describe('what a shard says to another', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: news },
    { weight: 1, arbitrary: fc.record({ takes: fc.nat({ max: 4 }) }) },
    { weight: 1, arbitrary: fc.constant('flush' as const) },
  );

  it('arrives as it was and in order, however little room there is on the way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const [from, to] = start({ linkBytes: 640 }) as [End, End, End];
        const said: News[] = [];
        let queued = 0;
        for (const each of steps) {
          if (each === 'flush') from.links.flush();
          else if ('takes' in each) to.links.receive(each.takes);
          else {
            from.links.flush();
            const before = from.links.outboxFrames;
            expect(each.say(from.links)).not.toBe('link-full');
            queued += from.links.outboxFrames - before;
            said.push(each);
          }
          expect(to.heard).toEqual(said.slice(0, to.heard.length).map(({ heard }) => heard));
        }
        while (!from.links.flush()) to.hear();
        expect(to.hear()).toEqual(said.map(({ heard }) => heard));
        const counted = said.filter(({ counts }) => counts).length;
        expect(to.transport.tallies(0)).toMatchObject({ framesRead: said.length, countedRead: counted });
        expect(from.woken).toBe(queued); // or a shard would sleep on its outbox
      }),
    );
  });

  it('is a move before it is a message, when a question comes back to where it was asked', () => {
    const [from, to] = start() as [End, End, End];
    const question = told({ kind: 'ask', senderShard: 1, correlation: 77 });
    from.links.forwardEnvelope(at(1, 9), question);
    expect(to.hear()).toEqual([
      ['move', 77, 1],
      ['message', 9, question],
    ]);
  });

  it('keeps the errors in it, or their first words where they are too large', () => {
    const [from, to] = start() as [End, End, End];
    const rejectWith = (cause: unknown) =>
      from.links.sendRejection({ senderId: 5, senderShard: 1, correlation: 3 }, 9, 'crashed', cause, true);
    const fail = (error: unknown) =>
      from.links.sendSignal(1, { kind: 'child-failed', to: 4, child: 9, error, fruitless: false });
    const huge = Object.assign(new RangeError('x'.repeat(1000)), { log: 'y'.repeat(2 * MESSAGE_BYTES_MAX) });
    for (const error of [new RangeError('too far'), 'no error', huge]) {
      rejectWith(error);
      expect(fail(error)).toBe(true);
    }
    const words = to.hear().map(([what, ...given]) => {
      const error = what === 'signal' ? (given[0] as { error: Error }).error : (given[2] as Error);
      return [what, error.message];
    });
    const cut = `RangeError: ${'x'.repeat(200 - 'RangeError: '.length)}`;
    expect(words).toEqual(
      ['too far', 'no error', cut].flatMap((text) => [
        ['rejection', text],
        ['signal', text],
      ]),
    );
  });
});

describe('a frame in pieces of which a thread took the first before it died', () => {
  const column = new Uint8Array(4000).fill(7);
  const limits = { columnBytesMax: 8000, messageBytesMax: 1000 };
  const large = createMessageCodec(limits, () => {
    throw new Error('no refs here');
  });
  const startTorn = (say: (links: Links) => unknown) => {
    const mesh = createRingMesh(2, { ringBytes: 4096, payloadBytesMax: 9000 });
    const from = new End(openRingTransport(mesh, 0), large);
    say(from.links);
    expect(from.links.outboxFrames).toBe(1);
    expect(new End(openRingTransport(mesh, 1), large).hear()).toEqual([]);
    return { from, to: new End(openRingTransport(mesh, 1), large) };
  };
  const hearAll = (hear: (links: Links) => void, { from, to }: ReturnType<typeof startTorn>) => {
    do hear(to.links);
    while (!from.links.flush() || to.links.ready());
    return to.heard;
  };

  describe.each([
    { about: 'as it takes over', hear: (links: Links) => links.receiveInherited() },
    { about: 'later, from a shard that was slow to hear', hear: (links: Links) => links.receive(9) },
  ])('$about', ({ hear }) => {
    it('is booked once by the next one, as lost', () => {
      const pass = { type: 'pass', column };
      const asked = told({ kind: 'ask', message: pass, correlation: 3 });
      const ends = startTorn((links) => links.sendEnvelope(at(1, 9), asked, large.encode(pass)));
      expect(hearAll(hear, ends)).toEqual([
        [
          'dead letter',
          expect.objectContaining({ kind: 'ask', sender: 5, senderShard: 0, correlation: 3 }),
          expect.objectContaining({ id: 9, shard: 1 }),
          'shard-lost',
          undefined,
        ],
      ]);
      const { from, to } = ends;
      expect([from.transport.tallies(1).countedWritten, to.transport.tallies(0).countedRead]).toEqual([1, 1]);
    });

    it('is nothing to the next one, if it was news', () => {
      const say = (links: Links) => links.sendSignal(1, { kind: 'restart', to: 4, column } as never);
      expect(hearAll(hear, startTorn(say))).toEqual([]);
    });
  });
});

describe('a link without room', () => {
  const startFull = () => {
    const ends = start({ linkBytes: 256, outboxBytesMax: 256 }) as [End, End, End];
    const [from] = ends;
    let sent = 0;
    while (tell(from) === undefined) sent++;
    return { from, to: ends[1], sent };
  };

  it('refuses envelopes and replies, and says so', () => {
    const { from, to, sent } = startFull();
    const someone = { senderId: 5, senderShard: 1, correlation: 3 };
    expect(tell(from)).toBe('link-full');
    expect(from.links.forwardEnvelope(at(1, 9), told({ senderShard: 2 }))).toBe('link-full');
    expect(from.links.sendReply(someone, 9, codec.encode(message))).toBe('link-full');
    while (!from.links.flush()) to.hear();
    expect(to.hear()).toHaveLength(sent);
    expect(tell(from)).toBeUndefined();
  });

  it('takes all the same what others wait for', () => {
    const { from, to, sent } = startFull();
    const stop: Signal = { kind: 'restart', to: 4 };
    expect(from.links.sendSignal(1, stop)).toBe(true);
    from.links.sendRejection({ senderId: 5, senderShard: 1, correlation: 3 }, 9, 'stopped', undefined, true);
    from.links.sendAdmission(1, 11);
    from.links.sendMove(1, 12, 2);
    from.links.sendWithdrawal(at(1, 9), 13);
    while (!from.links.flush()) to.hear();
    expect(to.hear().slice(sent)).toEqual([
      ['signal', stop, 0],
      ['rejection', 3, 'stopped', undefined, true],
      ['admission', 11],
      ['move', 12, 2],
      ['withdrawal', 9, 0, 13],
    ]);
  });

  it('is not in the way to other shards', () => {
    const { from } = startFull();
    expect(tell(from, 2)).toBeUndefined();
  });
});

describe('a frame that cannot be read', () => {
  const garbage = Uint8Array.of(0xc1); // the one byte that begins nothing in msgpack
  const header = (kind: number) => ({
    kind,
    flags: FRAME_FLAG_COUNTED,
    target: 9,
    sender: 5,
    correlation: 3,
  });
  const malformed = expect.objectContaining({ code: 'TRANSPORT_MALFORMED' });

  it.each([
    { what: 'a tell', kind: FRAME_KIND.tell, known: { kind: 'tell' } },
    { what: 'a question', kind: FRAME_KIND.ask, known: { kind: 'ask' } },
    { what: 'a tell of one who waits', kind: FRAME_KIND['tell-ready'], known: { kind: 'tell-ready' } },
    { what: 'one handed on', kind: FRAME_KIND.forward, known: { kind: 'tell' } },
  ])('is a dead letter: $what', ({ kind, known }) => {
    const [from, to] = start() as [End, End, End];
    from.transport.send(1, header(kind), garbage);
    const letter = { ...told({ correlation: 3 }), message: UNKNOWN_MESSAGE, ...known };
    expect(to.hear()).toEqual([['dead letter', letter, at(1, 9), 'malformed', malformed]]);
  });

  it.each([null, 'greet', 7, {}, { type: 7 }])('is a dead letter: a message that is %j', (value) => {
    const [from, to] = start() as [End, End, End];
    from.transport.send(1, header(FRAME_KIND.tell), codec.encode(value));
    from.transport.send(1, header(FRAME_KIND.forward), codec.encode(['tell', 0, value]));
    const letter = { ...told({ correlation: 3 }), message: UNKNOWN_MESSAGE };
    const heard = ['dead letter', letter, at(1, 9), 'malformed', undefined];
    expect(to.hear()).toEqual([heard, heard]);
  });

  it('is a dead letter as a reply too, and its asker waits no longer', () => {
    const [from, to] = start() as [End, End, End];
    from.transport.send(1, header(FRAME_KIND.reply), garbage);
    const letter = { ...told({ correlation: 3 }), message: UNKNOWN_MESSAGE };
    expect(to.hear()).toEqual([
      ['dead letter', letter, at(0, 5), 'malformed', malformed],
      ['rejection', 3, 'malformed', malformed, true],
    ]);
  });
});

describe('a shard that is lost', () => {
  it('is sent nothing, and whoever would hear of it does', () => {
    const [from, to] = start() as [End, End, End];
    expect(from.links.close(1)).toBe(0);
    expect(from.links.isLost(1)).toBe(true);
    const someone = { senderId: 5, senderShard: 1, correlation: 3 };
    expect(tell(from)).toBe('shard-lost');
    expect(from.links.forwardEnvelope(at(1, 9), told({ senderShard: 2 }))).toBe('shard-lost');
    expect(from.links.sendReply(someone, 9, codec.encode(1))).toBe('shard-lost');
    expect(from.links.sendSignal(1, { kind: 'restart', to: 4 })).toBe(false);
    from.links.sendRejection(someone, 9, 'stopped', undefined, true);
    from.links.sendAdmission(1, 11);
    from.links.sendMove(1, 12, 2);
    from.links.sendWithdrawal(at(1, 9), 13);
    expect(to.hear()).toEqual([]);
    expect(tell(from, 2)).toBeUndefined();
  });

  it('takes along what waited for room, and that is counted', () => {
    const [from] = start({ linkBytes: 256 }) as [End, End, End];
    for (let i = 0; i < 10; i++) tell(from);
    const waiting = from.links.outboxFrames;
    expect(waiting).toBeGreaterThan(0);
    from.links.sendSignal(1, { kind: 'restart', to: 4 }); // waits too, and is no envelope
    expect(from.links.close(1)).toBe(waiting);
    expect(from.links.outboxFrames).toBe(0);
  });

  it('has what it said before taken to the last frame', () => {
    const [from, to] = start() as [End, End, End];
    for (let i = 0; i < 100; i++) tell(from);
    to.links.receiveLast(0);
    expect(to.heard).toHaveLength(100);
  });

  it('speaks when it is back, and is spoken to when that is known', () => {
    const [from, to] = start() as [End, End, End];
    to.links.close(0);
    tell(from);
    expect(to.hear().map(([what]) => what)).toEqual(['spoke', 'message']);
    expect(tell(to, 0)).toBe('shard-lost');
    to.links.open(0);
    expect(tell(to, 0)).toBeUndefined();
    expect(from.hear()).toHaveLength(1);
    tell(from);
    expect(to.hear().map(([what]) => what)).toEqual(['spoke', 'message', 'message']);
  });

  it('leaves to its successor what was on its way to it: the envelopes are lost, the rest is void', () => {
    const [from, to, third] = start() as [End, End, End];
    tell(from);
    from.links.sendSignal(1, { kind: 'restart', to: 4 });
    third.links.sendReply({ senderId: 5, senderShard: 1, correlation: 3 }, 7, codec.encode('a reply'));
    to.links.receiveInherited();
    const reply = told({ message: UNKNOWN_MESSAGE, sender: 7, senderShard: 2, correlation: 3 });
    expect(to.heard).toEqual([
      ['dead letter', told(), at(1, 9), 'shard-lost', undefined],
      ['dead letter', reply, at(1, 5), 'shard-lost', undefined],
    ]);
    expect(to.hear()).toHaveLength(2);
  });
});

describe('the end of the links', () => {
  it('gives all shards up, and counts what waited for them', () => {
    const [from, one, other] = start({ linkBytes: 256 }) as [End, End, End];
    for (let i = 0; i < 10; i++) for (const shard of [1, 2]) tell(from, shard);
    const waiting = from.links.outboxFrames;
    expect(from.links.closeAll()).toBe(waiting);
    expect(waiting + one.hear().length + other.hear().length).toBe(20);
    expect([tell(from, 1), tell(from, 2)]).toEqual(['shard-lost', 'shard-lost']);
  });

  it('leaves a system of one shard, and a thread that was replaced, with nothing to do', async () => {
    const [from, to] = start() as [End, End, End];
    tell(from);
    to.links.abandon();
    expect(to.hear()).toEqual([]);
    for (const links of [to.links, new Links(undefined, codec, {} as LinksOwner)]) {
      expect([links.hasPeers, links.ready(), links.flush(), links.outboxFrames]).toEqual([
        false,
        false,
        true,
        0,
      ]);
      expect(links.closeAll()).toBe(0);
      await links.wait();
    }
  });
});
