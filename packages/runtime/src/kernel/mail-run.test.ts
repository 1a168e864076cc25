// At stake: that many messages in a row lie in one node is nobody's business: each is met once and in order, or is one dead letter, also
// where a full mailbox gives its oldest mail up. Tried with rows that are longer than a run, into mailboxes that only bytes bound.
import { describe, expect, it } from 'vitest';
import type { Shard } from '../shard/shard.js';
import {
  forgetful,
  note,
  notes,
  puppet,
  type RunningTest,
  run,
  shardOf,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

const ROW = 300;
/** Holds about a third of a row. */
const options = { strict: false, mailboxBytesMax: 16_000 } as const;
const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`);

/** The last of a row are left, and all others are one dead letter each. */
function expectTheLast(left: readonly string[], { reasons }: RunningTest): void {
  expect(left.length).toBeGreaterThan(20);
  expect(left).toEqual(texts(ROW - left.length, ROW));
  const dropped = reasons().filter((reason) => reason === 'dropped-oldest');
  expect(dropped.length).toBe(ROW - left.length);
}

describe('a row of messages to an actor that drops its oldest mail', () => {
  it('keeps the last ones behind a notice, which keeps its place', async () => {
    const test = await startPuppets(options);
    const { system } = test;
    const ref = system.spawn(forgetful);
    const watched = system.spawn(puppet);
    ref.send(run((context) => context.watch(watched)));
    await system.quiet();
    system.suspend(ref);
    await system.stopActor(watched);
    for (const text of texts(0, ROW)) ref.send(note(text));
    system.resume(ref);
    const [first, ...left] = await ref.ask(notes, soon);
    expect(first).toMatch(/^terminated/);
    expectTheLast(left, test);
  });

  it('keeps the last ones when the row grows while it is met', async () => {
    const test = await startPuppets(options);
    const { system } = test;
    const ref = system.spawn(forgetful);
    const met: string[] = [];
    let shard!: Shard;
    const meet = (text: string) => run(() => void met.push(text));
    const flood = run((context) => {
      shard = shardOf(context);
      for (const text of texts(0, ROW)) context.self.send(meet(text));
    });
    system.suspend(ref);
    for (let i = 0; i < 12; i++) ref.send(i === 10 ? flood : run(() => undefined));
    system.resume(ref);
    await system.quiet();
    const before = test.letters.length - (ROW - met.length);
    expect(before).toBe(1); // what waited behind the flood was the oldest
    expect(met).toEqual(texts(ROW - met.length, ROW));
    expect([shard.mail.bytes, shard.mail.envelopes, shard.mail.pool.used]).toEqual([0, 0, 0]);
  });
});

it('hands each message of a row on as it is, and none of the others', async () => {
  const { system } = await startPuppets({ strict: false });
  const relay = system.spawn(puppet);
  const target = system.spawn(puppet);
  const row = texts(0, ROW);
  const met: string[] = [];
  for (const text of row) {
    let isHandedOn = false;
    relay.send(
      run((context) => {
        if (isHandedOn) met.push(text);
        else context.forward(target);
        isHandedOn = true;
      }),
    );
  }
  await system.quiet();
  expect(met).toEqual(row);
});
