import { expect } from 'vitest';
import type { Shard } from '../shard/shard.js';
import {
  expectBooksToBalance,
  type PuppetRef,
  type RunningTest,
  run,
  shardOf,
} from './puppet.test-fixtures.js';

/** The shard that a puppet lives on, for the books that no user sees. */
export async function shardUnder(ref: PuppetRef, { system }: RunningTest): Promise<Shard> {
  let shard!: Shard;
  ref.send(
    run((context) => {
      shard = shardOf(context);
    }),
  );
  await system.quiet();
  return shard;
}

/** No message waits anywhere, and the shard has let go of all that it had room for. */
export async function expectNoMailLeft(test: RunningTest, { mail }: Shard): Promise<void> {
  await expectBooksToBalance(test);
  expect(test.system.metrics().queued).toBe(0);
  expect([mail.pool.used, mail.bytes, mail.envelopes]).toEqual([0, 0, 0]);
}
