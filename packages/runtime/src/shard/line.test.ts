// At stake: an actor that has something to do is in line for a turn, once: no wake-up is lost, and nobody is left in line who has
// stopped. Tried with random actors that send to themselves, wait, crash, stop and are suspended in the middle of their turns, alone and
// in groups, in whatever order they have them, beside a count of what must be met.
import { keyedUniform } from '@skein/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import { oneForOne } from '../supervision/supervision.js';
import { gate, puppet, startPuppets } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { expectNobodyInLine, expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import {
  critical,
  standard,
  together,
  type WorkerContext,
  type WorkerMessage,
  type WorkerRef,
} from './line.test-fixtures.js';

/** Takes any ready actor, for a few messages, and batches of any size. */
function seededChoices(seed: number): DispatcherChoices {
  let draw = 0;
  const below = (end: number) => Math.floor(keyedUniform(seed, 0, 0, draw++) * end);
  return {
    nextReady: below,
    turnMessagesMax: () => 1 + below(4),
    batchSizeMax: (waiting) => 1 + below(waiting),
  };
}

const DEFINITIONS = [standard, standard, critical, together, together, together];
const who = fc.nat({ max: DEFINITIONS.length - 1 });
const act = fc.constantFrom(
  'self',
  'share',
  'next',
  'wait',
  'meanwhile',
  'crash',
  'suspend',
  'leave',
  'brood',
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('work' as const, 'share' as const),
      who,
      acts: fc.array(act, { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('suspend' as const, 'resume' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'quiet' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

async function play(steps: readonly Step[], choices: DispatcherChoices | undefined): Promise<void> {
  const test = await startPuppets({
    modules: ['./line.test-fixtures.ts', '../testing/puppet.test-fixtures.ts'].map(
      (path) => new URL(path, import.meta.url),
    ),
    strict: false,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    ...(choices && { choices }),
  });
  const { system } = test;
  const shard = await shardUnder(system.spawn(puppet), test);
  const refs: WorkerRef[] = DEFINITIONS.map((definition) => system.spawn(definition));
  let door = gate();
  let told = 0;
  let met = 0;
  /** A message that counts itself when it is met. */
  const message = (type: 'work' | 'share', self: number, acts: readonly Act[]): WorkerMessage => {
    told++;
    const perform = (sendSelf: (message: WorkerMessage) => void, context?: WorkerContext): void => {
      met++;
      // What a message of a batch sends before it fails is never sent.
      if (type === 'share' && acts.includes('crash')) throw new Error('crash');
      for (const each of acts) {
        if (each === 'self') sendSelf(message('work', self, []));
        else if (each === 'share') sendSelf(message('share', self, []));
        else if (each === 'next') refs[(self + 1) % refs.length]!.send(message('work', self, []));
        else if (each === 'wait' || each === 'meanwhile') {
          told++;
          sendSelf({
            type: each,
            until: () => {
              met++;
              return door.opened;
            },
          });
        } else if (each === 'suspend') system.suspend(refs[self]!);
        else if (each === 'crash') throw new Error('crash');
        else if (each === 'leave') context?.stop();
        else if (context !== undefined) {
          const child = context.spawn(DEFINITIONS[self]!, undefined);
          child.send(message('work', self, ['self', 'leave', 'self']));
          child.send(message('share', self, []));
        }
      }
    };
    return type === 'share'
      ? { type, does: perform }
      : { type, does: (context) => perform((own) => context.self.send(own), context) };
  };
  for (const each of steps) {
    if (each.do === 'work' || each.do === 'share')
      refs[each.who]!.send(message(each.do, each.who, each.acts));
    else if (each.do === 'suspend') system.suspend(refs[each.who]!);
    else if (each.do === 'resume') system.resume(refs[each.who]!);
    else if (each.do === 'open') {
      door.open();
      door = gate();
    } else await rest();
  }
  for (let i = 0; i < 10 || met + notMet() < told; i++) {
    if (i === 1000) break;
    door.open();
    door = gate();
    for (const ref of refs) system.resume(ref);
    await rest(2);
  }
  await system.quiet();
  expect(met + notMet()).toBe(told);
  expectNobodyInLine(shard);
  await expectNoMailLeft(test, shard);

  /** Dead without having been met. */
  function notMet(): number {
    return test.letters.filter(({ reason }) => reason === 'stopped' || reason === 'no-such-actor').length;
  }
}

const program = fc.array(step, { maxLength: 30, size: 'max' });

describe('whoever has something to do', () => {
  it.each([{ order: 'the usual' }, { order: 'any' }])(
    'has a turn, in $order order',
    async ({ order }) => {
      await fc.assert(
        fc.asyncProperty(program, fc.nat(), (steps, seed) =>
          play(steps, order === 'any' ? seededChoices(seed) : undefined),
        ),
        { numRuns: 100 },
      );
    },
    60_000,
  );
});
