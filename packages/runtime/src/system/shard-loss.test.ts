// At stake: a thread that dies takes its mail with it, but not the books, the tree or anybody's patience. Tried
// by ending side shards in the middle of their work.
import { describe, expect, it } from 'vitest';
import type { ReplyHandle } from '../actor/context.js';
import {
  call,
  crash,
  expectBooksToBalance,
  failureOf,
  gate,
  life,
  meanwhile,
  note,
  notes,
  obedient,
  type Puppet,
  type PuppetRef,
  patient,
  puppet,
  run,
  seenFrom,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { judge } from './judge.test-fixtures.js';

const turnOfTheLoop = () => new Promise(setImmediate);

describe('a shard that is lost', () => {
  it('is replaced: its books balance, its actors live again under their old addresses', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const refs = Array.from({ length: 6 }, () => system.spawn(puppet));
    await system.quiet();
    for (const ref of refs) for (let i = 0; i < 100; i++) ref.send(note(`${i}`));
    killShard(2); // the mail for it is on its way
    await expectBooksToBalance(test);
    const { deadLetters, handled, queued, actors, restarts, shards } = system.metrics();
    expect({ deadLetters, handled, queued, actors, restarts }).toEqual({
      deadLetters: 300,
      handled: 300,
      queued: 0,
      actors: 7,
      restarts: 3,
    });
    expect(shards.map(({ epoch }) => epoch)).toEqual([1, 1, 2]);
    for (const ref of refs)
      expect(await ref.ask(notes, soon)).toHaveLength(ref.address.shard === 2 ? 0 : 100);
    const lost = test.letters.filter(({ reason }) => reason === 'shard-lost');
    expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  });

  it('books what was in mailboxes, in calls and in outboxes', async () => {
    const test = await startPuppets({ sideShards: 2, messageBytesMax: 1024, ringBytes: 8192 });
    const { system, killShard } = test;
    const other = system.spawn(puppet, undefined, { shard: 2 });
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    ref.send(
      run((context) => {
        for (let i = 0; i < 200; i++) seenFrom(context, other).send(note('x'.repeat(100)));
        killShard(1);
      }),
    );
    for (let i = 0; i < 50; i++) ref.send(note(`${i}`));
    await expectBooksToBalance(test);
    expect(system.metrics()).toMatchObject({ sent: 251, queued: 0 });
    expect(system.metrics().deadLetters).toBeGreaterThan(51);
  });

  it('while the system stops lets what was on its way to it die once', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard } = test;
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    await system.quiet();
    for (let i = 0; i < 3; i++) ref.send(note(`${i}`));
    killShard(1);
    await system.stop({ now: true });
    for (let i = 0; i < 100; i++) await turnOfTheLoop(); // a thread that nobody has waited for would still come
    expect(system.metrics()).toMatchObject({ sent: 3, handled: 0, deadLetters: 3, queued: 0 });
  });

  it('is answered when its first words overtake the news that it is back', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const spawnsAndStops = life({
      initial: (context) => context.stop(context.spawn(puppet, undefined, { shard: 2 }), { now: true }),
    });
    const parent = system.spawn(puppet, spawnsAndStops, { shard: 1 });
    await system.quiet();
    killShard(1);
    await system.quiet();
    let gone = false;
    void system.stopActor(parent).then(() => {
      gone = true;
    });
    await system.quiet();
    expect(gone).toBe(true); // it waits for no child that went while nobody listened
  });

  it('does not wait for actors that were given up before it could be told to start them', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard } = test;
    const parent = system.spawn(puppet, undefined, { shard: 0 });
    killShard(1);
    while (system.metrics().shards[1]!.epoch === 1) await turnOfTheLoop(); // it has begun, and is not back
    let child!: PuppetRef;
    parent.send(
      run((context) => {
        child = context.spawn(puppet, undefined, { shard: 1 });
        context.stop(undefined, { now: true });
      }),
    );
    await system.quiet();
    child.send(note('nobody comes'));
    let gone = false;
    void system.stopActor(child).then(() => {
      gone = true;
    });
    await expectBooksToBalance(test);
    expect(gone).toBe(true);
    expect(system.metrics().queued).toBe(0);
  });

  it('cannot be spoken for by a call that was running there', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const other = system.spawn(puppet, undefined, { shard: 2 });
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    const door = gate();
    ref.send(
      wait(async (context) => {
        await door.opened;
        context.send(seenFrom(context, other), note('from the dead'));
      }),
    );
    await turnOfTheLoop();
    await turnOfTheLoop();
    killShard(1);
    await system.quiet();
    door.open();
    await turnOfTheLoop();
    await expectBooksToBalance(test);
    expect(await other.ask(notes, soon)).toEqual([]);
    expect(system.metrics().queued).toBe(0);
  });

  it('has questions to it rejected, in flight, waiting and new', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const ref = system.spawn(puppet, undefined, { shard: 1 });
    const asker = system.spawn(puppet, undefined, { shard: 2 });
    const kept = failureOf(
      ref.ask(
        call((context) => void context.deferReply()),
        soon,
      ),
    );
    const fromAfar: unknown[] = [];
    asker.send(
      run((context) => {
        const question = call((there) => void there.deferReply());
        seenFrom(context, ref)
          .ask(question, soon)
          .catch((error) => fromAfar.push(error));
      }),
    );
    await system.quiet();
    const inFlight = failureOf(ref.ask(notes, soon));
    killShard(1);
    await Promise.resolve();
    await Promise.resolve();
    const after = failureOf(ref.ask(notes, soon));
    expect(await kept).toMatchObject({ code: 'RUNTIME_SHARD_LOST', shard: 1 });
    expect(await inFlight).toMatchObject({ code: 'RUNTIME_SHARD_LOST', shard: 1 });
    expect(['RUNTIME_SHARD_LOST', 'RUNTIME_ASK_REJECTED']).toContain(
      ((await after) as Error & { code: string }).code,
    );
    await expectBooksToBalance(test);
    expect(fromAfar).toMatchObject([{ code: 'RUNTIME_SHARD_LOST', shard: 1 }]);
    expect(await ref.ask(notes, soon)).toEqual([]);
  });

  it('does not take a reply to its predecessor for its own', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard } = test;
    const answerer = system.spawn(puppet, undefined, { shard: 0 });
    const asker = system.spawn(puppet, undefined, { shard: 1 });
    const handles: ReplyHandle<unknown>[] = [];
    const replies: unknown[] = [];
    const ask = () =>
      asker.send(
        run((context) => {
          const question = call((there) => void handles.push(there.deferReply()));
          void seenFrom(context, answerer)
            .ask(question, soon)
            .then((reply) => replies.push(reply));
        }),
      );
    ask();
    await system.quiet();
    killShard(1);
    await system.quiet();
    ask();
    await system.quiet();
    handles[0]!('to the dead');
    await system.quiet();
    handles[1]!('to the living');
    await expectBooksToBalance(test);
    expect(replies).toEqual(['to the living']);
    expect(test.reasons()).toEqual(['late-reply']);
  });

  it('restarts children whose parents live elsewhere, and they rebuild theirs', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const born: string[] = [];
    const child = life({
      initial: (context) => {
        born.push(context.self.address.path);
        if (context.self.address.path.split('/').length < 4)
          context.spawn(puppet, child, { name: 'child', shard: 1 });
      },
    });
    const parent = system.spawn(puppet, child, { name: 'parent', shard: 2 });
    await system.quiet();
    const path = ['/parent', '/parent/child', '/parent/child/child'];
    expect(born).toEqual(path);
    killShard(1);
    await expectBooksToBalance(test);
    expect(born).toEqual([...path, ...path.slice(1)]);
    expect(system.metrics()).toMatchObject({ actors: 4, restarts: 1 });
    expect(await parent.ask(notes, soon)).toEqual([]);
  });

  it('leaves orphans elsewhere, which are stopped', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const stopped: string[] = [];
    const parent = system.spawn(puppet, undefined, { name: 'parent', shard: 1 });
    parent.send(
      run((context) => {
        for (const shard of [0, 2])
          context.spawn(puppet, life({ stopped: (there) => void stopped.push(there.self.address.path) }), {
            shard,
          });
      }),
    );
    await system.quiet();
    expect(system.metrics().actors).toBe(4);
    killShard(1);
    await expectBooksToBalance(test);
    expect(stopped.sort()).toEqual(['/parent/puppet~0', '/parent/puppet~1']);
    expect(system.metrics().actors).toBe(2);
  });

  it('frees an orphan that was stopping and waited for a child there', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const parent = system.spawn(puppet, undefined, { shard: 1 });
    parent.send(
      run((context) => {
        const orphan = context.spawn(puppet, undefined, { shard: 2 });
        orphan.send(
          run((there) => {
            there.spawn(puppet, undefined, { shard: 1 });
            there.stop(undefined, { now: true });
            killShard(1);
          }),
        );
      }),
    );
    await expectBooksToBalance(test);
    expect(system.metrics().actors).toBe(2);
  });

  it.each([
    { verdict: 'as one failure', parentOf: puppet, losses: 3, parents: 1 },
    { verdict: 'and at the limit fails the parent', parentOf: puppet, losses: 4, parents: 2 },
  ])('counts once for all children of a supervisor $verdict', async ({ parentOf, losses, parents }) => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard } = test;
    let lives = 0;
    const parent = system.spawn(
      parentOf,
      life({
        initial: (context) => {
          lives++;
          for (let i = 0; i < 5; i++) context.spawn(puppet, undefined, { shard: 1 });
        },
      }),
      { shard: 0 },
    );
    for (let loss = 0; loss < losses; loss++) {
      await system.quiet();
      killShard(1);
    }
    await expectBooksToBalance(test);
    expect(lives).toBe(parents);
    expect(system.metrics().actors).toBe(7);
    expect(await parent.ask(notes, soon)).toEqual([]);
  });

  it('restarts its children after their backoff, once', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard, clock } = test;
    let lives = 0;
    const parent = system.spawn(patient, undefined, { shard: 0 });
    let child!: PuppetRef;
    parent.send(
      run((context) => {
        child = context.spawn(puppet, life({ initial: () => void lives++ }), { shard: 1 });
      }),
    );
    await system.quiet();
    child.send(crash());
    await system.quiet(); // 100 ms to wait, and in the middle of them:
    clock.advance(50);
    killShard(1);
    await system.quiet();
    clock.advance(1000);
    expect(await child.ask(notes, soon)).toEqual([]);
    expect(lives).toBe(2);
  });

  it.each(['stop', 'escalate', 'resume'] as const)('obeys a supervisor that says %s', async (directive) => {
    const modules = ['./judge.test-fixtures.ts', '../testing/puppet.test-fixtures.ts'].map(
      (path) => new URL(path, import.meta.url),
    );
    const test = await startPuppets({ sideShards: 1, modules });
    const parent = test.system.spawn(judge, directive, { shard: 0 });
    await test.system.quiet();
    test.killShard(1);
    await expectBooksToBalance(test);
    expect(await parent.ask({ type: 'count' }, soon)).toBe(directive === 'stop' ? 0 : 1);
    expect(test.system.metrics().actors).toBe(directive === 'stop' ? 2 : 3);
  });

  it('again and again ends the system, its cause told', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, killShard } = test;
    const ref = system.spawn(puppet, undefined, { shard: 0 });
    for (let loss = 0; loss < 5; loss++) {
      killShard(1);
      await system.quiet();
    }
    expect(system.metrics().shards[1]!.epoch).toBe(6);
    killShard(1);
    expect(await system.terminated).toMatchObject({
      reason: 'escalated',
      cause: { code: 'RUNTIME_SHARD_LOST', shard: 1, cause: { message: 'killed by the test' } },
    });
    expect(await failureOf(ref.ask(notes, soon))).toMatchObject({ code: 'RUNTIME_ASK_REJECTED' });
    await expectBooksToBalance(test);
  });

  it('now and then does not', async () => {
    const test = await startPuppets({ sideShards: 1 });
    for (let loss = 0; loss < 12; loss++) {
      test.killShard(1);
      await test.system.quiet();
      test.clock.advance(2001);
    }
    expect(test.system.metrics().shards[1]!.epoch).toBe(13);
  });

  it('does not keep the system from stopping', async () => {
    const test = await startPuppets({ sideShards: 2 });
    const { system, killShard } = test;
    const parent = system.spawn(obedient, undefined, { shard: 0 });
    parent.send(
      run((context) => {
        for (const shard of [1, 2]) context.spawn(puppet, undefined, { shard });
      }),
    );
    system.spawn(puppet, undefined, { shard: 1 }).send(meanwhile(() => gate().opened));
    for (let i = 0; i < 4; i++) await turnOfTheLoop();
    killShard(1);
    await system.stop();
    expect(system.metrics()).toMatchObject({ actors: 0, queued: 0 });
  });

  it('ends the waiting for its actors, which live again', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const ref = test.system.spawn(puppet, undefined, { shard: 1 });
    await test.system.quiet();
    const gone = test.system.whenTerminated(ref);
    test.killShard(1);
    await gone;
    await test.system.quiet();
    expect(await test.system.ref<Puppet>(ref.address).ask(notes, soon)).toEqual([]);
  });
});
