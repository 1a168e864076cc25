import { FrameTooLargeError, FrameVersionError, RingCorruptError } from '../errors.js';
import {
  FRAME_FLAG_COUNTED,
  FRAME_FLAG_TORN,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  readFrameHeader,
  readPayloadBytes,
  writeFrameHeader,
} from '../frame.js';
import type { LinkReader, LinkTallies, LinkWriter } from '../link.js';
import type { FrameHandler } from '../transport.js';
import {
  CHUNK_MARK,
  CHUNK_OVERHEAD_BYTES,
  CHUNK_PREFIX_BYTES,
  chunkBytesMax,
  chunkRecordBytes,
} from './chunk.js';
import { ChunkAssembly } from './chunk-assembly.js';
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

const NO_PAYLOAD = new Uint8Array(0);

/**
 * The writing side of a ring; see `ring-layout.ts` for the picture. At most one exists at a time, on one
 * thread. A later one, on another thread, continues where it stopped, wherever that was: a record is in the
 * ring entirely or not at all.
 */
export class SpscRingWriter implements LinkWriter {
  readonly wholeBytesMax: number;
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
    this.wholeBytesMax = ringPayloadBytesMax(this.ring.dataBytes);
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
    if (payloadBytes > this.wholeBytesMax) throw new FrameTooLargeError(payloadBytes, this.wholeBytesMax);
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

  /**
   * Publishes chunks of a frame from byte `from` of its payload on, as many as there is room for. What the earlier
   * ones were is the caller's to know: nothing of a frame is remembered here between two chunks.
   *
   * @throws {@link FrameHeaderError}; nothing is published then
   */
  writeLarge(header: FrameHeader, payload: Uint8Array, from: number): number {
    const bytesMax = chunkBytesMax(this.ring.dataBytes);
    let offset = from;
    while (offset < payload.length) {
      const chunkBytes = Math.min(payload.length - offset, bytesMax);
      if (!this.tryWriteChunk(header, payload, offset, chunkBytes)) break;
      offset += chunkBytes;
    }
    return offset;
  }

  private tryWriteChunk(
    header: FrameHeader,
    payload: Uint8Array,
    offset: number,
    chunkBytes: number,
  ): boolean {
    const { view, bytes, dataBytes } = this.ring;
    const needed = chunkRecordBytes(chunkBytes);
    const skipped = this.bytesToSkip(needed);
    if (!this.hasRoom(skipped + needed)) return false;
    let place = this.tail & (dataBytes - 1);
    if (skipped > 0) {
      view.setUint32(place, SKIP_MARK, LITTLE_ENDIAN);
      place = 0;
    }
    view.setUint32(place, CHUNK_MARK, LITTLE_ENDIAN);
    view.setUint32(place + 4, offset, LITTLE_ENDIAN);
    writeFrameHeader(view, place + CHUNK_PREFIX_BYTES, header, payload.length);
    bytes.set(payload.subarray(offset, offset + chunkBytes), place + CHUNK_OVERHEAD_BYTES);
    const tail = this.tail + skipped + needed;
    if (offset + chunkBytes === payload.length) this.publish(tail, header.flags & FRAME_FLAG_COUNTED);
    else this.publishPart(tail);
    return true;
  }

  hasRoomFor(payloadBytes: number, writtenBytes = 0): boolean {
    const needed =
      payloadBytes > this.wholeBytesMax
        ? chunkRecordBytes(Math.min(payloadBytes - writtenBytes, chunkBytesMax(this.ring.dataBytes)))
        : recordBytes(payloadBytes);
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

  private publishPart(tail: number): void {
    // Publishes a chunk to the reader, and the position to our successor, with the tallies as they were: the slot bit
    // stays. There is no frame until the last chunk, so dying here loses what was never written.
    this.atomics.store(this.ring.words, WORD_TAIL, tail | this.slot);
    this.tail = tail | 0;
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
 * last record that this one took.
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
  private readonly payloadBytesMax: number;
  /** Open only while the record read last was a chunk of it, not the last one. */
  private readonly assembly = new ChunkAssembly();

  /**
   * @param peer the number that frames of this ring are delivered under
   * @param payloadBytesMax the largest payload that is put together from chunks, bytes
   */
  constructor(
    memory: SharedArrayBuffer,
    peer: number,
    atomics: RingAtomics = SHARED_ATOMICS,
    payloadBytesMax: number = 0,
  ) {
    this.atomics = atomics;
    this.peer = peer;
    this.payloadBytesMax = payloadBytesMax;
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
   * Takes frames; the payload handed to `deliver` is a view of the ring itself, valid only during the call, or of
   * memory of its own if it came in chunks. A frame whose head another reader took is delivered torn.
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
        taken += this.readOne(deliver);
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

  /** Takes one record and returns how many frames that made: 0 for a chunk that is not the last. */
  private readOne(deliver: FrameHandler): number {
    const { view, bytes, dataBytes } = this.ring;
    let place = this.position & (dataBytes - 1);
    let skipped = 0;
    let mark = view.getUint32(place, LITTLE_ENDIAN);
    if (mark === SKIP_MARK) {
      skipped = dataBytes - place;
      if (skipped >= this.available()) throw this.corrupt('a skip mark with nothing after it', place);
      place = 0;
      mark = view.getUint32(place, LITTLE_ENDIAN);
    }
    if (mark === CHUNK_MARK) return this.readChunk(place, skipped, deliver);
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
    // The rest of what was begun will not come: its writer has died, or given it up.
    if (this.assembly.isOpen) this.assembly.drop();
    this.claim(this.position + taken, header.flags & FRAME_FLAG_COUNTED);
    const start = place + FRAME_HEADER_BYTES;
    deliver(this.peer, header, bytes.subarray(start, start + payloadBytes));
    return 1;
  }

  private readChunk(place: number, skipped: number, deliver: FrameHandler): number {
    const { view, bytes, dataBytes } = this.ring;
    const bytesMax = chunkBytesMax(dataBytes);
    const offset = view.getUint32(place + 4, LITTLE_ENDIAN);
    const header = readFrameHeader(view, place + CHUNK_PREFIX_BYTES);
    const payloadBytes = readPayloadBytes(view, place + CHUNK_PREFIX_BYTES);
    if (payloadBytes > this.payloadBytesMax || offset >= payloadBytes || offset % bytesMax !== 0) {
      throw this.corrupt(`a chunk at ${offset} of a payload of ${payloadBytes} bytes`, place);
    }
    const chunkBytes = Math.min(payloadBytes - offset, bytesMax);
    const record = chunkRecordBytes(chunkBytes);
    if (skipped + record > this.available() || place + record > dataBytes) {
      throw this.corrupt(`a chunk of ${record} bytes that was not published whole`, place);
    }
    const isLast = offset + chunkBytes === payloadBytes;
    if (isLast) this.claim(this.position + skipped + record, header.flags & FRAME_FLAG_COUNTED);
    else this.claimPart(this.position + skipped + record);
    const start = place + CHUNK_OVERHEAD_BYTES;
    const isOurs = this.assembly.add(offset, payloadBytes, bytes.subarray(start, start + chunkBytes));
    if (!isLast) return 0;
    if (isOurs) deliver(this.peer, header, this.assembly.take());
    else deliver(this.peer, { ...header, flags: header.flags | FRAME_FLAG_TORN }, NO_PAYLOAD);
    return 1;
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

  private claimPart(position: number): void {
    // Publishes the position to our successor, whose frames begin after this chunk, with the tallies as they were: the
    // slot bit stays. It must be stored before `head` lets the writer overwrite the chunk, and it is: `free` comes
    // later in program order.
    this.atomics.store(this.ring.words, WORD_CLAIM, position | this.slot);
    this.position = position | 0;
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
