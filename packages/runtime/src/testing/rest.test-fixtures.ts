import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/**
 * Lets whatever has been set going come to rest, without moving the clock. For what `quiet` would wait for: an open
 * call, a question without an answer, a store that takes its time.
 */
export async function rest(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await turnOfTheLoop();
}
