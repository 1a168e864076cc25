// At stake: an actor meets each message as the behaviour in force says, and a new life begins as the first one did.
// Tried with an actor that has two behaviours beside `receive`, each of which lacks some messages.
import { describe, expect, it } from 'vitest';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  life,
  note,
  notes,
  puppet,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';

const become = (behavior?: string) => run((context) => context.become(behavior));

describe.each([0, 1])('an actor on shard %i', (shard) => {
  const start = async (args = life({})) => {
    const test = await startPuppets({ sideShards: 1 });
    return { test, system: test.system, ref: test.system.spawn(puppet, args, { shard }) };
  };

  it('meets the next message by its new behaviour, and goes back', async () => {
    const { test, ref } = await start();
    ref.send(note('a'));
    ref.send(
      run((context, state) => {
        context.become('loud');
        state.notes.push('not yet');
      }),
    );
    ref.send(note('b'));
    ref.send(become());
    ref.send(note('c'));
    expect(await ref.ask(notes, soon)).toEqual(['a', 'not yet', 'B', 'c']);
    await expectBooksToBalance(test);
  });

  it('has no handler where the behaviour has none, and askers are told', async () => {
    const { test, ref } = await start();
    ref.send(become('deaf'));
    ref.send(note('unheard'));
    expect(await failureOf(ref.ask(notes, soon))).toMatchObject({
      code: 'RUNTIME_ASK_REJECTED',
      reason: 'unhandled',
    });
    ref.send(become('loud'));
    ref.send(note('heard'));
    ref.send(become());
    expect(await ref.ask(notes, soon)).toEqual(['HEARD']);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['unhandled', 'unhandled']);
  });

  it('begins each life with `receive`, or what `initial` says', async () => {
    const { test, system, ref } = await start();
    const loud = system.spawn(puppet, life({ initial: (context) => context.become('loud') }), { shard });
    for (const each of [ref, loud]) {
      each.send(become(each === ref ? 'loud' : undefined));
      each.send(note('before'));
      each.send(crash());
      await system.quiet();
      each.send(note('after'));
      each.send(become());
    }
    expect(await ref.ask(notes, soon)).toEqual(['after']);
    expect(await loud.ask(notes, soon)).toEqual(['AFTER']);
    await expectBooksToBalance(test);
  });

  it('keeps its behaviour over suspension', async () => {
    const { system, ref } = await start();
    ref.send(become('loud'));
    await system.quiet();
    system.suspend(ref);
    system.resume(ref);
    ref.send(note('a'));
    ref.send(become());
    expect(await ref.ask(notes, soon)).toEqual(['A']);
  });

  it('refuses a behaviour that it has not, and stays as it is', async () => {
    const { ref } = await start();
    const refused = ref.ask(
      call((context) => {
        context.become('loud');
        try {
          context.become('no-such');
        } catch (error) {
          context.reply(error);
        }
      }),
      soon,
    );
    expect(await refused).toMatchObject({ code: 'RUNTIME_INVALID_OPTION' });
    ref.send(note('a'));
    ref.send(become());
    expect(await ref.ask(notes, soon)).toEqual(['A']);
  });

  it('can change behaviour from an async call', async () => {
    const { ref } = await start();
    ref.send(
      wait(async (context) => {
        await null;
        context.become('loud');
      }),
    );
    ref.send(note('a'));
    ref.send(become());
    expect(await ref.ask(notes, soon)).toEqual(['A']);
  });
});
