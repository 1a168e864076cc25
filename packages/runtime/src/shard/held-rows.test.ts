// At stake: rows that a group holds until its turn are as if they had been sent, whatever becomes of their senders and receivers meanwhile:
// they come before all that their sender does next, once, in its name, and are counted. Tried by example at each place where something could
// come between, and with random programs of actors that scatter, stop, crash and look on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorContext } from '../actor/context.js';
import { RefColumn } from '../actor/ref-column.js';
import { scatterRows } from '../actor/rows.js';
import { oneForOne } from '../supervision/supervision.js';
import { createTestSystem } from '../testing/test-system.js';
import {
  critical,
  grouped,
  type Held,
  type HeldRef,
  narrow,
  others,
  parent,
  plain,
} from './held-rows.test-fixtures.js';

const MODULES = [new URL('./held-rows.test-fixtures.ts', import.meta.url)];
const silent = (): void => undefined;
const soon = { deadlineMs: 1000 };

const start = () => createTestSystem({ modules: MODULES, log: silent, strict: false });

/** Rows with ids in order, from `first` on; the one at index `failing` makes its actor fail. */
function scatterTo(column: RefColumn<Held>, first = 1, failing = -1): void {
  const id = Int32Array.from(column.slots, (_, i) => first + i);
  const fails = Uint8Array.from(id, (_, i) => Number(i === failing));
  scatterRows(column, { type: 'row', count: id.length, columns: { id, fails } });
}

const scatter = (refs: readonly HeldRef[]): void => scatterTo(new RefColumn(refs));

/** What an actor met, without who sent it. */
const seenBy = async (ref: HeldRef): Promise<string[]> =>
  (await ref.ask({ type: 'seen' }, soon)).map((line) => line.split(' from ')[0]!);

/** Programs of these. */
const DEFINITIONS = [
  plain,
  plain,
  grouped,
  grouped,
  grouped,
  others,
  others,
  others,
  critical,
  critical,
  parent,
];
const actor = fc.nat({ max: DEFINITIONS.length - 1 });
const by = fc.option(actor, { nil: undefined, freq: 4 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('scatter' as const),
      by,
      to: fc.array(fc.option(actor, { nil: undefined, freq: 8 }), { maxLength: 16 }),
      failing: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('scatter again' as const), by }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), by, to: actor }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...([
          'scatter and leave',
          'scatter and crash',
          'stop',
          'stop now',
          'suspend',
          'resume',
          'renew',
        ] as const),
      ),
      at: actor,
    }),
  },
  {
    arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'begin' as const, 'look on' as const) }),
    weight: 1,
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface Course {
  /** The first letters that a listener answers: it sends, scatters or stops. */
  readonly answers: number;
  readonly decide: 'restart' | 'resume';
  readonly endsNow: boolean;
  readonly mailboxBytesMax: number;
}

/** Checks that each receiver met what it met once, and what each life sent it in the order of sending. */
async function play(steps: readonly Step[], { answers, decide, endsNow, mailboxBytesMax }: Course) {
  const { system } = await createTestSystem({
    modules: MODULES,
    log: silent,
    strict: false,
    mailboxBytesMax,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY, decide: () => decide }),
  });
  const logs: string[][] = [];
  const senders = new Set(['outside']);
  const spawn = (definition: (typeof DEFINITIONS)[number]): HeldRef => {
    const log: string[] = [];
    logs.push(log);
    const ref = system.spawn(definition, { log });
    senders.add(String(ref.address.id));
    return ref;
  };
  const refs = DEFINITIONS.map(spawn);
  let nextId = 1;
  const takeIds = (count: number): number => {
    nextId += count;
    return nextId - count;
  };
  const send = (column: RefColumn<Held>, failing?: number): void =>
    scatterTo(column, takeIds(column.length), failing);
  let letters = 0;
  system.deadLetters.subscribe(() => {
    if (++letters > answers) return;
    const target = refs[letters % refs.length]!;
    if (letters % 3 === 0) void system.stopActor(target);
    else if (letters % 3 === 1) target.send({ type: 'word', id: takeIds(1) });
    else send(new RefColumn([target, refs[2]!]));
  });
  const act = (at: number | undefined, does: (context?: ActorContext) => void): void => {
    if (at === undefined) does();
    else refs[at]!.send({ type: 'act', does });
  };
  const all = new RefColumn(refs);
  let latest = all;
  let stopLooking: (() => void) | undefined;
  const carryOut = async (one: Step): Promise<void> => {
    switch (one.do) {
      case 'scatter': {
        const column = new RefColumn(one.to.map((i) => (i === undefined ? undefined : refs[i])));
        latest = column;
        return act(one.by, () => send(column, one.failing));
      }
      case 'scatter again': {
        const column = latest;
        return act(one.by, () => send(column));
      }
      case 'send': {
        const target = refs[one.to]!;
        return act(one.by, () => target.send({ type: 'word', id: takeIds(1) }));
      }
      case 'scatter and leave':
        return act(one.at, (context) => {
          send(all);
          context!.stop();
        });
      case 'scatter and crash':
        return act(one.at, () => {
          send(all);
          throw new Error('crashed');
        });
      case 'stop':
      case 'stop now':
        return void system.stopActor(refs[one.at]!, { now: one.do === 'stop now' });
      case 'suspend':
        return void system.suspend(refs[one.at]!);
      case 'resume':
        return void system.resume(refs[one.at]!);
      case 'renew':
        refs[one.at] = spawn(DEFINITIONS[one.at]!);
        return;
      case 'settle':
        return system.quiet();
      case 'begin':
        return Promise.resolve();
      case 'look on':
        stopLooking?.();
        stopLooking = stopLooking === undefined ? system.inspect(silent) : undefined;
    }
  };
  for (const one of steps) {
    await carryOut(one);
    if (one.do === 'settle') expectAllCounted(system.metrics());
  }
  await system.stop({ now: endsNow });
  const ended = system.metrics();
  expectAllCounted(ended);
  expect(ended).toMatchObject({ queued: 0, deadLetters: letters });
  const met = new Set<number>();
  for (const log of logs) {
    const latestOf = new Map<string, number>();
    for (const line of log.filter((each) => each !== 'child stopped')) {
      const [, number, , sender] = line.split(' ');
      const id = Number(number);
      expect(met).not.toContain(id);
      met.add(id);
      expect(senders).toContain(sender);
      expect(id).toBeGreaterThan(latestOf.get(sender!) ?? 0);
      // A listener acts from outside too, while what it is told of still goes on.
      if (sender !== 'outside' || answers === 0) latestOf.set(sender!, id);
    }
  }
}

function expectAllCounted(metrics: {
  sent: number;
  handled: number;
  deadLetters: number;
  queued: number;
}): void {
  expect(metrics.handled + metrics.deadLetters + metrics.queued).toBe(metrics.sent);
}

describe('rows that a group holds', () => {
  it('are met once and in order, and counted, whatever else happens', async () => {
    const course = fc.record({
      answers: fc.constantFrom(0, 0, 7),
      decide: fc.constantFrom('restart' as const, 'resume' as const),
      endsNow: fc.boolean(),
      mailboxBytesMax: fc.constantFrom(2 ** 26, 2 ** 26, 3000),
    });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), course, play), {
      numRuns: 200,
    });
  });

  it('come before what their sender sends as it meets one of them itself', async () => {
    const { system } = await start();
    const receiver = system.spawn(grouped, {});
    const sender = system.spawn(grouped, { tells: receiver });
    await system.quiet();
    system.suspend(receiver);
    await system.quiet();
    sender.send({ type: 'act', does: () => scatter([receiver, sender]) });
    await system.quiet();
    system.resume(receiver);
    expect(await seenBy(receiver)).toEqual(['row 1', 'word 2']);
    await system.stop();
  });

  it('name their sender also when it has gone', async () => {
    const { system } = await start();
    const receiver = system.spawn(grouped, {});
    const sender = system.spawn(plain, {});
    const { id } = sender.address;
    await system.quiet();
    system.suspend(receiver);
    await system.quiet();
    sender.send({
      type: 'act',
      does: (context) => {
        scatter([receiver]);
        context.stop();
      },
    });
    await system.quiet();
    system.resume(receiver);
    expect(await receiver.ask({ type: 'seen' }, soon)).toEqual([`row 1 from ${id}`]);
    await system.stop();
  });

  it('come before the news that their sender has stopped', async () => {
    const { system } = await start();
    const receiver = system.spawn(parent, {});
    receiver.send({
      type: 'act',
      does: (context) =>
        context.spawn(plain, {}).send({
          type: 'act',
          does: (own) => {
            scatter([receiver]);
            own.stop();
          },
        }),
    });
    await system.quiet();
    expect(await seenBy(receiver)).toEqual(['row 1', 'child stopped']);
    await system.stop();
  });

  it('are not more than the mailbox of their receiver may hold', async () => {
    const { system } = await start();
    const receiver = system.spawn(narrow, {});
    await system.quiet();
    scatter([receiver, receiver, receiver, receiver]);
    await system.quiet();
    expect(system.metrics()).toMatchObject({ deadLetters: 2, queued: 0 });
    expect(await seenBy(receiver)).toEqual(['row 1', 'row 2']);
    await system.stop();
  });

  it('come before what a listener sends that was told of another row of the same scatter', async () => {
    const { system } = await start();
    const [receiver, gone] = [system.spawn(grouped, {}), system.spawn(plain, {})];
    await system.stopActor(gone);
    system.deadLetters.subscribe(() => receiver.send({ type: 'word', id: 2 }));
    scatter([receiver, gone]);
    await system.quiet();
    expect(await seenBy(receiver)).toEqual(['row 1', 'word 2']);
    await system.stop();
  });

  it('come before what follows them, also after a listener stopped somebody in the middle of a scatter', async () => {
    const { system } = await start();
    const [receiver, other, gone] = [
      system.spawn(grouped, {}),
      system.spawn(plain, {}),
      system.spawn(plain, {}),
    ];
    await system.stopActor(gone);
    system.deadLetters.subscribe(() => void system.stopActor(other));
    scatter([receiver, gone]);
    await system.quiet();
    scatter([receiver]);
    receiver.send({ type: 'word', id: 2 });
    expect(await seenBy(receiver)).toEqual(['row 1', 'row 1', 'word 2']);
    await system.stop();
  });
});
