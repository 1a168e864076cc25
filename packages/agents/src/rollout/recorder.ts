import type { Codec } from '@skein/transport';
import type { LoopTick } from './closed-loop.js';
import {
  type EndFrame,
  LENGTH_BYTES,
  MAGIC,
  narrow,
  type RecordingHeader,
  recordingCodec,
  type TickFrame,
} from './recording-format.js';

/** Takes the bytes of a recording, piece by piece, in order. The next comes when this one is taken: so a slow file slows the rollout. */
export type RecordingSink = (bytes: Uint8Array) => void | Promise<void>;

/** Writes a recording. Keeps no more than the frame in hand. */
export class Recorder {
  readonly #sink: RecordingSink;
  readonly #codec: Codec = recordingCodec();
  #ticks = 0;

  constructor(sink: RecordingSink) {
    this.#sink = sink;
  }

  async begin(header: RecordingHeader): Promise<void> {
    await this.#sink(MAGIC.slice());
    await this.#write(header);
  }

  async add({ tick, actions, outcomes, rewards, standings, news }: LoopTick): Promise<void> {
    this.#ticks = tick;
    const frame: TickFrame = {
      tick,
      actions: actions.map(narrow),
      outcomes: outcomes.map(narrow),
      rewards: rewards.some((reward) => !Object.is(reward, 0)) ? rewards : null,
      standings,
      news,
    };
    await this.#write(frame);
  }

  async end(): Promise<void> {
    await this.#write({ end: this.#ticks } satisfies EndFrame);
  }

  async #write(frame: unknown): Promise<void> {
    const content = this.#codec.encode(frame);
    const bytes = new Uint8Array(LENGTH_BYTES + content.length);
    new DataView(bytes.buffer).setUint32(0, content.length, true);
    bytes.set(content, LENGTH_BYTES);
    await this.#sink(bytes);
  }
}
