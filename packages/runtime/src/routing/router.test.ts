// At stake: a pool behaves like one good actor: every message reaches a routee once and in order, every reply the
// one who asked, and neither a crash, nor an end, nor a lost thread loses count. Tried with routees that do what
// the test says, on one shard and on three.
import { type ErrorData, errorToData } from '@skein/transport';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ReplyHandle } from '../actor/context.js';
import type { ActorDefinition } from '../actor/definition.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  gate,
  note,
  notes,
  type Puppet,
  type PuppetArgs,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { roundRobin } from './round-robin.js';
import { defineRouter } from './router.js';
import type { RouterProtocol } from './router-spec.js';
import {
  atRandom,
  briefFastest,
  byText,
  fastest,
  inTurn,
  replacing,
  spread,
  spreadIdle,
  spreadPatient,
  spreadStrict,
  toAll,
  toTheIdle,
} from './routers.test-fixtures.js';

type Routed = Puppet & RouterProtocol<Puppet>;
type Router = ActorDefinition<Routed, PuppetArgs | undefined>;

const modules = [new URL('./routers.test-fixtures.js', import.meta.url)];
const start = async (router: Router, sideShards: number, shard = sideShards) => {
  const test = await startPuppets({ modules, sideShards });
  const ref: ActorRef<Routed> = test.system.spawn(router, undefined, { shard });
  await test.system.quiet();
  return { ...test, ref, routees: await routeesOf(ref) };
};
const routeesOf = (ref: ActorRef<Routed>) => ref.ask({ type: 'router.routees' }, soon);
const notesOf = (refs: readonly ActorRef<Puppet>[]) => Promise.all(refs.map((ref) => ref.ask(notes, soon)));
/** Who answers. */
const whoIsIt = () => call((context) => context.reply(context.self.address.id));
const idsOf = (refs: readonly ActorRef<Puppet>[]) => refs.map(({ address }) => address.id);
const times = <T>(count: number, each: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => each(i));
/** A logged error as data, which it is already when another shard logged it. */
const asData = (error: unknown) => (error instanceof Error ? errorToData(error) : (error as ErrorData));
const keys = times(40, (i) => `key ${i}`);

describe.each([{ sideShards: 0 }, { sideShards: 2 }])(
  'a router, with $sideShards side shards',
  ({ sideShards }) => {
    it('hands messages on in turn, and each reply to whoever asked', async () => {
      const { ref, routees } = await start(inTurn, sideShards);
      const answers = await Promise.all(times(9, () => ref.ask(whoIsIt(), soon)));
      expect(answers).toEqual([...idsOf(routees), ...idsOf(routees), ...idsOf(routees)]);
    });

    it('answers an actor that asks from anywhere', async () => {
      const { system, ref, routees } = await start(inTurn, sideShards);
      const asker = system.spawn(puppet, undefined, { shard: 0 });
      const answer = asker.ask(
        call((context) => {
          const reply = context.deferReply();
          void context.ref<Routed>(ref.address).ask(whoIsIt(), soon).then(reply);
        }),
        soon,
      );
      expect(await answer).toBe(routees[0]!.address.id);
    });

    it('lets a routee see who sends, and not the router', async () => {
      const { system, ref } = await start(inTurn, sideShards);
      const sender = system.spawn(puppet, undefined, { shard: 0 });
      sender.send(
        run((context) =>
          context.ref<Routed>(ref.address).send(
            run((inRoutee) => {
              if (inRoutee.sender !== undefined)
                seenFrom(inRoutee, sender).send(note(`${inRoutee.sender.address.id}`));
            }),
          ),
        ),
      );
      await system.quiet();
      expect(await sender.ask(notes, soon)).toEqual([`${sender.address.id}`]);
    });

    it('keeps the order of what one sender sends', async () => {
      const { system, ref, routees, records } = await start(inTurn, sideShards);
      for (let i = 0; i < 300; i++) ref.send(note(`${i}`));
      await system.quiet();
      expect(records).toEqual([]);
      expect(await notesOf(routees)).toEqual(times(3, (routee) => times(100, (i) => `${3 * i + routee}`)));
    });

    it('draws by the seed', async () => {
      const drawn = async () => {
        const { ref, routees } = await start(atRandom, sideShards);
        const answers = await Promise.all(times(60, () => ref.ask(whoIsIt(), soon)));
        return answers.map((answer) => idsOf(routees).indexOf(answer as number));
      };
      const first = await drawn();
      expect(new Set(first)).toEqual(new Set([0, 1, 2]));
      expect(await drawn()).toEqual(first);
    });

    it('passes over a routee that is busy', async () => {
      const { system, ref, routees } = await start(toTheIdle, sideShards);
      const door = gate();
      ref.send(wait(() => door.opened));
      for (let i = 0; i < 20; i++) await ref.ask(whoIsIt(), soon);
      const answers = await Promise.all(times(2, () => ref.ask(whoIsIt(), soon)));
      expect(new Set(answers)).toEqual(new Set(idsOf(routees.slice(1))));
      ref.send(note('told'));
      for (let i = 0; i < 2; i++) await ref.ask(whoIsIt(), soon);
      door.open();
      await system.quiet();
      const [busy, ...idle] = await notesOf(routees);
      expect(busy).toEqual([]);
      expect(idle.flat()).toEqual(['told']);
      const all = await Promise.all(times(3, () => ref.ask(whoIsIt(), soon)));
      expect(new Set(all)).toEqual(new Set(idsOf(routees))); // what was told counts no more when it is handled
    });

    it('sends what has one key to one routee, also after a crash', async () => {
      const { system, ref, routees } = await start(byText, sideShards);
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      const before = await notesOf(routees);
      expect(before.flat().sort()).toEqual([...keys].sort());
      for (const some of before) expect(some.length).toBeGreaterThan(3);
      for (const routee of routees) routee.send(crash());
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      expect(await notesOf(routees)).toEqual(before);
      expect(await routeesOf(ref)).toEqual(routees);
    });

    it('moves only the keys of a routee that leaves', async () => {
      const { system, ref, routees } = await start(byText, sideShards);
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      const [first, second, third] = await notesOf(routees);
      routees[1]!.send(crash('stop'));
      await system.quiet();
      expect(await routeesOf(ref)).toEqual([routees[0], routees[2]]);
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      const [firstNow, thirdNow] = await notesOf([routees[0]!, routees[2]!]);
      expect(firstNow!.slice(first!.length)).toEqual(expect.arrayContaining([...first!]));
      expect(thirdNow!.slice(third!.length)).toEqual(expect.arrayContaining([...third!]));
      expect(firstNow!.length + thirdNow!.length).toBe(2 * (first!.length + third!.length) + second!.length);
    });

    it('gives each routee a copy of what is broadcast, and has no reply to give', async () => {
      const { system, ref, routees, reasons } = await start(toAll, sideShards);
      ref.send(note('one'));
      ref.send(note('two'));
      expect(await failureOf(ref.ask(notes, soon))).toMatchObject({
        code: 'RUNTIME_ASK_REJECTED',
        reason: 'unanswered',
      });
      await system.quiet();
      expect(reasons()).toEqual(['no-question', 'no-question', 'no-question']);
      expect(await notesOf(routees)).toEqual(times(3, () => ['one', 'two']));
    });

    it('gives the first reply, and withdraws the other questions', async () => {
      const { system, ref, routees, reasons } = await start(fastest, sideShards);
      const handles: ReplyHandle<unknown>[] = [];
      const answer = ref.ask(
        call((context) => {
          if (context.self.address.id === routees[1]!.address.id) context.reply('first');
          else handles.push(context.deferReply());
        }),
        soon,
      );
      expect(await answer).toBe('first');
      await system.quiet();
      for (const shard of system.metrics().shards) expect(shard.questionsOpen).toBe(0);
      for (const late of handles) late('late');
      await system.quiet();
      expect(reasons()).toEqual(['late-reply', 'late-reply']);
      ref.send(note('told'));
      await system.quiet();
      expect(await notesOf(routees)).toEqual(times(3, () => ['told']));
    });

    it('tells why when no routee answers', async () => {
      const { clock, records, system, ref } = await start(fastest, sideShards);
      const reports = () => records.filter(({ message }) => message === 'a routed message was not answered');
      expect(await failureOf(ref.ask(crash('tired') as never, soon))).toMatchObject({ reason: 'unanswered' });
      await system.quiet();
      expect(reports()[0]!.fields.error).toMatchObject({ code: 'RUNTIME_NO_ROUTEE_ANSWERED' });
      const [{ causes }] = asData(reports()[0]!.fields.error).causes as [ErrorData];
      expect(causes).toHaveLength(3);
      for (const cause of causes)
        expect(cause).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', causes: [{ message: 'tired' }] });

      const slow = failureOf(
        ref.ask(
          call((context) => void context.deferReply()),
          soon,
        ),
      );
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      clock.advance(100);
      expect(await slow).toMatchObject({ reason: 'unanswered' });
      await system.quiet();
      const [late] = asData(reports()[1]!.fields.error).causes;
      expect(late!.causes).toHaveLength(3);
      for (const cause of late!.causes) expect(cause).toMatchObject({ code: 'RUNTIME_ASK_TIMEOUT' });
    });

    it('does not report what was told, nor what a routee chose not to answer', async () => {
      const { records, system, ref, routees } = await start(fastest, sideShards);
      ref.send(note('told'));
      expect(await failureOf(ref.ask(note('asked') as never, soon))).toMatchObject({ reason: 'unanswered' });
      await system.quiet();
      expect(await notesOf(routees)).toEqual(times(3, () => ['told', 'asked']));
      expect(records).toEqual([]);
    });

    it('restarts a routee that crashes, and leaves it its place and its mail', async () => {
      const { system, ref, routees, reasons } = await start(inTurn, sideShards);
      ref.send(crash());
      expect(await failureOf(ref.ask(crash('again') as never, soon))).toMatchObject({ reason: 'crashed' });
      for (let i = 0; i < 5; i++) ref.send(note(`${i}`));
      await system.quiet();
      expect(await routeesOf(ref)).toEqual(routees);
      expect(await notesOf(routees)).toEqual([['1', '4'], ['2'], ['0', '3']]);
      expect(reasons()).toEqual(['crashed', 'crashed']);
      expect(system.metrics().restarts).toBe(2);
    });

    it('stops with its last routee, and what it had to hand on is dead', async () => {
      const { system, ref, routees, reasons } = await start(inTurn, sideShards);
      const ended = system.whenTerminated(ref);
      for (const routee of routees) routee.send(crash('stop'));
      await ended;
      ref.send(note('late'));
      expect(await failureOf(ref.ask(notes, soon))).toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
      await system.quiet();
      expect(reasons().slice(0, 3)).toEqual(['crashed', 'crashed', 'crashed']);
      expect(reasons()).toHaveLength(5);
    });

    it('replaces a routee that has stopped, and the new one has the keys of the old', async () => {
      const { system, ref, routees } = await start(replacing, sideShards);
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      const before = await notesOf(routees);
      await system.stopActor(routees[1]!);
      await system.quiet();
      const after = await routeesOf(ref);
      expect([after[0], after[2]]).toEqual([routees[0], routees[2]]);
      expect(idsOf(routees)).not.toContain(after[1]!.address.id);
      for (const key of keys) ref.send(note(key));
      await system.quiet();
      expect(await notesOf(after)).toEqual([
        [...before[0]!, ...before[0]!],
        before[1],
        [...before[2]!, ...before[2]!],
      ]);
    });

    it('replaces no more often than its supervision restarts', async () => {
      const { system, clock, ref } = await start(replacing, sideShards);
      const stopFirst = async () => {
        const [first] = await routeesOf(ref);
        await system.stopActor(first!);
        await system.quiet();
        return (await routeesOf(ref)).length;
      };
      expect([await stopFirst(), await stopFirst(), await stopFirst(), await stopFirst()]).toEqual([
        3, 3, 3, 2,
      ]);
      clock.advance(1000);
      const [second, third] = await routeesOf(ref);
      await system.stopActor(third!);
      await system.quiet();
      const [still, replacement, ...none] = await routeesOf(ref);
      expect(still).toEqual(second);
      expect(replacement!.address.id).not.toBe(third!.address.id); // in its place, not in the one given up
      expect(none).toEqual([]);
    });

    it('grows and shrinks, and those that go finish what they have', async () => {
      const { system, ref, routees } = await start(inTurn, sideShards);
      const door = gate();
      for (let i = 0; i < 3; i++) ref.send(wait(() => door.opened));
      const answers = times(3, () => ref.ask(whoIsIt(), soon));
      expect(await ref.ask({ type: 'router.resize', count: 1 }, soon)).toBe(1);
      expect(await routeesOf(ref)).toEqual([routees[0]]);
      door.open();
      expect(await Promise.all(answers)).toEqual(idsOf(routees));
      await system.quiet();
      expect(system.metrics().actors).toBe(3); // the root, the router, one routee
      expect(await ref.ask({ type: 'router.resize', count: 5 }, soon)).toBe(5);
      const grown = await routeesOf(ref);
      const all = await Promise.all(times(5, () => ref.ask(whoIsIt(), soon)));
      expect(new Set(all)).toEqual(new Set(idsOf(grown)));
      expect(grown[0]).toEqual(routees[0]);
    });

    it.each([
      { count: 0, size: 1 },
      { count: -3, size: 1 },
      { count: Number.NaN, size: 1 },
      { count: 2.9, size: 2 },
      { count: 5000, size: 1024 },
    ])('resized to $count has $size routees', async ({ count, size }) => {
      const { ref } = await start(inTurn, sideShards);
      expect(await ref.ask({ type: 'router.resize', count }, soon)).toBe(size);
    });

    it('scatters beyond its bound without waiting', async () => {
      const { system, ref, routees } = await start(briefFastest, sideShards);
      const door = gate();
      ref.send(wait(() => door.opened));
      ref.send(note('over the bound'));
      expect(await failureOf(ref.ask(notes, soon))).toMatchObject({ reason: 'unanswered' });
      door.open();
      await system.quiet();
      expect(await notesOf(routees)).toEqual(times(3, () => ['over the bound']));
    });

    it('begins again when it is restarted', async () => {
      const { system, ref, routees, records } = await start(inTurn, sideShards);
      const asked = failureOf(
        ref.ask(
          call((context) => void context.deferReply()),
          soon,
        ),
      );
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      system.restart(ref);
      expect(await asked).toMatchObject({ code: 'RUNTIME_ASK_REJECTED', reason: 'interrupted' });
      await system.quiet();
      expect(records).toEqual([]);
      const again = await routeesOf(ref);
      expect(again).toHaveLength(3);
      for (const id of idsOf(routees)) expect(idsOf(again)).not.toContain(id);
      expect(await ref.ask(whoIsIt(), soon)).toBe(again[0]!.address.id);
    });

    it('drains before it stops', async () => {
      const { system, ref } = await start(inTurn, sideShards);
      const answers = times(30, () => ref.ask(notes, soon));
      await system.stopActor(ref);
      expect(await Promise.all(answers)).toEqual(times(30, () => []));
    });
  },
);

it('lets routees take turns whose mailboxes it cannot look into', async () => {
  const { ref, routees } = await start(spreadIdle, 2, 0);
  const answers = await Promise.all(times(8, () => ref.ask(whoIsIt(), soon)));
  expect(answers).toEqual([...idsOf(routees), ...idsOf(routees)]);
});

describe('a router whose routees lose a shard', () => {
  const shardsOf = (refs: readonly ActorRef<Puppet>[]) => refs.map(({ address }) => address.shard);

  it('passes over them until they are back', async () => {
    const test = await start(spread, 2, 0);
    const { system, ref, routees, killShard } = test;
    expect(shardsOf(routees)).toEqual([1, 2, 1, 2]);
    ref.send(note('before'));
    await system.quiet();
    killShard(2);
    for (let i = 0; i < 3; i++) await Promise.resolve(); // its loss is known, its successor is not there yet
    const answers = await Promise.all(times(4, () => ref.ask(whoIsIt(), soon)));
    expect(answers).toEqual([...idsOf([routees[2]!, routees[0]!]), ...idsOf([routees[2]!, routees[0]!])]);
    await expectBooksToBalance(test);
    expect(system.metrics().deadLetters).toBe(0);
    const all = await Promise.all(times(4, () => ref.ask(whoIsIt(), soon)));
    expect(new Set(all)).toEqual(new Set(idsOf(routees)));
    await system.stopActor(routees[1]!);
    await system.quiet();
    expect(await routeesOf(ref)).toEqual([routees[0], routees[2], routees[3]]); // watched anew
  });

  it('waits for those that wait for their backoff', async () => {
    const { system, clock, ref, routees, killShard } = await start(spreadPatient, 2, 0);
    killShard(2);
    await system.quiet();
    const meanwhile = await Promise.all(times(4, () => ref.ask(whoIsIt(), soon)));
    expect(new Set(meanwhile)).toEqual(new Set(idsOf([routees[0]!, routees[2]!])));
    clock.advance(100);
    await system.quiet();
    expect(await routeesOf(ref)).toEqual(routees);
    const all = await Promise.all(times(4, () => ref.ask(whoIsIt(), soon)));
    expect(new Set(all)).toEqual(new Set(idsOf(routees)));
  });

  it.each([spread, spreadPatient])(
    'stops those that it let go while they were away ($name)',
    async (router) => {
      const { system, clock, ref, routees, killShard } = await start(router, 2, 0);
      killShard(2);
      for (let i = 0; i < 3; i++) await Promise.resolve(); // its loss is known, its successor is not there yet
      expect(await ref.ask({ type: 'router.resize', count: 1 }, soon)).toBe(1);
      await system.quiet();
      clock.advance(100);
      await system.quiet();
      expect(await routeesOf(ref)).toEqual([routees[0]]);
      expect(system.metrics().actors).toBe(3); // the root, the router, one routee
    },
  );

  it('gives them up when its supervision says so', async () => {
    const { system, ref, routees, killShard } = await start(spreadStrict, 2, 0);
    killShard(2);
    await system.quiet();
    expect(await routeesOf(ref)).toEqual([routees[0], routees[2]]);
    killShard(1);
    await system.quiet();
    expect(await failureOf(ref.ask(notes, soon))).toMatchObject({ reason: 'no-such-actor' });
  });

  it('has questions to them rejected, and the books balanced', async () => {
    const test = await start(spread, 2, 0);
    const { system, ref, killShard } = test;
    const asked = times(4, () =>
      failureOf(
        ref.ask(
          call((context) => void context.deferReply()),
          soon,
        ),
      ),
    );
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    killShard(1);
    killShard(2);
    for (const failure of await Promise.all(asked))
      expect(failure).toMatchObject({ code: 'RUNTIME_SHARD_LOST' });
    await expectBooksToBalance(test);
    expect(system.metrics().queued).toBe(0);
  });

  it('is itself built anew with its shard', async () => {
    const test = await start(inTurn, 2, 1);
    const { system, ref, killShard } = test;
    for (let i = 0; i < 30; i++) ref.send(note(`${i}`));
    killShard(1);
    await expectBooksToBalance(test);
    expect(system.metrics().deadLetters).toBe(30);
    expect(await ref.ask(notes, soon)).toEqual([]);
  });
});

describe('defineRouter', () => {
  const spec = { name: 'any', routee: puppet, count: 3, strategy: roundRobin() };
  const reserved = { ...puppet, messageTypes: ['router.routees'] } as typeof puppet;

  it.each([
    { option: 'name', wrong: { name: 'a b' } },
    { option: 'routee', wrong: { routee: {} as never } },
    { option: 'routee', wrong: { routee: reserved } },
    { option: 'count', wrong: { count: 0 } },
    { option: 'count', wrong: { count: 1.5 } },
    { option: 'count', wrong: { count: 1025 } },
    { option: 'strategy', wrong: { strategy: 'round-robin' as never } },
    { option: 'whenStopped', wrong: { whenStopped: 'wait' as never } },
    { option: 'deadlineMs', wrong: { deadlineMs: 0 } },
    { option: 'deadlineMs', wrong: { deadlineMs: Number.POSITIVE_INFINITY } },
    { option: 'inFlightMax', wrong: { inFlightMax: 0 } },
    { option: 'mailbox.capacity', wrong: { mailbox: { capacity: 0 } } },
  ])('refuses $option in $wrong', ({ option, wrong }) => {
    expect(() => defineRouter({ ...spec, ...wrong })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
