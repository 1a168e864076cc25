import { TransportOptionError } from '../errors.js';
import {
  openRing,
  SLOT_BIT,
  TALLIES_READ,
  TALLIES_WRITTEN,
  TALLY_SLOT_LENGTH,
  WORD_CLAIM,
  WORD_TAIL,
} from './ring-layout.js';
import type { RingMesh } from './ring-mesh.js';

/** How much has passed through the ring from one end to another, counted at both ends. */
export interface RingTallies {
  readonly framesWritten: number;
  readonly countedWritten: number;
  readonly framesRead: number;
  readonly countedRead: number;
}

/**
 * Reads the tallies of any ring of a mesh, from any thread, whatever has become of the threads at its ends.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION` when there is no such ring
 */
export function readRingTallies(mesh: RingMesh, from: number, to: number): RingTallies {
  const memory = mesh.rings[from * mesh.endCount + to];
  if (memory === undefined || memory === null)
    throw new TransportOptionError('from, to', 'two different ends of the mesh', [from, to]);
  const { words, tallies } = openRing(memory);
  const [framesWritten, countedWritten] = stableSlot(words, tallies, WORD_TAIL, TALLIES_WRITTEN);
  const [framesRead, countedRead] = stableSlot(words, tallies, WORD_CLAIM, TALLIES_READ);
  return { framesWritten, countedWritten, framesRead, countedRead };
}

/** The slot that the word says is true; read again if its owner has moved on meanwhile. */
function stableSlot(
  words: Int32Array,
  tallies: Float64Array,
  word: number,
  tallyIndex: number,
): readonly [number, number] {
  for (;;) {
    // Pairs with the owner's store of the same word, which published the tallies of its slot.
    const before = Atomics.load(words, word);
    const at = tallyIndex + (before & SLOT_BIT) * TALLY_SLOT_LENGTH;
    const read = [tallies[at]!, tallies[at + 1]!] as const;
    if (Atomics.load(words, word) === before) return read;
  }
}
