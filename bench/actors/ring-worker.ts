/** The other side of `ring-floor.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCodec, type FrameHandler, openRingTransport, type RingMesh } from '@skein/transport';
import { COUNT_IT, frameHeader, SEND_BACK } from './ring-frames.js';

const FRAMES_A_SLICE = 1024;

parentPort!.on('message', () => {}); // a wait on a ring does not keep a thread alive; a listener does
const transport = openRingTransport((workerData as { mesh: RingMesh }).mesh, 1);
const codec = createCodec();
let count = 0;
const deliver: FrameHandler = (peer, { kind }, payload) => {
  const message = codec.decode(payload);
  if (kind === COUNT_IT) count++;
  else if (kind === SEND_BACK) transport.send(peer, frameHeader(SEND_BACK), codec.encode(message));
  else {
    transport.send(peer, frameHeader(kind), codec.encode(count));
    count = 0;
  }
};
for (;;) {
  transport.receive(FRAMES_A_SLICE, deliver);
  transport.flush();
  await transport.wait();
}
