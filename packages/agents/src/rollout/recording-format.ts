import { type Codec, createCodec } from '@skein/transport';
import type { ResolvedRules } from './rollout-options.js';

/**
 * A recording as bytes:
 *
 *     "skein rollout\n"                                            14 bytes
 *     frame …   │ length, u32 little-endian │ msgpack │            the header, then a frame a tick, then the end
 *
 * A frame is plain data; columns are typed arrays, the integers in the narrowest type that holds them.
 */
export const MAGIC: Uint8Array = new TextEncoder().encode('skein rollout\n');
/** Of the format: raised when a reader of the old would misread the new. */
export const RECORDING_VERSION = 1;
/** Of a frame's length. */
export const LENGTH_BYTES = 4;
/** Largest frame, bytes: several million agents. */
export const FRAME_BYTES_MAX: number = 2 ** 28;

/** Who did what in which world. Plain data. */
export interface RecordingHeader {
  readonly version: number;
  readonly swarm: {
    /** Places, count. */
    readonly capacity: number;
    /** The agents, index; null when all places are taken. */
    readonly members: Int32Array | null;
    readonly seed: number;
    /** Steps done before, count. */
    readonly tick: number;
    /** Of the agents' model, as far as it was said. */
    readonly model: string | null;
  };
  readonly environment: {
    /** Of the definition. */
    readonly name: string;
    readonly seed: number;
    readonly tick: number;
    /** Null for episodes without a bound. */
    readonly stepsMax: number | null;
    /** Of the world, if it has one. */
    readonly world: string | null;
  };
  readonly rules: ResolvedRules;
}

/** Integers, in the narrowest type that holds all of them. */
export type NarrowColumn = Int8Array | Int16Array | Int32Array;

/** A tick as it is kept. */
export interface TickFrame {
  readonly tick: number;
  readonly actions: readonly NarrowColumn[];
  readonly outcomes: readonly NarrowColumn[];
  /** Null when all are 0. */
  readonly rewards: Float64Array | null;
  readonly standings: Uint8Array;
  readonly news: Uint8Array;
}

/** The last frame. */
export interface EndFrame {
  /** Ticks before it, the first outcomes not counted. */
  readonly end: number;
}

export function recordingCodec(): Codec {
  return createCodec({ messageBytesMax: FRAME_BYTES_MAX });
}

export function narrow(column: Int32Array): NarrowColumn {
  let least = 0;
  let most = 0;
  for (let i = 0; i < column.length; i++) {
    if (column[i]! < least) least = column[i]!;
    if (column[i]! > most) most = column[i]!;
  }
  if (least >= -(2 ** 7) && most < 2 ** 7) return Int8Array.from(column);
  if (least >= -(2 ** 15) && most < 2 ** 15) return Int16Array.from(column);
  return column;
}
