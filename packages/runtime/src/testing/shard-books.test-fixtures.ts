import { expect } from 'vitest';
import { RUNNING, STOPPED } from '../actor/lifecycle.js';
import {
  BLOCKED,
  INCARNATION,
  LIFECYCLE_MASK,
  MAIL_COUNT,
  MAIL_HEAD,
  QUEUED,
  STATUS,
} from '../kernel/actor-record.js';
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

/** Nobody is in line for a turn, nobody should be, and the slot of whoever has stopped is free. */
export function expectNobodyInLine({ dispatcher, table, roles }: Shard): void {
  expect(dispatcher.readyCount).toBe(0);
  const standIns = new Set(roles.all.map(({ group }) => group?.standIn));
  for (let slot = table.slotAfter(0); slot !== 0; slot = table.slotAfter(slot)) {
    if (standIns.has(slot)) continue;
    const status = table.get(slot, STATUS);
    expect(status & QUEUED).toBe(0);
    if ((status & LIFECYCLE_MASK) === STOPPED) expect(table.get(slot, INCARNATION)).toBe(0);
    if ((status & (LIFECYCLE_MASK | BLOCKED)) === RUNNING)
      expect([table.get(slot, MAIL_HEAD), table.get(slot, MAIL_COUNT)]).toEqual([0, 0]);
  }
}
