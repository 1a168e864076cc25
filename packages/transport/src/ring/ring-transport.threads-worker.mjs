/**
 * The other thread of `ring-transport.threads.test.ts`, and, for its own half, part of the test itself. Plain
 * JavaScript against `dist`, because Node 20 cannot start a worker from TypeScript.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { FRAME_FLAG_TORN, openRingTransport } from '@skein/transport';

/** The largest payload of a numbered frame, bytes. */
export const NUMBERED_BYTES_MAX = 20_000;

/** One in so many is larger than a small ring. */
function numberedBytes(number) {
  return number % 64 === 63 ? (number * 37) % NUMBERED_BYTES_MAX : (number * 37) % 150;
}

/** A frame whose payload follows from its number and whose header carries the payload's sum. */
export function numberedFrame(number) {
  const payload = new Uint8Array(numberedBytes(number));
  let sum = number;
  for (let i = 0; i < payload.length; i++) {
    payload[i] = (number * 31 + i * 7) & 0xff;
    sum += payload[i];
  }
  return { header: { kind: 1, flags: number & 1, target: number, sender: 1, correlation: sum }, payload };
}

/** Receives numbered frames and keeps what is wrong with them. The first may be torn: its head died with another. */
export class NumberedReceiver {
  constructor(next = 0) {
    this.next = next;
    const first = next;
    this.faults = [];
    this.deliver = (_peer, header, payload) => {
      let sum = header.target;
      for (let i = 0; i < payload.length; i++) sum += payload[i];
      const isTorn = (header.flags & FRAME_FLAG_TORN) !== 0;
      const mayBeTorn = first > 0 && header.target === first && payload.length === 0;
      const isWhole = isTorn
        ? mayBeTorn
        : sum === header.correlation && payload.length === numberedBytes(header.target);
      if (header.target !== this.next) this.faults.push(`expected frame ${this.next}, got ${header.target}`);
      if (!isWhole) this.faults.push(`frame ${header.target} is torn`);
      this.next = header.target + 1;
    };
  }
}

/** Sends frames until `to` as far as they are accepted; answers the number of the next one. */
function sendNumbered(transport, peer, from, to) {
  for (let number = from; number < to; number++) {
    const { header, payload } = numberedFrame(number);
    if (transport.send(peer, header, payload) === 'refused') return number;
  }
  return to;
}

/** Sends frames `from` to `to` and receives as many, both at once, and rests when it can do neither. */
export async function exchange(transport, peer, from, to) {
  const receiver = new NumberedReceiver(from);
  for (let next = from; ; ) {
    const burstEnd = Math.min(to, next + 100);
    next = sendNumbered(transport, peer, next, burstEnd);
    transport.receive(100, receiver.deliver);
    const isFlushed = transport.flush();
    if (isFlushed && next === to && receiver.next === to) {
      return { received: to - from, faults: receiver.faults };
    }
    // What was refused may go once nothing waits any more, and then nobody rings for it.
    const isSendingBlocked = next === to || (next < burstEnd && !isFlushed);
    if (isSendingBlocked) await transport.wait();
  }
}

/** Sends frames `from` to `to`, resting while the peer is slow. */
export async function stream(transport, peer, from, to) {
  for (let next = from; next < to || !transport.flush(); ) {
    next = sendNumbered(transport, peer, next, to);
    if (next < to) await transport.wait();
  }
}

async function run() {
  const { mesh, self, peer, role, from = 0, to = 0, options } = workerData;
  // A wait does not keep a thread alive; a listener does.
  parentPort.on('message', () => {});
  const transport = openRingTransport(mesh, self, options);
  if (role === 'exchange') {
    parentPort.postMessage(await exchange(transport, peer, from, to));
  } else if (role === 'echo') {
    const sendBack = (_, header, payload) => transport.send(peer, header, payload);
    while (transport.tallies(peer).framesRead < to) {
      if (transport.receive(100, sendBack) === 0) await transport.wait();
    }
  } else if (role === 'stream') {
    // Goes on from what its predecessor published, until it is terminated or has sent frame `to`.
    await stream(transport, peer, transport.tallies(peer).framesWritten, to);
  } else if (role === 'consume') {
    const receiver = new NumberedReceiver(transport.tallies(peer).framesRead);
    while (receiver.next < to) {
      if (transport.receive(7, receiver.deliver) === 0) await transport.wait();
    }
    parentPort.postMessage({ faults: receiver.faults });
  }
  transport.close();
  parentPort.close();
}

if (!isMainThread && workerData?.role !== undefined) await run();
