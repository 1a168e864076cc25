import type { ActorSystem, AnyRef } from '@skein/runtime';
import { mustBe } from './outcome.js';

/** What a piece of work must leave in the books of its system. */
export interface Expected {
  /** Envelopes sent, replies among them, count. */
  readonly sent: number;
  /** Those of them that became dead letters, count; default 0. */
  readonly dead?: number;
  /** Restarts, count; default 0. */
  readonly restarts?: number;
}

/** How long a system may take to come to rest after the work, ms. */
const QUIET_WITHIN_MS = 60_000;

/**
 * Does `work` and reads the books afterwards: every envelope is handled or dead, none waits, and there are exactly
 * those that are expected. Reading takes none of the time that `work` measures.
 *
 * @throws Error with what was expected and what was found
 */
export async function audited<T>(
  system: ActorSystem,
  { sent, dead = 0, restarts = 0 }: Expected,
  work: () => Promise<T>,
): Promise<T> {
  const before = system.metrics();
  const result = await work();
  await system.quiet({ deadlineMs: QUIET_WITHIN_MS });
  const after = system.metrics();
  mustBe('dead letters', after.deadLetters - before.deadLetters, dead);
  mustBe('sent', after.sent - before.sent, sent);
  mustBe('handled', after.handled - before.handled, sent - dead);
  mustBe('queued', after.queued, 0);
  for (const { shard, mailWaiting } of after.shards) mustBe(`mail waiting on shard ${shard}`, mailWaiting, 0);
  mustBe('restarts', after.restarts - before.restarts, restarts);
  return result;
}

/** Resolves when at most `count` actors are left: they stop by themselves, and the last may still be at it. */
export async function untilActors(system: ActorSystem, count: number): Promise<void> {
  while (system.metrics().actors > count) await new Promise((resolve) => setImmediate(resolve));
}

/** Stops actors that the next run must not meet. */
export async function stopAll(system: ActorSystem, refs: readonly AnyRef[]): Promise<void> {
  await Promise.all(refs.map((ref) => system.stopActor(ref)));
}
