import { TransportOptionError } from '../errors.js';
import { createDoorbells } from './doorbell.js';
import { createRing, RING_BYTES_DEFAULT, ringPayloadBytesMax } from './ring-layout.js';

/**
 * The shared memory through which a fixed number of ends talk: a ring for each ordered pair and a doorbell
 * for each end. Plain data that structured clone accepts (`workerData`, `postMessage`); all ends, and their
 * successors if a thread is replaced, open the same one.
 */
export interface RingMesh {
  readonly endCount: number;
  /** The largest payload of a frame, bytes, the same for all ends. */
  readonly payloadBytesMax: number;
  /** The ring from `a` to `b` is at `a * endCount + b`; null where both are the same. */
  readonly rings: readonly (SharedArrayBuffer | null)[];
  readonly doorbells: SharedArrayBuffer;
}

/** How large a mesh is. */
export interface RingMeshOptions {
  /** Bytes of each ring, a power of two from 256 to 2^30. Default 1 MiB. */
  readonly ringBytes?: number;
  /**
   * The largest payload of a frame, bytes. Default: a quarter of a ring less 32, which goes in one piece; what is
   * larger than that goes in chunks, and each end may hold one such payload for each peer while it comes in.
   */
  readonly payloadBytesMax?: number;
}

/** Sizes of payloads are 32 bits; this leaves sums of them in range. */
const PAYLOAD_BYTES_MAX_LIMIT = 2 ** 31;

/** Ends are numbered; a mesh has a ring for each pair, so their number is bounded. */
const ENDS_MAX = 256;

/**
 * Allocates a mesh. It takes `endCount * (endCount - 1) * ringBytes` bytes, all zero until used.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION`
 * @example
 * const mesh = createRingMesh(2);
 * const here = openRingTransport(mesh, 0);
 * new Worker(url, { workerData: { mesh } }); // there: openRingTransport(workerData.mesh, 1)
 */
export function createRingMesh(endCount: number, options: RingMeshOptions = {}): RingMesh {
  if (!(Number.isInteger(endCount) && endCount >= 1 && endCount <= ENDS_MAX)) {
    throw new TransportOptionError('endCount', `a whole number from 1 to ${ENDS_MAX}`, endCount);
  }
  const { ringBytes = RING_BYTES_DEFAULT } = options;
  const { payloadBytesMax = ringPayloadBytesMax(ringBytes) } = options;
  const rings: (SharedArrayBuffer | null)[] = [];
  for (let from = 0; from < endCount; from++) {
    for (let to = 0; to < endCount; to++) rings.push(from === to ? null : createRing(ringBytes));
  }
  if (!isPayloadBytesMax(payloadBytesMax)) {
    throw new TransportOptionError(
      'payloadBytesMax',
      `a whole number from 0 to ${PAYLOAD_BYTES_MAX_LIMIT}`,
      payloadBytesMax,
    );
  }
  return { endCount, payloadBytesMax, rings, doorbells: createDoorbells(endCount) };
}

/** Whether frames may have payloads up to this. */
export function isPayloadBytesMax(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= PAYLOAD_BYTES_MAX_LIMIT;
}
