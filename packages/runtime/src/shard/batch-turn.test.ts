// At stake: actors that meet their messages together do what they would do one by one; nobody has two messages in a batch, nobody is
// overtaken, and who fails fails alone. Tried beside the same actors defined one by one, in random programs, and by example.
import { keyedUniform } from '@skein/random';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { slotOf } from '../actor/address.js';
import type { Batch } from '../actor/batch.js';
import { RefColumn } from '../actor/ref-column.js';
import { scatterRows } from '../actor/rows.js';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import { oneForOne } from '../supervision/supervision.js';
import {
  call,
  expectBooksToBalance,
  failureOf,
  gate,
  notes,
  puppet,
  type RunningTest,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { shardUnder } from '../testing/shard-books.test-fixtures.js';
import type { TestSystemOptions } from '../testing/test-system.js';
import {
  inPairs,
  narrow,
  oneByOne,
  patientOnes,
  seen,
  together,
  urgent,
  type WalkerRef,
} from './walker.test-fixtures.js';

const forgiving = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });

const start = (options: Partial<TestSystemOptions> = {}): Promise<RunningTest> =>
  startPuppets({
    modules: [
      new URL('../testing/puppet.test-fixtures.ts', import.meta.url),
      new URL('./walker.test-fixtures.ts', import.meta.url),
    ],
    supervision: forgiving,
    ...options,
  });

async function startWalkers(
  count: number,
  definition: typeof together = together,
  options: Partial<TestSystemOptions> = {},
): Promise<RunningTest & { readonly walkers: readonly WalkerRef[] }> {
  const test = await start(options);
  const walkers = Array.from({ length: count }, (_, i) =>
    test.system.spawn(definition, undefined, { name: `walker-${i}`, shard: options.sideShards ? 1 : 0 }),
  );
  await test.system.quiet();
  return { ...test, walkers };
}

const step = (by: number, more: { fails?: boolean; again?: number } = {}) =>
  ({ type: 'step', by, ...more }) as const;
const alone = (text: string) => ({ type: 'alone', text }) as const;
const metBy = (ref: WalkerRef): string[] =>
  (seen.met.get(ref.address.path) ?? []).map((what) => what.replace(/ from .*/, ''));

beforeEach(() => seen.reset());

describe('a batch', () => {
  it('takes no room in the pool of mail for rows of a column of idle actors', async () => {
    const test = await startWalkers(10, together, { strict: false });
    const shard = await shardUnder(test.system.spawn(puppet), test);
    scatterRows(new RefColumn(test.walkers), {
      type: 'step',
      count: 10,
      columns: { by: Int32Array.from({ length: 10 }, (_, i) => i) },
    });
    expect([shard.mail.envelopes, shard.mail.pool.used]).toEqual([10, 0]);
    await test.system.quiet();
    expect(test.walkers.flatMap((ref) => metBy(ref))).toEqual(test.walkers.map((_, i) => `step ${i}`));
  });

  it('costs nobody a cell who needs none', async () => {
    const test = await startWalkers(10);
    const shard = await shardUnder(test.system.spawn(puppet), test);
    for (const ref of test.walkers) for (const by of [1, 2]) ref.send(step(by));
    await test.system.quiet();
    expect(seen.sizes()).toEqual([10, 10]);
    for (const { address } of test.walkers) expect(shard.peekCell(slotOf(address.id))).toBeUndefined();
  });

  it('is the next message of every ready actor', async () => {
    const { walkers, system } = await startWalkers(3);
    for (const ref of walkers) ref.send(step(1));
    walkers[1]!.send(step(2));
    await system.quiet();
    const [a, b, c] = walkers.map((ref) => ref.address.path);
    expect(seen.batches).toEqual([
      { type: 'step', paths: [a, b, c] },
      { type: 'step', paths: [b] },
    ]);
    walkers[2]!.send(step(3)); // and when it is over, nobody's turn it is
    await system.quiet();
    expect(seen.met.get(c!)?.map((what) => what.split(' ')[3])).toEqual(['outside', 'outside']);
  });

  it('is of one type; each type has its own, in the order of the line', async () => {
    const { walkers, system } = await startWalkers(4);
    const asks = [1, 3].map((i) => walkers[i]!.ask({ type: 'where', by: i, replies: 1 }, soon));
    walkers[0]!.send(step(1));
    walkers[2]!.send(step(1));
    expect(await Promise.all(asks)).toEqual([1, 3]);
    await system.quiet();
    expect(seen.batches.map(({ type, paths }) => [type, paths.length])).toEqual([
      ['where', 2],
      ['step', 2],
    ]);
  });

  it('leaves what is met alone in its place in the mail', async () => {
    const { walkers, system } = await startWalkers(3);
    for (const ref of walkers) for (const by of [1, 2]) ref.send(step(by));
    walkers[1]!.send(alone('between'));
    for (const ref of walkers) ref.send(step(3));
    await system.quiet();
    expect(metBy(walkers[0]!)).toEqual(['step 1', 'step 2', 'step 3']);
    expect(metBy(walkers[1]!)).toEqual(['step 1', 'step 2', 'alone between', 'step 3']);
    expect(seen.sizes()).toEqual([3, 3, 2, 1]);
  });

  it('has as many actors as `batchMax` says, those ready longest first', async () => {
    const { walkers, system } = await startWalkers(5, inPairs);
    for (const ref of walkers) ref.send(step(1));
    await system.quiet();
    expect(seen.sizes()).toEqual([2, 2, 1]);
    expect(seen.batches.flatMap(({ paths }) => paths)).toEqual(walkers.map((ref) => ref.address.path));
  });

  it('is gathered on other shards too, and answers and sends from there', async () => {
    const { walkers, system } = await startWalkers(3, together, { sideShards: 1 });
    const sink = system.spawn(puppet, undefined, { shard: 0 });
    for (const ref of walkers) ref.send({ type: 'step', by: 1, tell: sink });
    const where = walkers.map((ref) => ref.ask({ type: 'where', by: 1, replies: 1 }, soon));
    expect(await Promise.all(where)).toEqual([2, 2, 2]);
    expect(seen.sizes()).toEqual([3, 3]);
    expect(await sink.ask(notes, soon)).toEqual(walkers.map((ref) => `${ref.address.path} 0 at 1`));
  });

  it('leaves out who has another behaviour in force, is suspended or waits for a call', async () => {
    const { walkers, system } = await startWalkers(4);
    const call = gate();
    seen.until = call.opened;
    walkers[0]!.send({ type: 'alone', text: 'now', become: 'strange' });
    system.suspend(walkers[2]!);
    await system.quiet();
    walkers[1]!.send({ type: 'later', text: 'waits' });
    for (const ref of walkers) ref.send(step(1));
    await new Promise(setImmediate);
    expect(seen.batches).toEqual([{ type: 'step', paths: [walkers[3]!.address.path] }]);
    expect(metBy(walkers[0]!)).toEqual(['alone now', 'step 1']);
    walkers[0]!.send({ type: 'alone', text: 'again', become: 'receive' });
    walkers[0]!.send(step(2));
    system.resume(walkers[2]!);
    call.open();
    await system.quiet();
    expect(seen.sizes()).toEqual([1, 1, 1, 1]);
    expect(walkers.map(metBy)).toEqual([
      ['alone now', 'step 1', 'alone again', 'step 2'],
      ['later waits', 'step 1'],
      ['step 1'],
      ['step 1'],
    ]);
  });

  it('makes room in bounded mailboxes', async () => {
    const { walkers, system } = await startWalkers(2, narrow);
    const sent = walkers.flatMap((ref) => [1, 2, 3].map((by) => ref.sendWhenReady(step(by))));
    await Promise.all(sent);
    await system.quiet();
    expect(walkers.map(metBy)).toEqual([
      ['step 1', 'step 2', 'step 3'],
      ['step 1', 'step 2', 'step 3'],
    ]);
    expect(seen.sizes()).toEqual([2, 2, 2]);
  });
});

describe('an item of a batch', () => {
  it('that fails fails alone, without effects, and its actor is restarted', async () => {
    const { walkers, system, letters } = await startWalkers(3);
    const sink = system.spawn(puppet);
    await system.quiet();
    const asked = walkers.map((ref) => ref.ask({ type: 'where', by: 5, replies: 1 }, soon));
    for (const [i, ref] of walkers.entries()) ref.send({ type: 'step', by: 1, tell: sink, fails: i === 1 });
    for (const ref of walkers) ref.send(step(1));
    await Promise.all(asked);
    const after = walkers.map((ref) => ref.ask({ type: 'where', by: 0, replies: 1 }, soon));
    expect(await Promise.all(after)).toEqual([7, 1, 7]);
    expect(await sink.ask(notes, soon)).toEqual([
      `${walkers[0]!.address.path} 0 at 6`,
      `${walkers[2]!.address.path} 0 at 6`,
    ]);
    expect(letters).toMatchObject([
      { reason: 'crashed', messageType: 'step', target: walkers[1]!.address, cause: new Error('fails at 1') },
    ]);
    expect(system.metrics().restarts).toBe(1);
  });

  it('that fails rejects its question, though it had replied', async () => {
    const { walkers } = await startWalkers(2);
    const good = walkers[0]!.ask({ type: 'where', by: 1, replies: 1 }, soon);
    const bad = walkers[1]!.ask({ type: 'where', by: 1, replies: 1, fails: true }, soon);
    expect(await failureOf(bad)).toMatchObject({ reason: 'crashed', cause: new Error('fails at 1') });
    expect(await good).toBe(1);
  });

  it('answers once: none is a rejection, a second and one to a tell are dead letters', async () => {
    const test = await startWalkers(3);
    const { walkers } = test;
    const replies = [0, 1, 2].map((count, i) =>
      walkers[i]!.ask({ type: 'where', by: 1, replies: count }, soon),
    );
    expect(await failureOf(replies[0]!)).toMatchObject({ reason: 'unanswered' });
    expect(await Promise.all(replies.slice(1))).toEqual([1, 1]);
    walkers[0]!.send({ type: 'where', by: 1, replies: 1 });
    await expectBooksToBalance(test);
    expect(test.reasons()).toEqual(['second-reply', 'no-question']);
  });

  it('that was told rejects no question whose place in memory it has taken, and whose answer is still to come', async () => {
    const { walkers, system } = await startWalkers(1);
    let answer: ((value: string) => void) | undefined;
    const question = system.spawn(puppet).ask(
      call((context) => {
        answer = context.deferReply() as (value: string) => void;
      }),
      soon,
    );
    await system.quiet();
    for (let i = 0; i < 3; i++) walkers[0]!.send(step(1));
    await system.quiet();
    answer!('in time');
    expect(await question).toBe('in time');
  });

  it('fails at the bound of its effects, and nothing of it is sent', async () => {
    const test = await startWalkers(2);
    const { walkers, system, letters } = test;
    const sink = system.spawn(puppet);
    walkers[0]!.send({ type: 'step', by: 1, tell: sink, tells: 65_537 });
    walkers[1]!.send({ type: 'step', by: 1, tell: sink, tells: 3 });
    await system.quiet();
    expect(await sink.ask(notes, soon)).toHaveLength(3);
    expect(letters).toMatchObject([{ reason: 'crashed', cause: { code: 'RUNTIME_TOO_MANY_EFFECTS' } }]);
    walkers[0]!.send({ type: 'step', by: 1, tell: sink, tells: 1000 });
    await system.quiet();
    expect(await sink.ask(notes, soon)).toHaveLength(1003);
  });

  it('has its effects in its own place and order, whenever the handler asked for them', async () => {
    const { walkers, system } = await startWalkers(2);
    const sink = system.spawn(puppet);
    seen.meet = (batch) => {
      for (const item of [1, 0, 1, 0])
        batch.send(item, sink, { type: 'note', text: `${item} ${batch.self(item).address.path}` });
    };
    for (const ref of walkers) ref.send(step(1));
    await system.quiet();
    const [a, b] = walkers.map((ref) => ref.address.path);
    expect(await sink.ask(notes, soon)).toEqual([`0 ${a}`, `0 ${a}`, `1 ${b}`, `1 ${b}`]);
  });
});

describe('the handler of a batch', () => {
  it('that throws fails all of it, and nothing of it is sent', async () => {
    const test = await startWalkers(3);
    const { walkers, system, letters } = test;
    const sink = system.spawn(puppet);
    seen.meet = (batch) => {
      batch.send(0, sink, { type: 'note', text: 'too early' });
      batch.fail(1, new Error('its own'));
      throw new Error('all');
    };
    for (const ref of walkers) ref.send(step(1));
    await expectBooksToBalance(test);
    expect(letters.map(({ reason, cause }) => `${reason}: ${(cause as Error).message}`)).toEqual(
      Array(3).fill('crashed: all'),
    );
    expect(system.metrics().restarts).toBe(3);
    expect(await sink.ask(notes, soon)).toEqual([]);
  });

  it('cannot be async', async () => {
    const test = await startWalkers(2);
    seen.meet = async () => {
      throw new Error('swallowed: the handler has failed before');
    };
    for (const ref of test.walkers) ref.send(step(1));
    await test.system.quiet();
    expect(test.letters.map(({ cause }) => cause)).toMatchObject([
      { code: 'RUNTIME_UNDECLARED_ASYNC', messageType: 'step' },
      { code: 'RUNTIME_UNDECLARED_ASYNC', messageType: 'step' },
    ]);
  });

  it('knows the actors, their senders, and what the shard has', async () => {
    const { walkers, system, clock } = await startWalkers(2, together, { extensions: { model: 'small' } });
    const sink = system.spawn(puppet);
    const key = {};
    const facts: unknown[] = [];
    seen.meet = (batch) => {
      for (let i = 0; i < batch.size; i++)
        facts.push([batch.self(i).address.path, batch.sender(i)?.address.path, batch.isAsk(i)]);
      facts.push(batch.now(), batch.extension('model'));
      facts.push(batch.shardLocal(key, () => 'made') === batch.shardLocal(key, () => 'again'));
    };
    clock.advance(7);
    walkers[0]!.send(step(1));
    sink.send(run(() => walkers[1]!.send(step(1))));
    await system.quiet();
    expect(facts.filter(Array.isArray)).toEqual([
      [walkers[0]!.address.path, undefined, false],
      [walkers[1]!.address.path, sink.address.path, false],
    ]);
    expect(facts.filter((fact) => !Array.isArray(fact)).slice(0, 3)).toEqual([7, 'small', true]);
  });

  it('refuses to be used afterwards, and items that it has not', async () => {
    const { walkers, system, letters } = await startWalkers(1);
    let kept: Batch | undefined;
    const refusals: unknown[] = [];
    const attempt = (act: () => unknown): void => {
      try {
        act();
      } catch (error) {
        refusals.push((error as { code: string }).code);
      }
    };
    seen.meet = (batch) => {
      kept = batch as never;
      for (const item of [-1, 1, 0.5, Number.NaN]) attempt(() => batch.fail(item, 'nothing'));
      attempt(() => batch.send(0, { send: () => {} } as never, {} as never));
    };
    walkers[0]!.send(step(1));
    await system.quiet();
    expect(refusals.splice(0)).toEqual(Array(5).fill('RUNTIME_INVALID_OPTION'));
    for (const act of [
      () => kept!.size,
      () => kept!.states,
      () => kept!.messages,
      () => kept!.self(0),
      () => kept!.sender(0),
      () => kept!.isAsk(0),
      () => kept!.reply(0, 1 as never),
      () => kept!.send(0, walkers[0]!, step(2)),
      () => kept!.fail(0, 'late'),
      () => kept!.now(),
      () => kept!.random(0),
      () => kept!.extension('model'),
      () => kept!.shardLocal({}, () => 1),
    ])
      attempt(act);
    expect(refusals).toEqual(Array(13).fill('RUNTIME_STALE_CONTEXT'));
    expect(letters).toEqual([]);
  });

  it("acts in nobody's name past the batch", async () => {
    const { walkers, system, letters } = await startWalkers(2);
    seen.meet = (batch) => {
      seen.meet = undefined;
      walkers[1]!.send(step(2));
      batch.fail(0, new Error('too late'));
      batch.fail(0, new Error('later still'));
    };
    walkers[0]!.send(step(1));
    await system.quiet();
    expect(letters).toMatchObject([{ reason: 'crashed', cause: new Error('too late') }]);
    expect(seen.met.get(walkers[1]!.address.path)).toMatchObject([
      expect.stringContaining('step 2 from outside'),
    ]);
  });
});

describe('a group', () => {
  it('takes turns with other actors of its class', async () => {
    const { walkers, system } = await startWalkers(2);
    const order: string[] = [];
    const other = system.spawn(puppet);
    await system.quiet();
    seen.meet = (batch) => {
      order.push(`batch of ${batch.size}`);
      for (let i = 0; i < batch.size; i++) if (order.length < 6) batch.send(i, batch.self(i), step(1));
      if (order.length < 6) other.send(run(() => void order.push('other')));
    };
    for (const ref of walkers) ref.send(step(1));
    await system.quiet();
    expect(order).toEqual([
      'batch of 2',
      'other',
      'batch of 2',
      'other',
      'batch of 2',
      'other',
      'batch of 2',
    ]);
  });

  it('lets a critical actor through between two handlers, and goes on where it was', async () => {
    const { walkers, system } = await startWalkers(4, patientOnes);
    const critical = system.spawn(urgent, undefined, { name: 'critical' });
    await system.quiet();
    seen.meet = (batch) => {
      seen.meet = undefined;
      critical.send(alone('at once'));
      expect(batch.size).toBe(2);
    };
    walkers[0]!.send(step(1));
    walkers[1]!.send(alone('second'));
    walkers[2]!.send(step(1));
    walkers[3]!.send(alone('fourth'));
    await system.quiet();
    expect([...seen.met.keys()]).toEqual([critical, walkers[1]!, walkers[3]!].map((ref) => ref.address.path));
  });

  it('heeds signals between two batches', async () => {
    const { walkers, system } = await startWalkers(2);
    seen.meet = () => system.suspend(walkers[1]!);
    walkers[0]!.send(step(1));
    const answer = walkers[1]!.ask({ type: 'where', by: 1, replies: 1 }, soon);
    await system.quiet();
    expect(seen.batches).toEqual([]);
    system.resume(walkers[1]!);
    expect(await answer).toBe(1);
  });

  it('needs no more memory however much it has met', async () => {
    const { walkers, system } = await startWalkers(500, together, { strict: false });
    const round = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) for (const ref of walkers) ref.send(step(1));
      seen.reset();
      seen.meet = () => {};
      await system.quiet();
    };
    await round();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) await round();
    // 200 000 messages; a node that is not freed costs 32 bytes.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 21);
  });

  it('forgets who stopped while in line, and gives the slots to others', async () => {
    const test = await startWalkers(3000);
    const { walkers, system } = test;
    for (const ref of walkers) {
      ref.send(step(1));
      void system.stopActor(ref, { now: true });
    }
    await system.quiet();
    const successors = Array.from({ length: 3000 }, () => system.spawn(together));
    const slots = successors.map((ref) => slotOf(ref.address.id));
    expect(Math.max(...slots)).toBeLessThan(3000 + 1024 + 10 + (1024 - 64)); // 1 024 are kept free; between the first two pages is a gap
    for (const ref of successors) ref.send(step(2));
    await expectBooksToBalance(test);
    expect(seen.batches.flatMap(({ paths }) => paths)).toHaveLength(3000);
    expect(new Set(test.reasons())).toEqual(new Set(['stopped']));
  });
});

// --- beside the same actors one by one ------------------------------------------------------------------------

const WALKERS = 5;
const who = fc.nat({ max: WALKERS - 1 });
const by = fc.integer({ min: 1, max: 9 });
const often = fc.nat({ max: 2 });
const rarely = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('step'), who, by, fails: rarely, tells: often, again: often }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('where'), who, by, fails: rarely, replies: often }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('alone'),
      who,
      become: fc.constantFrom('strange', 'receive', undefined),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('later', 'restart', 'suspend', 'resume', 'stop', 'stopNow'),
      who,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('quiet') }) },
);
type Action = {
  do: string;
  who?: number;
  by?: number;
  fails?: boolean;
  tells?: number;
  again?: number;
  replies?: number;
  become?: string | undefined;
};

/** All that can be noticed of a program: what each walker met, told and answered, its last words, and the books. */
async function play(
  definition: typeof together,
  actions: readonly Action[],
  options: Partial<TestSystemOptions>,
): Promise<unknown> {
  seen.reset();
  const test = await startWalkers(WALKERS, definition, options);
  const { system, walkers } = test;
  const sinks = walkers.map(() => system.spawn(puppet, undefined, { shard: 0 }));
  await system.quiet();
  const answers: Promise<unknown>[] = [];
  for (const [i, each] of actions.entries()) {
    const ref = walkers[each.who ?? 0]!;
    const { by = 0, fails = false, tells = 0, again = 0, replies = 0 } = each;
    switch (each.do) {
      case 'step':
        ref.send({ type: 'step', by, fails, tells, again, tell: sinks[each.who!]! });
        break;
      case 'where':
        answers.push(
          ref
            .ask({ type: 'where', by, fails, replies }, soon)
            .catch((error: { reason: string }) => error.reason),
        );
        break;
      case 'alone':
        ref.send({ type: 'alone', text: `${i}`, ...(each.become && { become: each.become }) });
        break;
      case 'later':
        ref.send({ type: 'later', text: `${i}` });
        break;
      case 'restart':
        system.restart(ref);
        break;
      case 'suspend':
        system.suspend(ref);
        break;
      case 'resume':
        system.resume(ref);
        break;
      case 'stop':
        void system.stopActor(ref);
        break;
      case 'stopNow':
        void system.stopActor(ref, { now: true });
        break;
      default:
        await system.quiet();
    }
  }
  for (const ref of walkers) system.resume(ref);
  await expectBooksToBalance(test);
  for (const { paths } of seen.batches) expect(new Set(paths).size).toBe(paths.length);
  const { sent, handled, deadLetters, queued, restarts } = system.metrics();
  return {
    answers: await Promise.all(answers),
    told: await Promise.all(sinks.map((sink) => sink.ask(notes, soon))),
    states: await Promise.all(walkers.map((ref) => ref.ask({ type: 'log' }, soon).catch(() => 'gone'))),
    met: walkers.map((ref) => seen.met.get(ref.address.path)),
    letters: test.letters
      .map(
        ({ reason, target, messageType }) =>
          `${reason} ${target?.path.replace(/#.*/, 'gone')} ${messageType}`,
      )
      .sort(),
    books: { sent, handled, deadLetters, queued, restarts },
  };
}

/** Any order of turns, and any cut of a batch. */
function seededChoices(seed: number): DispatcherChoices {
  let draw = 0;
  const uniform = () => keyedUniform(seed, 0, 0, draw++);
  return {
    nextReady: (readyCount) => Math.floor(uniform() * readyCount),
    turnMessagesMax: () => 1 + Math.floor(uniform() * 5),
    batchSizeMax: (readyCount) => 1 + Math.floor(uniform() * readyCount),
  };
}

describe('what is met together is what is met one by one', () => {
  const program = fc.array(action, { maxLength: 50 });

  it('on one shard, however batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.nat(), fc.boolean(), async (actions, seed, strict) => {
        const wanted = await play(oneByOne, actions, { strict });
        expect(await play(together, actions, { strict })).toEqual(wanted);
        expect(await play(together, actions, { strict, choices: seededChoices(seed) })).toEqual(wanted);
        expect(await play(inPairs, actions, { strict })).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('on another shard', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (actions) => {
        const wanted = await play(oneByOne, actions, { sideShards: 1 });
        expect(await play(together, actions, { sideShards: 1 })).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
