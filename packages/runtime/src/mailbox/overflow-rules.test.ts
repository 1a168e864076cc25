// At stake: what a full mailbox does is what its definition says, to the near as to the far, however a message is sent; and
// the books are exact to the byte. Tried beside a model that is an array, with random loads on a suspended receiver.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverflowRule } from '../actor/definition.js';
import { expectBooksToBalance, puppet, run, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { estimateMessageBytes } from './message-size.js';
import * as weighted from './weighted.test-fixtures.js';

const BYTES_MAX = 12_000;
const definitions = [
  { definition: weighted.rejecting, overflow: 'reject', capacity: 3 },
  { definition: weighted.droppingNewest, overflow: 'drop-newest', capacity: 3 },
  { definition: weighted.droppingOldest, overflow: 'drop-oldest', capacity: 3 },
  { definition: weighted.pressing, overflow: 'backpressure', capacity: 3 },
  { definition: weighted.rejectingByBytes, overflow: 'reject', capacity: 1000 },
  { definition: weighted.droppingNewestByBytes, overflow: 'drop-newest', capacity: 1000 },
  { definition: weighted.droppingOldestByBytes, overflow: 'drop-oldest', capacity: 1000 },
  { definition: weighted.pressingByBytes, overflow: 'backpressure', capacity: 1000 },
] as const;
type Bound = { readonly overflow: OverflowRule; readonly capacity: number };

const load = fc.record({
  how: fc.constantFrom('tell', 'ask', 'ready'),
  // Always large, hence always measured; some larger than all that the mailboxes may hold.
  size: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 15, max: 80 }) },
    { weight: 1, arbitrary: fc.constant(220) },
  ),
});
const step = fc.oneof(
  { weight: 6, arbitrary: load },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
);
type Step = { how: string; size: number } | 'drain';
/** A message of that many units of 64 bytes, to the byte. */
const messageOf = (each: Exclude<Step, 'drain'>, number: number) => {
  const type = each.how === 'ask' ? ('asked' as const) : ('told' as const);
  const bare = estimateMessageBytes({ type, number, pad: '' });
  return { type, number, pad: 'x'.repeat((each.size * 64 - bare) / 2) };
};

/** What should happen: the numbers handled, and what each sender hears. */
function model(steps: readonly Step[], { overflow, capacity }: Bound) {
  let waiting: { number: number; bytes: number; how: string }[] = [];
  let parked: typeof waiting = [];
  const handled: number[] = [];
  const heard: string[] = [];
  const reasons: string[] = [];
  const bytesOf = () => waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  const bury = ({ number, how }: { number: number; how: string }, reason: string): void => {
    reasons.push(reason);
    if (how === 'ask') heard[number] = `RUNTIME_ASK_REJECTED ${reason}`;
    if (how === 'ready' && heard[number] === undefined) heard[number] = `RUNTIME_SEND_REFUSED ${reason}`;
  };
  for (const [number, each] of steps.entries()) {
    if (each === 'drain') {
      for (const mail of [...waiting, ...parked]) {
        handled.push(mail.number);
        heard[mail.number] = mail.how === 'tell' ? '' : 'ok';
      }
      waiting = [];
      parked = [];
      continue;
    }
    const mail = { number, bytes: estimateMessageBytes(messageOf(each, number)), how: each.how };
    const bytesFull = bytesOf() + mail.bytes > BYTES_MAX;
    const isFull = waiting.length >= capacity || bytesFull;
    if (mail.how === 'ready') {
      if (isFull || parked.length > 0) {
        if (mail.bytes > BYTES_MAX) bury(mail, 'mailbox-full');
        else parked.push(mail);
      } else {
        waiting.push(mail);
        heard[number] = 'ok';
      }
    } else if (!isFull) waiting.push(mail);
    else if (overflow === 'drop-oldest') {
      const oldest = waiting[0];
      if (oldest !== undefined && bytesOf() - oldest.bytes + mail.bytes <= BYTES_MAX) {
        bury(waiting.shift()!, 'dropped-oldest');
        waiting.push(mail);
      } else bury(mail, 'mailbox-full');
    } else bury(mail, overflow === 'drop-newest' ? 'dropped-newest' : 'mailbox-full');
  }
  return { handled, heard: steps.map((_, number) => heard[number] ?? ''), reasons };
}

/** What does happen, sent from shard `from` to a receiver on shard 1. */
async function play(
  steps: readonly Step[],
  definition: (typeof definitions)[number]['definition'],
  from: number,
) {
  const modules = ['./weighted.test-fixtures.ts', '../testing/puppet.test-fixtures.ts'].map(
    (path) => new URL(path, import.meta.url),
  );
  const test = await startPuppets({ sideShards: 2, modules, mailboxBytesMax: BYTES_MAX });
  const { system } = test;
  const ref = system.spawn(definition, undefined, { shard: 1 });
  const sender = system.spawn(puppet, undefined, { shard: from });
  const heard = steps.map(() => '');
  const shard = await shardUnder(system.spawn(puppet, undefined, { shard: 1 }), test);
  system.suspend(ref);
  let batch: number[] = [];
  const flush = async () => {
    const numbers = batch;
    batch = [];
    sender.send(
      run((context) => {
        const target = context.ref<weighted.Weighted>(ref.address);
        for (const number of numbers) {
          const each = steps[number] as Exclude<Step, 'drain'>;
          const message = messageOf(each, number) as never;
          const hear = (what: string) => {
            heard[number] = what;
          };
          const fail = (error: Error & { code: string; reason: string }) =>
            hear(`${error.code} ${error.reason}`);
          if (each.how === 'tell') target.send(message);
          else if (each.how === 'ask') target.ask(message, { deadlineMs: 1e9 }).then(() => hear('ok'), fail);
          else target.sendWhenReady(message).then(() => hear('ok'), fail);
        }
      }),
    );
    await expectBooksToBalance(test);
    expect(shard.mail.bytes).toBeLessThanOrEqual(BYTES_MAX);
  };
  for (const [number, each] of steps.entries()) {
    if (each !== 'drain') {
      batch.push(number);
      continue;
    }
    await flush();
    system.resume(ref);
    await system.quiet();
    system.suspend(ref);
    await system.quiet();
  }
  system.resume(ref);
  const handled = await ref.ask({ type: 'read' }, soon);
  await expectNoMailLeft(test, shard);
  const reasons = test.reasons();
  await system.stop({ now: true });
  return { handled, heard, reasons };
}

describe.each(definitions)('a full mailbox ($overflow, $capacity)', ({ definition, ...bound }) => {
  it.each([0, 1, 2])('does what its rule says to a sender on shard %i', async (from) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (some) => {
        const steps: Step[] = [...some, 'drain'];
        expect(await play(steps, definition, from)).toEqual(model(steps, bound));
      }),
      { numRuns: 8 },
    );
  });
});
