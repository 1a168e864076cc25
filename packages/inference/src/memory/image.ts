import { createHash } from 'node:crypto';
import type { InferenceMemory } from './inference-memory.js';

/** The place of a part of an image; becomes an address when the image is loaded. */
export interface Part {
  readonly offset: number;
}

/** A word of a structure: an integer, an address, a number in single precision, or null for "absent". */
export type Word = number | Part | { readonly float: number } | null;

/** An image in memory. */
export interface LoadedImage {
  readonly address: number;
  readonly bytes: number;
  addressOf(part: Part): number;
}

type Content = Float32Array | Int32Array | readonly Word[];

/** Parts begin where a vector may be loaded from. */
const ALIGNMENT_BYTES = 16;

/**
 * Structures that point at one another, put together before it is known where they will stand.
 *
 * A part can only point at parts added before it, so that an image cannot contain a cycle.
 */
export class Image {
  readonly #parts: { readonly offset: number; readonly content: Content }[] = [];
  #bytes = 0;

  /** Bytes of all parts so far, count. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds numbers or the words of a structure. */
  add(content: Content): Part {
    const offset = this.#bytes;
    this.#parts.push({ offset, content });
    this.#bytes += Math.ceil((content.length * 4) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return { offset };
  }

  /** Names the content, wherever it is loaded to: images of one digest are alike. */
  digest(): string {
    const hash = createHash('sha256');
    for (const { offset, content } of this.#parts) {
      hash.update(`${offset} ${content.constructor.name} ${content.length}\n`);
      if (ArrayBuffer.isView(content)) {
        hash.update(new Uint8Array(content.buffer, content.byteOffset, content.byteLength));
      } else hash.update(JSON.stringify(content));
    }
    return hash.digest('base64');
  }

  /** Copies everything into memory. */
  load(memory: InferenceMemory): LoadedImage {
    const address = memory.allocate(this.#bytes);
    for (const { offset, content } of this.#parts) {
      const at = address + offset;
      if (content instanceof Float32Array) memory.floats(at, content.length).set(content);
      else if (content instanceof Int32Array) memory.integers(at, content.length).set(content);
      else writeWords(memory, at, content, address);
    }
    return { address, bytes: this.#bytes, addressOf: (part) => address + part.offset };
  }
}

/**
 * Writes the words of a structure.
 *
 * @param base address of the image that its parts are in
 */
export function writeWords(memory: InferenceMemory, at: number, words: readonly Word[], base = 0): void {
  const integers = memory.integers(at, words.length);
  const floats = memory.floats(at, words.length);
  words.forEach((word, i) => {
    if (word === null) integers[i] = 0;
    else if (typeof word === 'number') integers[i] = word;
    else if ('float' in word) floats[i] = word.float;
    else integers[i] = base + word.offset;
  });
}
