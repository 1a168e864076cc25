// At stake: how messages lie while they wait - each in a node, many in one, counted, not kept at all - is nobody's business: what is
// met is what was sent, once, in order, as the object it was unless it holds nothing but its type. Tried with random rows among actors
// that send, stash, crash, stop and are suspended meanwhile, beside an array for each sender and receiver.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import { oneForOne } from '../supervision/supervision.js';
import { puppet, startPuppets } from '../testing/puppet.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { type Catch, type CatchContext, catcher, dropper, hoarder, MODULES } from './rows.test-fixtures.js';

class Instance {
  readonly type = 'bare';
}

const ACTORS = 3;
/** The world outside, as a sender. */
const OUTSIDE = ACTORS;
const KINDS = ['bare', 'blank', 'same', 'other', 'fresh', 'instance', 'question'] as const;
type Kind = (typeof KINDS)[number];

const row = fc.record({
  to: fc.nat({ max: ACTORS - 1 }),
  kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 2 }),
  count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 90 })),
});
type Row = { readonly to: number; readonly kinds: readonly Kind[]; readonly count: number };
/** An actor floods itself, and goes on when it meets the last of it. */
const flood = fc
  .record({
    to: fc.nat({ max: ACTORS - 1 }),
    kind: fc.constantFrom(...KINDS),
    count: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ to, kind, count }) => {
    const own = { to, kinds: [kind], count };
    return { do: 'send' as const, from: to, rows: [own], more: own };
  });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      from: fc.nat({ max: OUTSIDE }),
      rows: fc.array(row, { minLength: 1, maxLength: 3 }),
      /** Whoever meets the last of them sends these in turn, from there. */
      more: fc.option(row, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: flood },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'suspend',
        'resume',
        'stash',
        'unstash',
        'crash',
        'restart',
        'quiet',
        'stop',
        'stopNow',
      ),
      to: fc.nat({ max: ACTORS - 1 }),
    }),
  },
);
type Send = { do: 'send'; from: number; rows: readonly Row[]; more: Row | undefined };
type Step = Send | { do: string; to: number };

/** A message as it is sent, and as it must be met: its own name, for it comes as it is; or its type, for any such object will do. */
interface Sent {
  readonly message: object;
  readonly name: string;
}

async function play(steps: readonly Step[], crowd: boolean, bytesMax: number): Promise<void> {
  const test = await startPuppets({
    modules: [...MODULES],
    strict: false,
    mailboxBytesMax: bytesMax,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const { system } = test;
  const names = new Map<object, string>();
  const same = { type: 'one', value: 1 } as const;
  const other = { type: 'one', value: 2 } as const;
  names.set(same, 'same').set(other, 'other');
  const make = (kind: Kind): Sent => {
    if (kind === 'bare' || kind === 'blank') return { message: { type: kind }, name: kind };
    if (kind === 'same' || kind === 'other') return { message: kind === 'same' ? same : other, name: kind };
    const message =
      kind === 'fresh'
        ? { type: 'one', value: 0 }
        : kind === 'instance'
          ? new Instance()
          : { type: 'question' };
    const name = `${kind} ${names.size}`;
    names.set(message, name);
    return { message, name };
  };
  const nameOf = (message: object): string => {
    const name = names.get(message);
    if (name !== undefined) return name;
    const text = Object.keys(message).join() === 'type' ? (message as { type: string }).type : 'spoiled';
    (message as { spoiled?: boolean }).spoiled = true; // the next must not see it
    return text;
  };
  const sent = new Map<string, string[]>();
  const met = new Map<string, string[]>();
  const note = (books: Map<string, string[]>, from: number, to: number, name: string): void => {
    const pair = `${from}>${to}`;
    const list = books.get(pair);
    if (list === undefined) books.set(pair, [name]);
    else list.push(name);
  };
  const stashing = new Array<boolean>(ACTORS).fill(false);
  const crashing = new Array<boolean>(ACTORS).fill(false);
  /** Rows that are sent by whoever meets a message, by its place in the books. */
  const after = new Map<string, Row>();
  const ids = new Map<number, number>();
  const refs: ActorRef<Catch>[] = [];
  const send = (from: number, { to, kinds, count }: Row): void => {
    for (let i = 0; i < count; i++) {
      const { message, name } = make(kinds[i % kinds.length]!);
      note(sent, from, to, name);
      if (name.startsWith('question'))
        refs[to]!.ask(message as { type: 'question' }, { deadlineMs: 1e6 }).catch(() => undefined);
      else refs[to]!.send(message as { type: 'bare' });
    }
  };
  const meet = (to: number) => (message: object, context: CatchContext) => {
    if (stashing[to]) {
      context.stash();
      return;
    }
    const { sender } = context;
    const from = sender === undefined ? OUTSIDE : ids.get(sender.address.id)!;
    note(met, from, to, nameOf(message));
    const pair = `${from}>${to}`;
    const next = after.get(`${pair} ${met.get(pair)!.length}`);
    if (next !== undefined) send(to, next);
    if (!crashing[to]) return;
    crashing[to] = false;
    throw new Error('crash');
  };
  const definitions = [catcher, hoarder, dropper];
  for (const [i, definition] of definitions.entries()) {
    refs[i] = system.spawn(definition, meet(i));
    ids.set(refs[i].address.id, i);
  }
  const shard = await shardUnder(system.spawn(puppet), test);
  const crowded = system.spawn(catcher, () => undefined);
  await system.quiet();
  system.suspend(crowded);
  if (crowd) for (let i = 0; i < 4200; i++) crowded.send({ type: 'bare' });
  const tell = (to: number, act: (context: CatchContext) => void) => refs[to]!.send({ type: 'act', act });
  for (const each of steps) {
    if (each.do === 'send') {
      const { from, rows, more } = each as Send;
      const sendAll = () => {
        for (const one of rows) send(from, one);
        const { to } = rows.at(-1)!;
        if (more !== undefined) after.set(`${from}>${to} ${sent.get(`${from}>${to}`)!.length}`, more);
      };
      if (from === OUTSIDE) sendAll();
      else tell(from, sendAll);
      continue;
    }
    const { to } = each as { to: number };
    const ref = refs[to]!;
    if (each.do === 'suspend') system.suspend(ref);
    else if (each.do === 'resume') system.resume(ref);
    else if (each.do === 'stash') stashing[to] = true;
    else if (each.do === 'unstash') {
      stashing[to] = false;
      tell(to, (context) => context.unstashAll());
    } else if (each.do === 'crash') crashing[to] = true;
    else if (each.do === 'restart')
      tell(to, () => {
        throw new Error('restart');
      });
    else if (each.do === 'quiet') await system.quiet();
    else void system.stopActor(ref, { now: each.do === 'stopNow' });
  }
  stashing.fill(false);
  for (const [to, ref] of refs.entries()) {
    system.resume(ref);
    tell(to, (context) => context.unstashAll());
  }
  await system.quiet();
  const mayLose = test.letters.some(({ reason }) => reason !== 'crashed');
  const mayOvertake = steps.some((each) => each.do === 'stash');
  for (const [pair, all] of sent) {
    const some = met.get(pair) ?? [];
    if (!mayLose) expect(mayOvertake ? some.toSorted() : some).toEqual(mayOvertake ? all.toSorted() : all);
    const lost = minus(all, some);
    expect(some.length + lost.length).toBe(all.length); // nothing else than what was sent, nothing twice
    if (!mayOvertake) expect(isSubsequence(some, all)).toBe(true);
    const [from, to] = pair.split('>').map(Number) as [number, number];
    const letters = test.letters.filter(
      ({ reason, target, sender, messageType }) =>
        reason !== 'crashed' &&
        messageType !== 'act' &&
        target?.id === refs[to]!.address.id &&
        (sender === undefined ? OUTSIDE : ids.get(sender.id)) === from,
    );
    expect(
      letters.flatMap(({ messageType, count }) => Array<string>(count).fill(messageType)).toSorted(),
    ).toEqual(lost.map(typeOf).toSorted());
  }
  expect([...met.keys()].filter((pair) => !sent.has(pair))).toEqual([]);
  await system.stopActor(crowded, { now: true });
  await expectNoMailLeft(test, shard);
}

const typeOf = (name: string): string => {
  const [kind] = name.split(' ') as [Kind];
  if (kind === 'instance') return 'bare';
  return kind === 'same' || kind === 'other' || kind === 'fresh' ? 'one' : kind;
};

/** What is left of `all` without each of `some`, once. */
function minus(all: readonly string[], some: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const name of all) left.set(name, (left.get(name) ?? 0) + 1);
  for (const name of some) left.set(name, (left.get(name) ?? 0) - 1);
  return [...left].flatMap(([name, count]) =>
    Array<string>(Math.abs(count)).fill(count < 0 ? `not sent: ${name}` : name),
  );
}

function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const name of some) {
    while (at < all.length && all[at] !== name) at++;
    if (at++ === all.length) return false;
  }
  return true;
}

describe('rows of messages', () => {
  it.each([
    { where: 'in mailboxes with room for all', crowd: false, bytesMax: 2 ** 26 },
    { where: 'on a shard that is crowded', crowd: true, bytesMax: 2 ** 26 },
    { where: 'in mailboxes that bytes bound', crowd: false, bytesMax: 12_000 },
  ])(
    'are met as they were sent $where',
    async ({ crowd, bytesMax }) => {
      // Where there is no room, what is put aside would keep the word out that it is to be met now.
      const isFree = (each: Step) => bytesMax > 2 ** 20 || !each.do.endsWith('stash');
      const program = fc.array(step.filter(isFree), { maxLength: 25, size: 'max' });
      await fc.assert(
        fc.asyncProperty(program, (steps) => play(steps, crowd, bytesMax)),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});
