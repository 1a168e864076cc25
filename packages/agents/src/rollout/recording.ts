import type { Codec } from '@skein/transport';
import { ByteReader, type ByteSource } from './byte-reader.js';
import { checkHeader, checkTick, isEnd } from './check-recording.js';
import type { LoopTick } from './closed-loop.js';
import { RecordingError } from './recording-error.js';
import {
  FRAME_BYTES_MAX,
  LENGTH_BYTES,
  MAGIC,
  type RecordingHeader,
  recordingCodec,
} from './recording-format.js';

/** A recording that is being read. */
export interface Recording {
  readonly header: RecordingHeader;
  /**
   * Its ticks, in order; once. Ends after the last, if the recording is whole.
   *
   * @throws RecordingError `AGENTS_RECORDING_TRUNCATED`, `AGENTS_RECORDING_MALFORMED`
   */
  readonly ticks: AsyncIterable<LoopTick>;
  /** Reads no further, and lets the source clean up. Reading to the end, or an error, does so too. */
  close(): Promise<void>;
}

/**
 * Reads a recording, a frame at a time: what `fs.createReadStream` gives will do.
 *
 * @throws RecordingError `AGENTS_RECORDING_FOREIGN`, `AGENTS_RECORDING_VERSION`, `AGENTS_RECORDING_TRUNCATED`,
 *   `AGENTS_RECORDING_MALFORMED`
 */
export async function readRecording(source: ByteSource): Promise<Recording> {
  const bytes = new ByteReader(source);
  const codec = recordingCodec();
  try {
    const magic = await bytes.read(MAGIC.length);
    if (!MAGIC.every((byte, i) => magic?.[i] === byte))
      throw new RecordingError('AGENTS_RECORDING_FOREIGN', 'These bytes do not begin like a recording.');
    const frame = await readFrame(bytes, codec);
    if (frame === undefined) throw truncated('before its header');
    const header = checkHeader(frame);
    return { header, ticks: ticksOf(bytes, codec, header), close: () => bytes.close() };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function* ticksOf(bytes: ByteReader, codec: Codec, header: RecordingHeader): AsyncGenerator<LoopTick> {
  try {
    for (let tick = 0; ; tick++) {
      const frame = await readFrame(bytes, codec);
      if (frame === undefined) throw truncated(`before tick ${tick}`);
      if (isEnd(frame, tick, header)) break;
      yield checkTick(frame, tick, header);
    }
    if ((await bytes.read(1)) !== undefined) throw malformed('goes on after its end');
  } finally {
    await bytes.close();
  }
}

/** Undefined where the bytes end, be it in the midst of a frame. */
async function readFrame(bytes: ByteReader, codec: Codec): Promise<unknown> {
  const prefix = await bytes.read(LENGTH_BYTES);
  if (prefix === undefined) return undefined;
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0, true);
  if (length > FRAME_BYTES_MAX) throw malformed(`has a frame of ${length} bytes`);
  const content = await bytes.read(length);
  if (content === undefined) return undefined;
  try {
    return codec.decode(content);
  } catch (cause) {
    throw malformed('has a frame that is no msgpack', cause);
  }
}

function truncated(where: string): RecordingError {
  return new RecordingError('AGENTS_RECORDING_TRUNCATED', `The recording ends ${where}.`);
}

function malformed(what: string, cause?: unknown): RecordingError {
  return new RecordingError('AGENTS_RECORDING_MALFORMED', `The recording ${what}.`, { cause });
}
