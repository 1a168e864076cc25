import { bench, describe } from 'vitest';
import type { FrameHeader } from '../frame.js';
import { createRingMesh } from './ring-mesh.js';
import { openRingTransport } from './ring-transport.js';

// What a frame costs from send to delivery, both ends on one thread: no cache line travels, nobody sleeps.
// Each iteration is 64 frames. Run: vitest bench --project unit packages/transport

const BATCH = 64;
const header: FrameHeader = { kind: 1, flags: 1, target: 2 ** 40, sender: 6, correlation: 0 };

describe.each([0, 16, 256, 4096])(`${BATCH} frames of %d bytes`, (payloadBytes) => {
  const mesh = createRingMesh(2);
  const a = openRingTransport(mesh, 0);
  const b = openRingTransport(mesh, 1);
  const payload = new Uint8Array(payloadBytes);
  bench('send and receive', () => {
    for (let i = 0; i < BATCH; i++) a.send(1, header, payload);
    b.receive(BATCH, () => {});
  });
});
