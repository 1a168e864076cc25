// At stake: rows are messages; nobody who meets, refuses or counts them can tell that they were not sent one by one. Tried with random
// programs, run once with rows and once with as many sends, and by example where a handler asks for rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { oneForOne } from '../supervision/supervision.js';
import type { DeadLetter } from '../system/dead-letters.js';
import { createTestSystem } from '../testing/test-system.js';
import { RefColumn } from './ref-column.js';
import { type Rows, scatterRows } from './rows.js';
import {
  bounded,
  type Catch,
  type CatchRef,
  forgetful,
  later,
  pairwise,
  relay,
  single,
  slices,
  together,
} from './rows.test-fixtures.js';

const MODULES = [new URL('./rows.test-fixtures.ts', import.meta.url)];
const silent = (): void => undefined;
const soon = { deadlineMs: 1000 };

interface Row {
  readonly to: number;
  readonly fails: boolean;
}

type Step =
  | { readonly do: 'scatter'; readonly rows: readonly Row[]; readonly by: number | undefined }
  | { readonly do: 'rows'; readonly rows: readonly Row[]; readonly by: number | undefined }
  | { readonly do: 'send'; readonly rows: readonly Row[]; readonly by: number | undefined }
  | { readonly do: 'suspend' | 'resume' | 'stop' | 'stop-now'; readonly at: number }
  | { readonly do: 'settle' | 'doze' };

/** Actors: 0 and 1 by themselves, 2 with little room, 3 with little and forgetful, 4 to 7 together, 8 to 12 two at a time; 13 on another shard. */
const DEFINITIONS = [
  ...[single, single, bounded, forgetful, together, together, together, together],
  ...[pairwise, pairwise, pairwise, pairwise, pairwise, single],
];
const COUNT = DEFINITIONS.length;

const row = fc.record({
  to: fc.nat({ max: COUNT - 1 }),
  fails: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
});
const rows = fc.array(row, { maxLength: 14 });
const by = fc.option(fc.nat({ max: 1 }), { nil: undefined });
const at = fc.nat({ max: COUNT - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('scatter' as const), rows, by }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rows' as const), rows, by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), rows, by }) },
  fc.record({
    do: fc.constantFrom('suspend' as const, 'resume' as const, 'stop' as const, 'stop-now' as const),
    at,
  }),
  fc.record({ do: fc.constantFrom('settle' as const, 'doze' as const) }),
);

function noteRows(ids: readonly number[], fails: readonly boolean[]): Rows<Catch, 'note'> {
  return {
    type: 'note',
    count: ids.length,
    common: { common: 'all' },
    columns: {
      id: Int32Array.from(ids),
      pair: Float32Array.from(ids.flatMap((id) => [id, id + 0.5])),
      fails: Uint8Array.from(fails.map(Number)),
    },
  };
}

const oneNote = (id: number, fails: boolean) =>
  ({
    type: 'note',
    id,
    common: 'all',
    pair: Float32Array.of(id, id + 0.5),
    fails: Number(fails),
  }) as const;

const idsOf = (echoes: readonly string[]): number[] => echoes.map((echo) => Number(echo.split(' ')[1]));

/** What several senders sent to one actor comes in any order; that of each in its own. */
function bySender<T>(met: readonly T[], senderOf: (one: T) => unknown): readonly T[] {
  const senders = [...new Set(met.map(senderOf))].sort();
  return senders.flatMap((sender) => met.filter((one) => senderOf(one) === sender));
}

async function play(steps: readonly Step[], decide: 'restart' | 'resume', byRows: boolean) {
  const letters: string[] = [];
  const { system, advance } = await createTestSystem({
    modules: MODULES,
    log: silent,
    strict: false,
    sideShards: 1,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY, decide: () => decide }),
  });
  // When exactly a stopped actor is gone depends on whose turn is when.
  system.deadLetters.subscribe(({ sender, target, reason, messageType, cause }: DeadLetter) => {
    const gone = reason === 'no-such-actor' || reason === 'stopped';
    const why = gone ? 'stopped' : `${reason} ${(cause as Error | undefined)?.message}`;
    const whose = refs.findIndex(({ address }) => address.id === target?.id);
    letters.push(`${messageType} from ${sender?.path} to ${whose}: ${why}`);
  });
  const collector = system.spawn(single, {}, { name: 'collector', shard: 0 });
  const refs = DEFINITIONS.map((definition, i) =>
    system.spawn(
      definition,
      { echoTo: collector, byRows },
      { name: `catcher-${i}`, shard: i === COUNT - 1 ? 1 : 0 },
    ),
  );
  const actors = [0, 1].map((i) => system.spawn(single, {}, { name: `actor-${i}`, shard: 0 }));
  await system.quiet();
  let id = 0;
  const owners: (CatchRef | undefined)[] = [];
  const senders: number[] = [];
  const failing = new Set<CatchRef | undefined>();
  for (const one of steps) {
    if (one.do === 'settle') await system.quiet();
    else if (one.do === 'doze') await advance(30);
    else if (one.do === 'suspend') system.suspend(refs[one.at]!);
    else if (one.do === 'resume') system.resume(refs[one.at]!);
    else if (one.do === 'stop') void system.stopActor(refs[one.at]!);
    else if (one.do === 'stop-now') void system.stopActor(refs[one.at]!, { now: true });
    else if ('rows' in one) {
      const ids = one.rows.map(() => id++);
      const fails = one.rows.map((each) => each.fails);
      for (const { to, fails } of one.rows) {
        const owner = refs[one.do === 'rows' ? one.rows[0]!.to : to];
        owners.push(owner);
        senders.push(one.by ?? 2);
        if (fails) failing.add(owner);
      }
      const sends = (): void => send(one, refs, ids, fails, byRows);
      if (one.by === undefined) sends();
      else actors[one.by]!.send({ type: 'act', does: sends });
    }
  }
  for (const ref of refs) system.resume(ref);
  await system.quiet();
  const all = [];
  for (const ref of refs) {
    const lines: unknown = await ref.ask({ type: 'seen' }, soon).catch(({ reason }) => reason);
    // What a restart has made it forget depends on whose message came before it.
    const forgets = decide === 'restart' && failing.has(ref);
    all.push(
      Array.isArray(lines) && !forgets ? bySender(lines, (line) => line.split(' from ')[1]) : undefined,
    );
  }
  const echoes = await collector.ask({ type: 'seen' }, soon);
  const { sent, handled, deadLetters } = system.metrics();
  await system.stop();
  const echoesOf = refs.map((ref) =>
    bySender(
      idsOf(echoes).filter((echo) => owners[echo] === ref),
      (echo) => senders[echo],
    ),
  );
  return { all, echoesOf, letters: letters.sort(), sent, handled, deadLetters };
}

function send(
  { do: how, rows }: Extract<Step, { rows: readonly Row[] }>,
  refs: readonly CatchRef[],
  ids: readonly number[],
  fails: readonly boolean[],
  byRows: boolean,
): void {
  const targets = how === 'rows' ? rows.map(() => refs[rows[0]!.to]!) : rows.map(({ to }) => refs[to]!);
  if (!byRows || how === 'send')
    for (const [i, target] of targets.entries()) target.send(oneNote(ids[i]!, fails[i]!));
  else if (how === 'rows') targets[0]?.sendRows(noteRows(ids, fails));
  else scatterRows(rows.length % 2 === 0 ? targets : new RefColumn(targets), noteRows(ids, fails));
}

describe('rows', () => {
  it('do what as many sends do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom('restart' as const, 'resume' as const),
        async (steps, decide) => {
          expect(await play(steps, decide, true)).toEqual(await play(steps, decide, false));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('that lie side by side are met at once by who asks for rows', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const ref = system.spawn(slices, {});
    ref.sendRows(noteRows([1, 2, 3], [false, false, false]));
    ref.send(oneNote(4, false));
    scatterRows([ref, undefined, ref], noteRows([5, 6, 7], [false, false, false]));
    expect(await ref.ask({ type: 'seen' }, soon)).toEqual([
      '1 all 1/1.5 of 3',
      '2 all 2/2.5 of 3',
      '3 all 3/3.5 of 3',
      '4 all 4/4.5 from outside',
      '5 all 5/5.5 of 1',
      '7 all 7/7.5 of 1',
    ]);
    expect(system.metrics()).toMatchObject({ sent: 8, handled: 8, deadLetters: 0, queued: 0 });
    await system.stop();
  });

  it('that are handed on are those that were met', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const ref = system.spawn(single, {});
    const sender = system.spawn(single, {}, { name: 'sender' });
    const via = system.spawn(relay, { echoTo: ref });
    sender.send({ type: 'act', does: () => via.sendRows(noteRows([1, 2, 3], [false, false, false])) });
    await system.quiet();
    expect(await ref.ask({ type: 'seen' }, soon)).toEqual([
      '1 all 1/1.5 from /sender',
      '2 all 2/2.5 from /sender',
      '3 all 3/3.5 from /sender',
    ]);
    await system.stop();
  });

  it('whose handler throws are dead letters, each of them, and the actor fails once', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const letters: DeadLetter[] = [];
    system.deadLetters.subscribe((letter) => letters.push(letter));
    const ref = system.spawn(slices, {});
    ref.sendRows(noteRows([1, 2, 3], [false, true, false]));
    ref.send(oneNote(4, false));
    expect(await ref.ask({ type: 'seen' }, soon)).toEqual(['4 all 4/4.5 from outside']);
    expect(letters.map(({ reason, cause }) => [reason, (cause as Error).message])).toEqual(
      Array.from({ length: 3 }, () => ['crashed', 'fails at 2']),
    );
    expect(system.metrics()).toMatchObject({ sent: 6, handled: 3, deadLetters: 3, queued: 0, restarts: 1 });
    await system.stop();
  });

  it('of a batch are in the name of each item, and go together where they go to one actor', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const collector = system.spawn(slices, {});
    const other = system.spawn(single, {}, { name: 'other' });
    const refs = Array.from({ length: 4 }, (_, i) =>
      system.spawn(together, { echoTo: i === 3 ? other : collector, byRows: true }, { name: `one-${i}` }),
    );
    scatterRows(refs, noteRows([1, 2, 3, 4], [false, true, false, false]));
    await system.quiet();
    expect(await collector.ask({ type: 'seen' }, soon)).toEqual(['echo 1', 'echo 3']);
    expect(await other.ask({ type: 'seen' }, soon)).toEqual(['echo 4 from /one-3']);
    await system.stop();
  });

  it('wait for who is put out of service before they are met, and are dead letters where it is stopped', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const [suspended, stopped, ready] = Array.from({ length: 3 }, () => system.spawn(together, {}));
    await system.quiet();
    scatterRows([suspended!, stopped!, ready!], noteRows([1, 2, 3], [false, false, false]));
    system.suspend(suspended!);
    await system.stopActor(stopped!, { now: true });
    expect(await ready!.ask({ type: 'seen' }, soon)).toEqual(['3 all 3/3.5 from outside']);
    expect(system.metrics()).toMatchObject({ sent: 5, handled: 3, deadLetters: 1, queued: 1 });
    system.resume(suspended!);
    expect(await suspended!.ask({ type: 'seen' }, soon)).toEqual(['1 all 1/1.5 from outside']);
    await system.stop();
  });

  it('that are still to be met come before what their sender does next', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const collector = system.spawn(single, {});
    const [told, stopped] = [1, 2].map(() => system.spawn(together, { echoTo: collector }));
    const [sender, other] = [1, 2].map(() => system.spawn(single, {}));
    await system.quiet();
    const scatter = (ids: readonly number[]): void =>
      scatterRows(new RefColumn([told, stopped]), noteRows(ids, [false, false]));
    sender!.send({
      type: 'act',
      does: () => {
        scatter([1, 2]);
        other!.send({ type: 'act', does: () => told!.send(oneNote(3, false)) });
      },
    });
    await system.quiet();
    scatter([4, 5]);
    await system.stopActor(stopped!);
    expect(idsOf(await collector.ask({ type: 'seen' }, soon)).toSorted()).toEqual([1, 2, 3, 4, 5]);
    const notes = await told!.ask({ type: 'seen' }, soon);
    expect(idsOf(notes.map((note) => `note ${note}`))).toEqual([1, 3, 4]);
    await system.stop();
  });

  it('that nobody meets any more are dead letters at the end', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const refs = Array.from({ length: 3 }, () => system.spawn(together, {}));
    await system.quiet();
    scatterRows(new RefColumn(refs), noteRows([1, 2, 3], [false, false, false]));
    expect(system.metrics()).toMatchObject({ sent: 3, handled: 0, deadLetters: 0, queued: 3 });
    await system.stop({ now: true });
    expect(system.metrics()).toMatchObject({ sent: 3, handled: 0, deadLetters: 3, queued: 0 });
  });

  it('that an async call sends are in the name of its actor', async () => {
    const { system } = await createTestSystem({ modules: MODULES, log: silent, strict: false });
    const refs = [system.spawn(together, {}), system.spawn(together, {})];
    const sender = system.spawn(later, {}, { name: 'later' });
    await system.quiet();
    sender.send({
      type: 'act',
      does: () => scatterRows(new RefColumn(refs), noteRows([1, 2], [false, false])),
    });
    system.spawn(single, {}); // whose turn is the last before
    await system.quiet();
    const seen = await Promise.all(refs.map((ref) => ref.ask({ type: 'seen' }, soon)));
    expect(seen).toEqual([['1 all 1/1.5 from /later'], ['2 all 2/2.5 from /later']]);
    await system.stop();
  });

  it('fill the budget of a shard as other messages do', async () => {
    const { system } = await createTestSystem({
      modules: MODULES,
      log: silent,
      strict: false,
      mailboxBytesMax: 2000,
    });
    const ref = system.spawn(single, {});
    await system.quiet();
    system.suspend(ref);
    const ids = Array.from({ length: 50 }, (_, i) => i);
    scatterRows(
      ids.map(() => ref),
      noteRows(
        ids,
        ids.map(() => false),
      ),
    );
    system.resume(ref);
    await system.quiet();
    const seen = await ref.ask({ type: 'seen' }, soon);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThan(20);
    expect(system.metrics()).toMatchObject({ deadLetters: 50 - seen.length, queued: 0 });
    await system.stop();
  });

  it.each([
    { rows: { type: 7 }, option: 'rows.type' },
    { rows: { count: -1 }, option: 'rows.count' },
    { rows: { common: 1 }, option: 'rows.common' },
    { rows: { columns: null }, option: 'rows.columns' },
    { rows: { columns: { id: [1, 2] } }, option: 'rows.columns.id' },
    { rows: { columns: { id: new BigInt64Array(2) } }, option: 'rows.columns.id' },
    { rows: { columns: { id: new Int32Array(3) } }, option: 'rows.columns.id' },
    { rows: { columns: { id: new Int32Array(0) } }, option: 'rows.columns.id' },
    { rows: { columns: { type: new Int32Array(2) } }, option: 'rows.columns.type' },
    { rows: { common: { id: 1 } }, option: 'rows.columns.id' },
  ])('that do not add up are refused: $option', async ({ rows, option }) => {
    const { system } = await createTestSystem({ modules: MODULES });
    const ref = system.spawn(single, {});
    const good = { type: 'note', count: 2, columns: { id: new Int32Array(2) } };
    const bad = { ...good, ...rows } as never;
    for (const send of [() => ref.sendRows(bad), () => scatterRows([ref], bad)])
      expect(send).toThrow(expect.objectContaining({ code: new InvalidOptionError('', 0, '').code, option }));
    expect(() => scatterRows([ref, ref, ref], good as never)).toThrow(InvalidOptionError);
    expect(system.metrics().sent).toBe(0);
    await system.stop();
  });
});
