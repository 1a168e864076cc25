// At stake: what can grow is bounded, and a full mailbox treats the near and the far alike. Tried by filling
// the mailbox of a suspended actor from its own shard and from another.
import { describe, expect, it } from 'vitest';
import {
  droppingNewest,
  droppingOldest,
  expectBooksToBalance,
  note,
  notes,
  puppet,
  rejecting,
  run,
  seenFrom,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

describe.each([
  { where: 'from its own shard', from: 1 },
  { where: 'from the main shard', from: 0 },
  { where: 'from another side shard', from: 2 },
])('a full mailbox, filled $where,', ({ from }) => {
  it.each([
    { definition: rejecting, reason: 'mailbox-full', left: ['0', '1'], asked: 'rejected' },
    { definition: droppingNewest, reason: 'dropped-newest', left: ['0', '1'], asked: 'rejected' },
    { definition: droppingOldest, reason: 'dropped-oldest', left: ['3', 'asked'], asked: 'answered' },
  ])('makes dead letters: $reason', async ({ definition, reason, left, asked }) => {
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const ref = system.spawn(definition, undefined, { shard: 1 });
    const sender = system.spawn(puppet, undefined, { shard: from });
    system.suspend(ref);
    const outcomes: unknown[] = [];
    sender.send(
      run((context) => {
        const target = seenFrom(context, ref);
        for (let i = 0; i < 4; i++) target.send(note(`${i}`));
        const question = { ...run(() => undefined), type: 'call' } as const;
        target.ask(question, soon).catch((error) => outcomes.push(error.reason));
      }),
    );
    await expectBooksToBalance(test);
    expect(system.metrics().queued).toBe(2);
    expect(test.reasons()).toEqual([reason, reason, reason]);
    expect(test.letters.map(({ shard }) => shard)).toEqual([1, 1, 1]);
    system.resume(ref);
    await system.quiet();
    expect(outcomes).toEqual([asked === 'rejected' ? reason : 'unanswered']);
    expect(await ref.ask(notes, soon)).toEqual(left.filter((text) => text !== 'asked'));
  });

  it('is full too when the shard has no bytes left', async () => {
    const test = await startPuppets({ sideShards: 2, mailboxBytesMax: 3000 });
    const { system } = test;
    const refs = [0, 1].map(() => system.spawn(puppet, undefined, { shard: 1 }));
    const sender = system.spawn(puppet, undefined, { shard: from });
    for (const ref of refs) system.suspend(ref);
    sender.send(
      run((context) => {
        for (let i = 0; i < 20; i++) seenFrom(context, refs[i % 2]!).send(note('x'.repeat(400)));
      }),
    );
    await expectBooksToBalance(test);
    const { queued, deadLetters } = system.metrics();
    expect(queued + deadLetters).toBe(20);
    expect(queued).toBeGreaterThanOrEqual(2);
    expect(queued).toBeLessThanOrEqual(7);
    expect(new Set(test.reasons())).toEqual(new Set(['mailbox-full']));
    for (const ref of refs) system.resume(ref);
    await system.quiet();
    refs[0]!.send(note('room again'));
    expect((await refs[0]!.ask(notes, soon)).at(-1)).toBe('room again');
  });
});

describe('a column larger than the way between two shards', () => {
  it('arrives whole, in its place; one beyond the limit is a dead letter that says so', async () => {
    const test = await startPuppets({ sideShards: 1, ringBytes: 4096, columnBytesMax: 100_000 });
    const ref = test.system.spawn(puppet, undefined, { shard: 1 });
    const columns = [50_000, 100_001, 3, 100_000].map((length, i) => new Uint8Array(length).fill(i));
    for (const column of columns) ref.send({ type: 'note', text: column as never });
    await expectBooksToBalance(test);
    expect(test.letters).toMatchObject([
      {
        reason: 'invalid-message',
        cause: { code: 'TRANSPORT_COLUMNS_TOO_LARGE', columnBytes: 100_001, columnBytesMax: 100_000 },
      },
    ]);
    const arrived = await ref.ask(notes, { deadlineMs: 1000 }).catch((error: unknown) => error);
    expect(arrived).toMatchObject({ reason: 'invalid-message' }); // all of them in one reply are too much
    const kept: unknown[] = [];
    ref.send(run((_, state) => void kept.push(...state.notes)));
    await test.system.quiet();
    expect(kept).toEqual([columns[0], columns[2], columns[3]]);
  });
});

describe('a ring that is full', () => {
  it('makes the rest wait in order, and quiet waits for it', async () => {
    const test = await startPuppets({ sideShards: 1, messageBytesMax: 1024, ringBytes: 8192 });
    const ref = test.system.spawn(puppet, undefined, { shard: 1 });
    const texts = Array.from({ length: 500 }, (_, i) => `${i} ${'x'.repeat(200)}`);
    for (const text of texts) ref.send(note(text));
    await expectBooksToBalance(test);
    expect(test.system.metrics()).toMatchObject({ handled: 500, deadLetters: 0 });
    const seen: string[] = [];
    ref.send(run((_, state) => void seen.push(...state.notes)));
    await test.system.quiet();
    expect(seen).toEqual(texts);
  });
});
