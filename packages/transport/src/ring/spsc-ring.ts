import { FrameTooLargeError, FrameVersionError, RingCorruptError } from '../errors.js';
import {
  FRAME_FLAG_COUNTED,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  readFrameHeader,
  readPayloadBytes,
  writeFrameHeader,
} from '../frame.js';
import type { LinkReader, LinkTallies, LinkWriter } from '../link.js';
import type { FrameHandler } from '../transport.js';
import { type RingAtomics, SHARED_ATOMICS } from './ring-atomics.js';
import {
  openRing,
  RECORD_ALIGNMENT,
  RING_HEADER_BYTES,
  type RingViews,
  recordBytes,
  ringPayloadBytesMax,
  SKIP_MARK,
  SLOT_BIT,
  TALLIES_READ,
  TALLIES_WRITTEN,
  TALLY_SLOT_LENGTH,
  WORD_CLAIM,
  WORD_HEAD,
  WORD_TAIL,
  WORD_WANTED,
} from './ring-layout.js';

const LITTLE_ENDIAN = true;
const POSITION_MASK = -RECORD_ALIGNMENT;
/** Up to this size a loop beats `TypedArray.set`. */
const SMALL_COPY_BYTES = 48;

/**
 * The writing side of a ring; see `ring-layout.ts` for the picture. At most one exists at a time, on one
 * thread. A later one, on another thread, continues where it stopped, wherever that was: a frame is in the
 * ring entirely or not at all.
 */
export class SpscRingWriter implements LinkWriter {
  readonly payloadBytesMax: number;
  private readonly atomics: RingAtomics;
  private readonly ring: RingViews;
  /** Ours alone, so our copy is always right. */
  private tail: number;
  private slot: number;
  private frames: number;
  private counted: number;
  /** The reader's position when we last looked; it can only have moved on since. */
  private headSeen: number;

  constructor(memory: SharedArrayBuffer, atomics: RingAtomics = SHARED_ATOMICS) {
    this.atomics = atomics;
    this.ring = openRing(memory);
    this.payloadBytesMax = ringPayloadBytesMax(this.ring.dataBytes);
    // Reads what the previous writer published last; the reader of this store is us, its successor.
    const tail = atomics.load(this.ring.words, WORD_TAIL);
    this.tail = tail & POSITION_MASK;
    this.slot = tail & SLOT_BIT;
    this.frames = this.ring.tallies[TALLIES_WRITTEN + this.slot * TALLY_SLOT_LENGTH]!;
    this.counted = this.ring.tallies[TALLIES_WRITTEN + this.slot * TALLY_SLOT_LENGTH + 1]!;
    this.headSeen = this.loadHead();
  }

  /**
   * Copies a frame into the ring and publishes it, or answers false if there is no room.
   *
   * @throws {@link FrameTooLargeError}, {@link FrameHeaderError}; nothing is published then
   */
  tryWrite(header: FrameHeader, payload: Uint8Array): boolean {
    const payloadBytes = payload.length;
    if (payloadBytes > this.payloadBytesMax) throw new FrameTooLargeError(payloadBytes, this.payloadBytesMax);
    const { view, bytes, dataBytes } = this.ring;
    const needed = recordBytes(payloadBytes);
    const skipped = this.bytesToSkip(needed);
    if (!this.hasRoom(skipped + needed)) return false;
    let place = this.tail & (dataBytes - 1);
    if (skipped > 0) {
      view.setUint32(place, SKIP_MARK, LITTLE_ENDIAN);
      place = 0;
    }
    writeFrameHeader(view, place, header, payloadBytes);
    const start = place + FRAME_HEADER_BYTES;
    if (payloadBytes > SMALL_COPY_BYTES) bytes.set(payload, start);
    else for (let i = 0; i < payloadBytes; i++) bytes[start + i] = payload[i]!;
    this.publish(this.tail + skipped + needed, header.flags & FRAME_FLAG_COUNTED);
    return true;
  }

  hasRoomFor(payloadBytes: number): boolean {
    const needed = recordBytes(payloadBytes);
    return this.hasRoom(this.bytesToSkip(needed) + needed);
  }

  wantRoom(wanted: boolean): void {
    // Publishes that room is wanted, to the reader, who looks after it has made some (`roomWanted`). We
    // look for room once more before we sleep, so either it sees this or we see its room.
    this.atomics.store(this.ring.words, WORD_WANTED, wanted ? 1 : 0);
  }

  tallies(): LinkTallies {
    return { frames: this.frames, counted: this.counted };
  }

  private publish(tail: number, counted: number): void {
    const { words, tallies } = this.ring;
    const slot = this.slot ^ SLOT_BIT;
    tallies[TALLIES_WRITTEN + slot * TALLY_SLOT_LENGTH] = this.frames + 1;
    tallies[TALLIES_WRITTEN + slot * TALLY_SLOT_LENGTH + 1] = this.counted + counted;
    // Publishes the record, the skip mark before it and the tallies, all written above, to the reader, who
    // loads the tail before it reads any of them, and to our successor. Until here they do not exist.
    this.atomics.store(words, WORD_TAIL, tail | slot);
    this.tail = tail | 0;
    this.slot = slot;
    this.frames += 1;
    this.counted += counted;
  }

  private bytesToSkip(needed: number): number {
    const { dataBytes } = this.ring;
    const toEnd = dataBytes - (this.tail & (dataBytes - 1));
    return needed > toEnd ? toEnd : 0;
  }

  private hasRoom(needed: number): boolean {
    if (needed <= this.free()) return true;
    this.headSeen = this.loadHead();
    return needed <= this.free();
  }

  private free(): number {
    return this.ring.dataBytes - ((this.tail - this.headSeen) >>> 0);
  }

  private loadHead(): number {
    // Reads how far the reader has finished with the bytes: its reads of them came before its store, so
    // what we write there now cannot reach a frame it is still delivering.
    return this.atomics.load(this.ring.words, WORD_HEAD) & POSITION_MASK;
  }
}

/**
 * The reading side of a ring. At most one exists at a time, on one thread; a later one continues after the
 * last frame that this one took.
 */
export class SpscRingReader implements LinkReader {
  private readonly atomics: RingAtomics;
  private readonly ring: RingViews;
  private readonly peer: number;
  /** Where the next frame begins: ours alone. */
  private position: number;
  private slot: number;
  private frames: number;
  private counted: number;
  /** What the writer may not yet overwrite begins here; ours alone, published as `head`. */
  private freed: number;
  /** The writer's position when we last looked; it can only have moved on since. */
  private tailSeen: number;
  private reading = false;

  /** @param peer the number that frames of this ring are delivered under */
  constructor(memory: SharedArrayBuffer, peer: number, atomics: RingAtomics = SHARED_ATOMICS) {
    this.atomics = atomics;
    this.peer = peer;
    this.ring = openRing(memory);
    // Reads what the previous reader claimed last; the reader of that store is us, its successor.
    const claim = atomics.load(this.ring.words, WORD_CLAIM);
    this.position = claim & POSITION_MASK;
    this.slot = claim & SLOT_BIT;
    this.frames = this.ring.tallies[TALLIES_READ + this.slot * TALLY_SLOT_LENGTH]!;
    this.counted = this.ring.tallies[TALLIES_READ + this.slot * TALLY_SLOT_LENGTH + 1]!;
    this.tailSeen = this.position;
    this.freed = this.position;
    // Publishes to the writer that what the previous reader had claimed is free: nobody delivers it now.
    atomics.store(this.ring.words, WORD_HEAD, this.position);
  }

  readable(): boolean {
    return this.available() > 0;
  }

  /**
   * Takes frames; the payload handed to `deliver` is a view of the ring itself, valid only during the call.
   *
   * @throws {@link RingCorruptError} `TRANSPORT_RING_CORRUPT`, {@link FrameVersionError},
   *   {@link FrameHeaderError} when the ring holds what no writer publishes; the position stays before it.
   *   And what `deliver` throws: that frame counts as taken.
   */
  read(deliver: FrameHandler, framesMax: number): number {
    if (this.reading) return 0;
    this.reading = true;
    // Bytes are given back in portions: each store of `head` takes the writer's cached copy away.
    const portion = this.ring.dataBytes / 8;
    let taken = 0;
    try {
      while (taken < framesMax && this.available() > 0) {
        this.readOne(deliver);
        taken++;
        if ((this.position - this.freed) >>> 0 >= portion) this.free();
      }
      return taken;
    } finally {
      this.reading = false;
      if (this.position !== this.freed) this.free();
    }
  }

  roomWanted(): boolean {
    // Reads whether the writer waits. Our store of `head` came before: see `wantRoom`.
    return this.atomics.load(this.ring.words, WORD_WANTED) !== 0;
  }

  tallies(): LinkTallies {
    return { frames: this.frames, counted: this.counted };
  }

  private readOne(deliver: FrameHandler): void {
    const { view, bytes, dataBytes } = this.ring;
    let place = this.position & (dataBytes - 1);
    let skipped = 0;
    if (view.getUint32(place, LITTLE_ENDIAN) === SKIP_MARK) {
      skipped = dataBytes - place;
      if (skipped >= this.available()) throw this.corrupt('a skip mark with nothing after it', place);
      place = 0;
    }
    const header = readFrameHeader(view, place);
    const payloadBytes = readPayloadBytes(view, place);
    if (payloadBytes > ringPayloadBytesMax(dataBytes)) {
      throw this.corrupt(`a payload of ${payloadBytes} bytes`, place);
    }
    const taken = skipped + recordBytes(payloadBytes);
    if (taken > this.available() || place + recordBytes(payloadBytes) > dataBytes) {
      throw this.corrupt(
        `a record of ${recordBytes(payloadBytes)} bytes that was not published whole`,
        place,
      );
    }
    this.claim(this.position + taken, header.flags & FRAME_FLAG_COUNTED);
    const start = place + FRAME_HEADER_BYTES;
    deliver(this.peer, header, bytes.subarray(start, start + payloadBytes));
  }

  private claim(position: number, counted: number): void {
    const { words, tallies } = this.ring;
    const slot = this.slot ^ SLOT_BIT;
    tallies[TALLIES_READ + slot * TALLY_SLOT_LENGTH] = this.frames + 1;
    tallies[TALLIES_READ + slot * TALLY_SLOT_LENGTH + 1] = this.counted + counted;
    // Publishes the position and the tallies written above to our successor, who must not deliver this
    // frame again. The writer does not look at it.
    this.atomics.store(words, WORD_CLAIM, position | slot);
    this.position = position | 0;
    this.slot = slot;
    this.frames += 1;
    this.counted += counted;
  }

  private free(): void {
    // Publishes that we have finished reading everything before this position to the writer, who loads it
    // before it writes there.
    this.atomics.store(this.ring.words, WORD_HEAD, this.position);
    this.freed = this.position;
  }

  /** Bytes between us and the writer; asks the writer's word only when we have reached what we know. */
  private available(): number {
    if (this.tailSeen === this.position) {
      // Reads how far records are complete: the writer wrote them before it stored this.
      this.tailSeen = this.atomics.load(this.ring.words, WORD_TAIL) & POSITION_MASK;
      if ((this.tailSeen - this.position) >>> 0 > this.ring.dataBytes) {
        this.tailSeen = this.position;
        throw this.corrupt('the tail is out of reach', -RING_HEADER_BYTES + WORD_TAIL * 4);
      }
    }
    return (this.tailSeen - this.position) >>> 0;
  }

  private corrupt(reason: string, place: number): RingCorruptError {
    return new RingCorruptError(reason, RING_HEADER_BYTES + place);
  }
}
