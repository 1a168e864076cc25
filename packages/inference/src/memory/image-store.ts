import type { Image, LoadedImage } from './image.js';
import type { InferenceMemory } from './inference-memory.js';

interface Loaded {
  readonly image: LoadedImage;
  readonly digest: string;
  users: number;
}

/** Images in a memory, by what they hold: loaded twice, an image is there once. Only what this thread loaded counts. */
export class ImageStore {
  readonly #memory: InferenceMemory;
  readonly #byDigest: Map<string, Loaded> = new Map();
  readonly #byAddress: Map<number, Loaded> = new Map();

  constructor(memory: InferenceMemory) {
    this.#memory = memory;
  }

  /**
   * @param finish writes what is worked out from an image once it stands; called when it is loaded for the first time
   * @returns the image; for each call, `release` it once
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`
   */
  load(image: Image, finish: (loaded: LoadedImage) => void): LoadedImage {
    const digest = image.digest();
    const known = this.#byDigest.get(digest);
    if (known !== undefined) {
      known.users++;
      return known.image;
    }
    const loaded = { image: image.load(this.#memory), digest, users: 1 };
    try {
      finish(loaded.image);
    } catch (error) {
      this.#memory.free(loaded.image.address, loaded.image.bytes);
      throw error;
    }
    this.#byDigest.set(digest, loaded);
    this.#byAddress.set(loaded.image.address, loaded);
    return loaded.image;
  }

  /** Gives the image's memory back when nobody else has it. */
  release({ address, bytes }: LoadedImage): void {
    const loaded = this.#byAddress.get(address)!;
    loaded.users--;
    if (loaded.users > 0) return;
    this.#byAddress.delete(address);
    this.#byDigest.delete(loaded.digest);
    this.#memory.free(address, bytes);
  }
}
