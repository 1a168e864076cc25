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

/** How much has passed through the ring from one end to another, counted at both ends. Monotonic. */
export interface RingTallies {
  readonly framesWritten: number;
  readonly countedWritten: number;
  readonly framesRead: number;
  readonly countedRead: number;
}

/**
 * Reads the tallies of any ring of a mesh, from any thread, whatever has become of the threads at its ends.
 * Each pair is exact for one moment. The reader's is read first, so it never exceeds the writer's; of a ring
 * whose threads are gone, the difference is what was lost with them.
 *
 * @throws {@link TransportOptionError} `TRANSPORT_OPTION` when there is no such ring
 */
export function readRingTallies(mesh: RingMesh, from: number, to: number): RingTallies {
  const memory = isEnd(mesh, from) && isEnd(mesh, to) ? mesh.rings[from * mesh.endCount + to] : null;
  if (!memory) throw new TransportOptionError('from, to', 'two different ends of the mesh', [from, to]);
  const { words, tallies } = openRing(memory);
  const [framesRead, countedRead] = readSlot(words, tallies, WORD_CLAIM, TALLIES_READ);
  const [framesWritten, countedWritten] = readSlot(words, tallies, WORD_TAIL, TALLIES_WRITTEN);
  return { framesWritten, countedWritten, framesRead, countedRead };
}

function isEnd(mesh: RingMesh, end: number): boolean {
  return Number.isInteger(end) && end >= 0 && end < mesh.endCount;
}

/**
 * The slot that the word says is true. While the word stays, its owner writes the other slot only; if it has
 * moved on, this one may be half written, and is read again.
 */
function readSlot(
  words: Int32Array,
  tallies: Float64Array,
  word: number,
  tallyIndex: number,
): readonly [frames: number, counted: number] {
  for (;;) {
    // Reads which slot the owner published last; it wrote the slot before it stored this.
    const before = Atomics.load(words, word);
    const at = tallyIndex + (before & SLOT_BIT) * TALLY_SLOT_LENGTH;
    const slot = [tallies[at]!, tallies[at + 1]!] as const;
    // Reads whether the owner has published since, and so may have begun to write this slot anew.
    if (Atomics.load(words, word) === before) return slot;
  }
}
