import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** How long V8 may take to sweep buffers, and to put to use what it compiled, beside the main thread, ms. */
const SETTLE_MS = 50;

/** Collects all garbage, buffers among it, so that what is left can be counted. */
export async function collectGarbage(): Promise<void> {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  for (let time = 0; time < 2; time++) {
    collect();
    await setTimeout(SETTLE_MS);
  }
}
