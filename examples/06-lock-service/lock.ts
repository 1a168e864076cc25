import { deterministicModel, type SequentialModel } from '@skein/runtime/testing';

/** What a client does with the lock: acquire or release it, under its name. */
export type Use = { readonly acquire: string } | { readonly release: string };

/** What the lock answers, and who has it then. */
export interface Used {
  readonly answer: boolean;
  /** Null is nobody. */
  readonly holder: string | null;
}

/** Whoever has it may acquire it again: a client that missed its answer can retry. */
export function afterUse(holder: string | null, use: Use): Used {
  if ('release' in use)
    return use.release === holder ? { answer: true, holder: null } : { answer: false, holder };
  return holder === null ? { answer: true, holder: use.acquire } : { answer: use.acquire === holder, holder };
}

/** A lock without actors, messages or faults: the meaning of "correct". */
export const lock: SequentialModel<string | null, Use, boolean> = deterministicModel({
  initial: () => null as string | null,
  apply: (before, use: Use) => {
    const { answer, holder } = afterUse(before, use);
    return [holder, answer] as const;
  },
});
