import { TransportOptionError } from '../errors.js';
import { LinkTransport, type Port } from '../link-transport.js';
import { OUTBOX_BYTES_MAX_DEFAULT, Outbox } from '../outbox.js';
import type { Transport } from '../transport.js';
import { Doorbell, DoorbellSleeper, isDoorbells } from './doorbell.js';
import { type RingAtomics, SHARED_ATOMICS } from './ring-atomics.js';
import { isPayloadBytesMax, type RingMesh } from './ring-mesh.js';
import { SpscRingReader, SpscRingWriter } from './spsc-ring.js';

/** The bounds of one end. */
export interface RingTransportOptions {
  /**
   * Bytes that may wait for room towards each peer, headers included. Default 64 MiB. A frame that finds nothing
   * waiting is taken whatever its size.
   */
  readonly outboxBytesMax?: number;
}

/**
 * Opens end `self` of a mesh: a {@link Transport} between threads over shared memory.
 *
 * One thread opens an end at a time. If it dies, another opens the same end and goes on from the positions
 * and tallies in shared memory: frames that were published are there, frames that were taken do not come
 * again, an outbox is lost with its thread. `readRingTallies` tells what a dead thread had done.
 *
 * `payloadBytesMax` is that of the mesh. Payloads are delivered as views of the ring; those of more than a quarter
 * of a ring go in chunks and are delivered as one piece of memory of their own. A frame whose first chunks a
 * predecessor has taken arrives torn: see `FRAME_FLAG_TORN`.
 *
 * `wait` rests on `Atomics.waitAsync`, which does **not** keep a thread alive: a worker whose only pending
 * work is a `wait` exits. Its owner must hold something that does, such as a referenced MessagePort or timer.
 * Call `close` when done: it ends a pending `wait`.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION` for an end that the mesh does not have or a mesh
 *   that is none; {@link RingCorruptError} `TRANSPORT_RING_CORRUPT` for a ring of another layout
 */
export function openRingTransport(
  mesh: RingMesh,
  self: number,
  options: RingTransportOptions = {},
): Transport {
  return openRingTransportWith(SHARED_ATOMICS, mesh, self, options);
}

/** The same over atomics of the caller's choice: for tests that step two ends through each other. */
export function openRingTransportWith(
  atomics: RingAtomics,
  mesh: RingMesh,
  self: number,
  options: RingTransportOptions,
): Transport {
  assertMesh(mesh);
  if (!(Number.isInteger(self) && self >= 0 && self < mesh.endCount)) {
    throw new TransportOptionError('self', `a whole number from 0 to ${mesh.endCount - 1}`, self);
  }
  const { outboxBytesMax = OUTBOX_BYTES_MAX_DEFAULT } = options;
  if (!(outboxBytesMax >= 0)) throw new TransportOptionError('outboxBytesMax', 'at least 0', outboxBytesMax);
  const { payloadBytesMax } = mesh;
  const ports: Port[] = [];
  for (let peer = 0; peer < mesh.endCount; peer++) {
    if (peer === self) continue;
    const writer = new SpscRingWriter(mesh.rings[self * mesh.endCount + peer]!, atomics);
    // A predecessor's wish for room died with its outbox.
    writer.wantRoom(false);
    ports.push({
      peer,
      writer,
      reader: new SpscRingReader(mesh.rings[peer * mesh.endCount + self]!, peer, atomics, payloadBytesMax),
      outbox: new Outbox(outboxBytesMax),
      bell: new Doorbell(mesh.doorbells, peer, atomics),
      held: 0,
    });
  }
  const sleeper = new DoorbellSleeper(mesh.doorbells, self, atomics);
  // A predecessor may have died after it published a frame or made room, and before it rang.
  for (const port of ports) port.bell.ringIfAsleep();
  return new LinkTransport({ self, payloadBytesMax, ports, sleeper });
}

function assertMesh(mesh: RingMesh): void {
  const { endCount, payloadBytesMax, rings, doorbells } = mesh;
  const isMesh =
    Number.isInteger(endCount) &&
    isPayloadBytesMax(payloadBytesMax) &&
    rings.length === endCount * endCount &&
    rings.every((ring, i) =>
      i % (endCount + 1) === 0 ? ring === null : ring instanceof SharedArrayBuffer,
    ) &&
    doorbells instanceof SharedArrayBuffer &&
    isDoorbells(doorbells, endCount);
  if (!isMesh) throw new TransportOptionError('mesh', 'what createRingMesh made', mesh);
}
