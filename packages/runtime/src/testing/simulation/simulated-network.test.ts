// At stake: the promises of a transport, which production keeps with rings: a simulation that breaks them finds faults that there are not, and one that
// keeps more finds none. Tried beside a list for each direction.
import {
  FRAME_FLAG_COUNTED,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  FrameTooLargeError,
} from '@skein/transport';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedNetwork } from './simulated-network.js';

const LINK_BYTES = 1024;
const PAYLOAD_BYTES_MAX = LINK_BYTES / 4 - FRAME_HEADER_BYTES;

const frame = (correlation: number, flags = 0): FrameHeader =>
  ({
    kind: 1,
    flags,
    target: 0,
    sender: 0,
    senderShard: 0,
    correlation,
  }) as unknown as FrameHeader;

/** Takes what has arrived on one link. */
function takeAll(network: SimulatedNetwork, from: number, to: number): readonly number[] {
  const taken: number[] = [];
  network.ends[to]!.receiveFrom(from, (_, { correlation }) => taken.push(correlation));
  return taken;
}

describe('a link', () => {
  it('keeps a copy of each payload: its sender writes the next one into the same memory', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
    const memory = Buffer.from([1, 2, 3]);
    for (const first of [1, 4]) {
      memory[0] = first;
      network.ends[0]!.send(1, frame(first), memory);
    }
    const taken: number[][] = [];
    network.ends[1]!.receiveFrom(0, (_from, _header, payload) => taken.push([...payload]));
    expect(taken).toEqual([
      [1, 2, 3],
      [4, 2, 3],
    ]);
  });

  it('brings each frame once and in order, whatever waits for room, beside a list', () => {
    const operation = fc.oneof(
      fc.record({ do: fc.constant('send'), bytes: fc.nat({ max: PAYLOAD_BYTES_MAX }) }),
      fc.record({ do: fc.constantFrom('read', 'flush'), bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
        const link = network.link(0, 1);
        const sent: number[] = [];
        const read: number[] = [];
        for (const { do: what, bytes } of operations) {
          if (what === 'send') {
            const outcome = network.ends[0]!.send(1, frame(sent.length), new Uint8Array(bytes));
            expect(outcome).toBe(link.outbox.frames > 0 ? 'queued' : 'written');
            sent.push(sent.length);
          } else if (what === 'read') link.read((_, { correlation }) => read.push(correlation));
          else expect(network.ends[0]!.flush()).toBe(link.outbox.frames === 0);
          expect(link.flying + link.outbox.frames).toBe(sent.length - read.length);
          expect(network.ends[0]!.tallies(1)).toMatchObject({
            framesWritten: read.length + link.flying,
            outboxFrames: link.outbox.frames,
          });
        }
        while (read.length < sent.length) {
          link.read((_, { correlation }) => read.push(correlation));
          link.flush();
        }
        expect(read).toEqual(sent);
      }),
    );
  });

  it('holds so many bytes, and what is sent is a copy', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
    const payload = new Uint8Array(PAYLOAD_BYTES_MAX);
    for (let n = 0; n < 5; n++) network.ends[0]!.send(1, frame(n), payload);
    expect(network.link(0, 1).flying).toBe(4);
    payload.fill(1);
    network.ends[1]!.receiveFrom(0, (_, __, bytes) => expect(bytes[0]).toBe(0));
    expect(() => network.ends[0]!.send(1, frame(0), new Uint8Array(PAYLOAD_BYTES_MAX + 1))).toThrow(
      FrameTooLargeError,
    );
  });

  it('carries a frame larger than itself whole, when nothing is on its way', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, 10 * LINK_BYTES);
    const [end] = network.ends;
    for (const n of [0, 1]) end!.send(1, frame(n), new Uint8Array(10 * LINK_BYTES));
    expect([network.link(0, 1).flying, network.link(0, 1).outbox.frames]).toEqual([1, 1]);
    const arrived: (readonly [number, number])[] = [];
    const take = () =>
      network.link(0, 1).read((_, { correlation }, { length }) => arrived.push([correlation, length]));
    expect([take(), end!.flush(), take(), end!.flush(), take()]).toEqual([true, true, true, true, false]);
    expect(arrived).toEqual([
      [0, 10 * LINK_BYTES],
      [1, 10 * LINK_BYTES],
    ]);
  });

  it('knows of no other direction, nor of other shards', () => {
    const network = new SimulatedNetwork(3, LINK_BYTES, PAYLOAD_BYTES_MAX);
    const pairs = [0, 1, 2].flatMap((from) =>
      [0, 1, 2].filter((to) => to !== from).map((to) => [from, to] as const),
    );
    for (const [from, to] of pairs) network.ends[from]!.send(to, frame(10 * from + to), new Uint8Array());
    for (const [from, to] of pairs) {
      expect(network.link(from, to)).toMatchObject({ from, to, flying: 1 });
      expect(takeAll(network, from, to)).toEqual([10 * from + to]);
    }
  });

  it('lets in the one frame that is admitted, and nothing by itself', () => {
    const network = new SimulatedNetwork(3, LINK_BYTES, PAYLOAD_BYTES_MAX);
    for (const from of [1, 2]) network.ends[from]!.send(0, frame(from), new Uint8Array());
    const [end] = network.ends;
    const taken: number[] = [];
    const take = () => end!.receive(99, (peer) => taken.push(peer));
    expect(take()).toBe(0);
    end!.admitted = network.link(2, 0);
    expect([take(), take()]).toEqual([1, 0]);
    expect(taken).toEqual([2]);
  });

  it('doubles a frame in its books too', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
    network.ends[0]!.send(1, frame(7, FRAME_FLAG_COUNTED), new Uint8Array());
    network.link(0, 1).duplicateNext();
    expect(takeAll(network, 0, 1)).toEqual([7, 7]);
    expect(network.link(0, 1).tallies).toEqual({
      framesWritten: 2,
      countedWritten: 2,
      framesRead: 2,
      countedRead: 2,
    });
  });

  it('forgets what waits for room when its sender dies, and says how much counted', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
    for (let n = 0; n < 6; n++)
      network.ends[0]!.send(
        1,
        frame(n, n % 2 === 0 ? FRAME_FLAG_COUNTED : 0),
        new Uint8Array(PAYLOAD_BYTES_MAX),
      );
    expect(network.ends[0]!.dropOutbox(1)).toBe(1);
    expect(takeAll(network, 0, 1)).toEqual([0, 1, 2, 3]);
    expect(network.ends[0]!.flush()).toBe(true);
  });

  it('refuses what is sent when its end is closed', () => {
    const network = new SimulatedNetwork(2, LINK_BYTES, PAYLOAD_BYTES_MAX);
    network.ends[0]!.close();
    expect(network.ends[0]!.send(1, frame(0), new Uint8Array())).toBe('refused');
  });
});
