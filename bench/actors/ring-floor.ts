import { Worker } from 'node:worker_threads';
import { createCodec, createRingMesh, openRingTransport } from '@skein/transport';
import type { ParcelMessage } from './far-definitions.js';
import type { FarFloor } from './far-floor.js';
import { mustBe, timed, timedEach } from './outcome.js';
import { COUNT_IT, frameHeader, SEND_BACK, TELL_COUNT } from './ring-frames.js';

/** The bare ring: `@skein/transport`'s ring and msgpack codec, and nothing that knows of actors. */
export function openRingFloor(): FarFloor {
  const mesh = createRingMesh(2);
  const worker = new Worker(new URL('./ring-worker.js', import.meta.url), { workerData: { mesh } });
  // One that does not start, or dies, must not leave us waiting for its answer.
  worker.once('error', (error) => {
    throw error;
  });
  const transport = openRingTransport(mesh, 0);
  const codec = createCodec();
  const keepAlive = setInterval(() => {}, 60_000);

  const send = async (kind: number, message: unknown): Promise<void> => {
    if (transport.send(1, frameHeader(kind), codec.encode(message)) === 'written') return;
    while (!transport.flush()) await transport.wait();
  };
  const receive = async (): Promise<unknown> => {
    let received: unknown;
    const deliver = (_: number, __: unknown, payload: Uint8Array): void => {
      received = codec.decode(payload);
    };
    while (transport.receive(1, deliver) === 0) await transport.wait();
    return received;
  };
  return {
    oneway: (n, parcel: ParcelMessage) =>
      timed(n, async () => {
        const header = frameHeader(COUNT_IT);
        for (let i = 0; i < n; i++) {
          if (transport.send(1, header, codec.encode(parcel)) === 'written') continue;
          while (!transport.flush()) await transport.wait();
        }
        await send(TELL_COUNT, null);
        mustBe('arrived', await receive(), n);
      }),
    roundTrips: (n, parcel) =>
      timedEach(n, async () => {
        await send(SEND_BACK, parcel);
        await receive();
      }),
    close: async () => {
      clearInterval(keepAlive);
      await worker.terminate();
      transport.close();
    },
  };
}
