// At stake: what one actor sends to another arrives once and in order, or is told to be dead. Tried with
// actors on one shard and on several, told and asked, and with messages that must not pass.
import { describe, expect, it } from 'vitest';
import {
  call,
  expectBooksToBalance,
  failureOf,
  note,
  notes,
  type PuppetRef,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
  unlisted,
} from '../testing/puppet.test-fixtures.js';

const places = [
  { where: 'on one shard', from: 0, to: 0, sideShards: 0 },
  { where: 'from the main shard to another', from: 0, to: 1, sideShards: 2 },
  { where: 'from a side shard to the main one', from: 1, to: 0, sideShards: 2 },
  { where: 'between side shards', from: 1, to: 2, sideShards: 2 },
];

describe('a fixture module', () => {
  it('is the same instance for a test and for the registry', async () => {
    const { system } = await startPuppets();
    expect(system.spawn(puppet).address.path).toBe('/puppet~0');
  });
});

describe.each(places)('$where', ({ from, to, sideShards }) => {
  it('tells, questions and replies of one pair keep their order', async () => {
    const { system } = await startPuppets({ sideShards });
    const sender = system.spawn(puppet, undefined, { shard: from });
    const receiver = system.spawn(puppet, undefined, { shard: to });
    const replies: unknown[] = [];
    const numbered = (text: string) =>
      call((context, state) => {
        state.notes.push(text);
        context.reply(text);
      });
    sender.send(
      run((context) => {
        const target = seenFrom(context, receiver);
        for (let i = 0; i < 50; i++) {
          if (i % 3 === 0) void target.ask(numbered(`${i}`), soon).then((text) => replies.push(text));
          else target.send(note(`${i}`));
        }
      }),
    );
    await system.quiet();
    const seen = await receiver.ask(notes, soon);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    expect(replies).toEqual(seen.filter((_, i) => i % 3 === 0));
  });

  it('each of many senders keeps its own order', async () => {
    const { system } = await startPuppets({ sideShards });
    const receiver = system.spawn(puppet, undefined, { shard: to });
    for (let s = 0; s < 10; s++)
      system.spawn(puppet, undefined, { shard: from }).send(
        run((context) => {
          for (let i = 0; i < 20; i++) seenFrom(context, receiver).send(note(`${s} ${i}`));
        }),
      );
    await system.quiet();
    const seen = await receiver.ask(notes, soon);
    expect(seen).toHaveLength(200);
    for (let s = 0; s < 10; s++)
      expect(seen.filter((text) => text.startsWith(`${s} `))).toEqual(
        Array.from({ length: 20 }, (_, i) => `${s} ${i}`),
      );
  });

  it('refs travel in messages, and the sender is known', async () => {
    const { system } = await startPuppets({ sideShards });
    const sender = system.spawn(puppet, undefined, { shard: from });
    const receiver = system.spawn(puppet, undefined, { shard: to });
    sender.send(
      run((context) =>
        seenFrom(context, receiver).send({
          ...run((there) => there.sender?.send(note(`from ${there.sender?.address.id}`) as never)),
          ...{ enclosed: context.self },
        }),
      ),
    );
    await system.quiet();
    expect(await sender.ask(notes, soon)).toEqual([`from ${sender.address.id}`]);
  });

  it.each([
    { what: 'a function', value: () => 1, named: /function/i },
    { what: 'an instance of a class', value: new (class Whale {})(), named: /Whale/ },
    {
      what: 'a cycle',
      value: (() => {
        const cycle: { self?: unknown } = {};
        cycle.self = cycle;
        return cycle;
      })(),
      named: /cycl|itself/i,
    },
    { what: 'what is over the limit', value: 'x'.repeat(2000), named: /1000|bytes/ },
  ])('a message with $what is a dead letter, and its question rejected', async ({ value, named }) => {
    const test = await startPuppets({ sideShards, messageBytesMax: 1024 });
    const { system, letters } = test;
    const sender = system.spawn(puppet, undefined, { shard: from });
    const receiver = system.spawn(puppet, undefined, { shard: to });
    const failures: unknown[] = [];
    sender.send(
      run((context) => {
        const target = seenFrom(context, receiver);
        target.send({ ...note('bad'), extra: value } as never);
        void target.ask({ ...notes, extra: value } as never, soon).catch((error) => failures.push(error));
        target.send(note('good'));
      }),
    );
    await expectBooksToBalance(test);
    expect(letters).toMatchObject([
      { reason: 'invalid-message', messageType: 'note', target: { id: receiver.address.id } },
      { reason: 'invalid-message', messageType: 'notes', sender: { id: sender.address.id } },
    ]);
    for (const { cause } of letters) expect((cause as Error).message).toMatch(named);
    expect(failures).toMatchObject([{ code: 'RUNTIME_ASK_REJECTED', reason: 'invalid-message' }]);
    expect(await receiver.ask(notes, soon)).toEqual(['good']);
  });

  it('what is no message at all is a dead letter too', async () => {
    const test = await startPuppets({ sideShards });
    const receiver = test.system.spawn(puppet, undefined, { shard: to });
    for (const nonsense of [null, undefined, 7, {}, { type: 3 }]) receiver.send(nonsense as never);
    expect((await failureOf(receiver.ask(null as never, soon))) as unknown).toMatchObject({
      code: 'RUNTIME_ASK_REJECTED',
      reason: 'invalid-message',
    });
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(new Array(6).fill('invalid-message'));
    receiver.send(note('alive'));
    expect(await receiver.ask(notes, soon)).toEqual(['alive']);
  });

  it('a function is no message either, also where messages are not copied', async () => {
    const test = await startPuppets({ sideShards, strict: false });
    const receiver = test.system.spawn(puppet, undefined, { shard: to });
    receiver.send(Object.assign(() => undefined, note('disguised')) as never);
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['invalid-message']);
  });
});

describe('spawn', () => {
  it.each([0, 1])('knows only definitions that modules export (side shards: %i)', async (sideShards) => {
    const { system } = await startPuppets({ sideShards });
    expect(() => system.spawn(unlisted.definition)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION', definition: 'unlisted' }),
    );
    expect(() => system.spawn(unlisted.namesake)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION', definition: 'puppet' }),
    );
  });

  it('refuses a name that a living sibling has, and takes it again when that is gone', async () => {
    const { system } = await startPuppets({ sideShards: 1 });
    const first = system.spawn(puppet, undefined, { name: 'one', shard: 1 });
    expect(() => system.spawn(puppet, undefined, { name: 'one' })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_DUPLICATE_NAME', path: '/one' }),
    );
    await system.stopActor(first);
    await system.quiet();
    const second = system.spawn(puppet, undefined, { name: 'one' });
    expect(second.address.path).toBe('/one');
    expect(second.address.id).not.toBe(first.address.id);
  });

  it.each([
    { option: 'name', options: { name: 'a/b' } },
    { option: 'name', options: { name: '' } },
    { option: 'shard', options: { shard: 2 } },
    { option: 'shard', options: { shard: -1 } },
    { option: 'shard', options: { shard: 0.5 } },
  ])('refuses $options', async ({ option, options }) => {
    const { system } = await startPuppets({ sideShards: 1 });
    expect(() => system.spawn(puppet, undefined, options)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });

  it('refuses arguments that cannot be sent, with nothing started', async () => {
    const { system } = await startPuppets({ sideShards: 1 });
    const actors = system.metrics().actors;
    for (const shard of [0, 1])
      expect(() => system.spawn(puppet, { initial: () => 1 } as never, { shard, name: 'x' })).toThrow(
        expect.objectContaining({ code: 'TRANSPORT_UNENCODABLE' }),
      );
    await system.quiet();
    expect(system.metrics().actors).toBe(actors);
    expect(system.spawn(puppet, undefined, { name: 'x' }).address.path).toBe('/x');
  });

  it('gives top-level actors to the side shards in turn, and children to the shard of their parent', async () => {
    const { system } = await startPuppets({ sideShards: 3 });
    const shards = Array.from({ length: 6 }, () => system.spawn(puppet).address.shard);
    expect(shards).toEqual([1, 2, 3, 1, 2, 3]);
    const parent = system.spawn(puppet, undefined, { shard: 2 });
    const places = await parent.ask(
      call((context) => {
        const own = context.spawn(puppet).address.shard;
        const spread = [1, 2, 3].map(
          () => context.spawn(puppet, undefined, { shard: 'spread' }).address.shard,
        );
        context.reply([own, ...spread.sort()]);
      }),
      soon,
    );
    expect(places).toEqual([2, 1, 2, 3]);
  });

  it('reaches an actor before its own start order does', async () => {
    // The main shard orders an actor on shard 2 and tells shard 1, whose message is there first: a frame of
    // shard 1 is taken while the order still waits behind a thousand others.
    const test = await startPuppets({ sideShards: 2 });
    const { system } = test;
    const messenger = system.spawn(puppet, undefined, { shard: 1 });
    const busy = system.spawn(puppet, undefined, { shard: 2 });
    await system.quiet();
    let late!: PuppetRef;
    for (let i = 0; i < 3000; i++) busy.send(note(`${i}`));
    late = system.spawn(puppet, undefined, { shard: 2 });
    messenger.send(run((context) => seenFrom(context, late).send(note('early'))));
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual([]);
    expect(await late.ask(notes, soon)).toEqual(['early']);
  });
});
