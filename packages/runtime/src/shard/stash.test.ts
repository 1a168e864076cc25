// At stake: what an actor puts aside is neither lost nor overtaken, and its askers are not forgotten. Tried by stashing
// and putting back at every moment of a life, and with random programs beside an array.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TurnContext } from '../actor/context.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  hoarding,
  note,
  notes,
  type Puppet,
  type PuppetRef,
  type PuppetState,
  puppet,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';

/** Stashed when it comes first, noted when it comes again. */
const later = (text: string) => run(postpone(text));
const askedLater = (text: string) => {
  const comes = postpone(text);
  return call((context, state) => {
    if (comes(context, state)) context.reply(text);
  });
};
function postpone(text: string) {
  let comings = 0;
  return (context: TurnContext<Puppet>, state: PuppetState): boolean => {
    if (comings++ === 0) context.stash();
    else state.notes.push(text);
    return comings > 1;
  };
}
const putBack = run((context) => context.unstashAll());
const putBackNow = () => ({ ...putBack });

describe.each([0, 1])('an actor on shard %i', (shard) => {
  const start = async (definition = puppet) => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const ref: PuppetRef = system.spawn(definition, undefined, { shard });
    const of = await shardUnder(ref, test);
    const expectNothingLeft = () => expectNoMailLeft(test, of);
    return { test, system, ref, expectNothingLeft };
  };

  it('gets stashed messages back before those that wait, in their order', async () => {
    const { test, system, ref, expectNothingLeft } = await start();
    ref.send(later('1'));
    ref.send(later('2'));
    ref.send(note('a'));
    await expectBooksToBalance(test);
    expect(system.metrics().queued).toBe(2);
    system.suspend(ref);
    ref.send(putBackNow());
    ref.send(note('b'));
    system.resume(ref);
    expect(await ref.ask(notes, soon)).toEqual(['a', '1', '2', 'b']);
    await expectNothingLeft();
  });

  it('answers stashed questions when their time has come', async () => {
    const { ref, expectNothingLeft } = await start();
    const answers = [ref.ask(askedLater('1'), soon), ref.ask(askedLater('2'), soon)];
    ref.send(putBackNow());
    expect(await Promise.all(answers)).toEqual(['1', '2']);
    await expectNothingLeft();
  });

  it('can put messages back in the turn that stashes, which is not among them', async () => {
    const { system, ref, expectNothingLeft } = await start();
    ref.send(later('1'));
    const second = postpone('2');
    ref.send(
      run((context, state) => {
        second(context, state);
        context.unstashAll();
      }),
    );
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(['1']);
    ref.send(putBackNow());
    expect(await ref.ask(notes, soon)).toEqual(['1', '2']);
    await expectNothingLeft();
  });

  it('gets them back in its next life', async () => {
    const { system, ref, expectNothingLeft } = await start();
    ref.send(later('1'));
    const asked = ref.ask(askedLater('2'), soon);
    ref.send(crash());
    ref.send(note('a'));
    expect(await asked).toBe('2');
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(['1', '2', 'a']);
    await expectNothingLeft();
  });

  it.each([{ now: true }, { now: false }])(
    'that stops ($now) leaves them as dead letters',
    async (options) => {
      const { test, system, ref, expectNothingLeft } = await start();
      ref.send(later('1'));
      const asked = failureOf(ref.ask(askedLater('2'), soon));
      await system.quiet();
      await system.stopActor(ref, options);
      expect(await asked).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'stopped' });
      await expectNothingLeft();
      expect(test.reasons()).toEqual(['stopped', 'stopped']);
    },
  );

  it('fails at the bound of its stash, and its next life has what was in it', async () => {
    const { test, system, ref, expectNothingLeft } = await start(hoarding as typeof puppet);
    for (const text of ['1', '2', '3']) ref.send(later(text));
    ref.send(run((context) => context.stash()));
    await system.quiet();
    expect(test.letters).toMatchObject([{ reason: 'crashed', cause: { code: 'RUNTIME_STASH_FULL' } }]);
    expect(await ref.ask(notes, soon)).toEqual(['1', '2', '3']);
    await expectNothingLeft();
  });

  it('that throws after it stashed has handled nothing: the message is a dead letter, not stashed', async () => {
    const { test, system, ref, expectNothingLeft } = await start();
    ref.send(
      run((context) => {
        context.stash();
        throw new Error('all the same');
      }),
    );
    await system.quiet();
    ref.send(putBackNow());
    await expectNothingLeft();
    expect(test.reasons()).toEqual(['crashed']);
  });

  it('keeps the order that an array would', async () => {
    const step = fc.constantFrom('later', 'note', 'note', 'putBack');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const { ref, expectNothingLeft } = await start();
        const model: string[] = [];
        const stashed: string[] = [];
        for (const [i, each] of [...steps, 'putBack'].entries()) {
          if (each === 'later') {
            ref.send(later(`${i}`));
            stashed.push(`${i}`);
          } else if (each === 'note') {
            ref.send(note(`${i}`));
            model.push(`${i}`);
          } else {
            ref.send(putBackNow());
            model.push(...stashed.splice(0));
          }
        }
        expect(await ref.ask(notes, soon)).toEqual(model);
        await expectNothingLeft();
      }),
      { numRuns: 20 },
    );
  });
});

describe('a stash', () => {
  it('counts against the budget of its shard', async () => {
    const test = await startPuppets({ mailboxBytesMax: 2000 });
    const ref = test.system.spawn(puppet);
    for (let i = 0; i < 40; i++) ref.send(later(`${i}`));
    await test.system.quiet();
    for (let i = 0; i < 40; i++) ref.send(later(`${i}`));
    await expectBooksToBalance(test);
    const { queued } = test.system.metrics();
    expect(queued).toBeLessThanOrEqual(Math.ceil(2000 / 128));
    expect(test.letters.filter(({ reason }) => reason === 'mailbox-full')).toHaveLength(80 - queued);
  });

  it('is lost with its thread, and booked', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const ref = test.system.spawn(puppet, undefined, { shard: 1 });
    for (let i = 0; i < 5; i++) ref.send(later(`${i}`));
    await test.system.quiet();
    test.killShard(1);
    await expectBooksToBalance(test);
    expect(test.letters).toMatchObject([{ reason: 'shard-lost', count: 5 }]);
  });
});
