import {
  attachInferenceMemory,
  createInferenceMemory,
  InferenceMemory,
  type SharedInferenceMemory,
} from '@skein/inference';
import { InvalidOptionError } from '@skein/runtime';
import type { MindSetup } from './mind.js';

/** The extension under which a system is given memory for its agents' models and beliefs: what `share()` of an `InferenceMemory` returned. */
export const INFERENCE_EXTENSION = 'inference';

const KEY: object = Object.freeze({});

/**
 * The memory in which a shard keeps its agents' models and beliefs, one for all definitions: the system's, if it was given any under
 * {@link INFERENCE_EXTENSION}, else its own.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` when the extension is something else
 */
export function inferenceMemoryOf(setup: Pick<MindSetup, 'extension' | 'shardLocal'>): InferenceMemory {
  return setup.shardLocal(KEY, () => {
    const given = givenMemory(setup);
    if (given === undefined) return createInferenceMemory();
    // Of another copy of the package it is no instance; its parts serve as well.
    return given instanceof InferenceMemory ? given : attachInferenceMemory(given as SharedInferenceMemory);
  });
}

function givenMemory({ extension }: Pick<MindSetup, 'extension'>): unknown {
  try {
    return extension(INFERENCE_EXTENSION);
  } catch (error) {
    if (error instanceof InvalidOptionError) return undefined; // nothing was given
    throw error;
  }
}
