import type { ActorSystem } from '@skein/runtime';
import { audited, stopAll } from './books.js';
import { carrier, depot, echo, farPinger, observation, type ParcelMessage } from './far-definitions.js';
import { mustBe, type RateOutcome, timed } from './outcome.js';

/** Longest wait for the answer of a whole workload, ms. */
const WORK = { deadlineMs: 600_000 } as const;

/** So many observations on their way fit in a ring of the default size, and keep both threads busy. */
const WINDOW = 8192;

/** An observation goes to an actor on shard 1 and back to one on the main thread, `n` round trips. */
export async function xtPingpong(system: ActorSystem, n: number): Promise<RateOutcome> {
  const opponent = system.spawn(echo, undefined, { shard: 1 });
  const player = system.spawn(farPinger, opponent, { shard: 0 });
  return audited(system, { sent: 2 * n + 2 }, async () => {
    const outcome = await timed(n, async () => {
      mustBe('played', await player.ask({ type: 'play', rounds: n }, WORK), n);
    });
    await stopAll(system, [player, opponent]);
    return outcome;
  });
}

/** An actor on the main thread sends `n` parcels (default: observations) to one on shard 1, which counts them. */
export async function xtOneway(
  system: ActorSystem,
  n: number,
  parcel: ParcelMessage = observation(),
  window: number = WINDOW,
): Promise<RateOutcome> {
  const acknowledgeEvery = Math.max(1, window / 8);
  const receiver = system.spawn(depot, { acknowledgeEvery }, { shard: 1 });
  const sender = system.spawn(carrier, receiver, { shard: 0 });
  const acknowledgements = Math.floor(n / acknowledgeEvery) + 1;
  // beside the parcels: the question, its answer, and the mark after the last parcel
  return audited(system, { sent: n + acknowledgements + 3 }, async () => {
    const outcome = await timed(n, async () => {
      mustBe('arrived', await sender.ask({ type: 'carry', parcel, count: n, window }, WORK), n);
    });
    await stopAll(system, [sender, receiver]);
    return outcome;
  });
}
