// At stake: an actor that stops itself in its own turn, with no mail left, ends as if a stop mark lay in its mail from there on: what it
// sends to itself after that is dead, what others order meanwhile comes first, and nobody hears of its end twice. Tried by playing the same
// random handler twice, once with a stop that has a deadline, which is a mark, and by tables of what may come between.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorContext } from '../actor/context.js';
import type { RestartType } from '../supervision/strategy.js';
import {
  crash,
  gate,
  life,
  meanwhile,
  note,
  obedient,
  type Puppet,
  type PuppetRef,
  patientFamily,
  puppet,
  run,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';

const OPS = [
  'self',
  'other',
  'stop',
  'stash',
  'unstash',
  'child',
  'throw',
  'become',
  'now',
  'schedule',
  'sibling',
] as const;
const anyProgram = fc.record({
  before: fc.array(fc.constantFrom(...OPS), { maxLength: 3 }),
  after: fc.array(fc.constantFrom(...OPS), { maxLength: 4 }),
  stashed: fc.nat({ max: 2 }),
  how: fc.constantFrom('sync' as const, 'async' as const, 'late' as const, 'reentrant' as const),
  openCall: fc.boolean(),
  children: fc.nat({ max: 2 }),
  /** A sibling that fails at the same time takes the actor with it. */
  family: fc.boolean(),
  restart: fc.constantFrom<RestartType>('permanent', 'transient', 'temporary'),
  verdict: fc.constantFrom('restart', 'resume', 'stop', 'escalate'),
  place: fc.constantFrom(0, 0, 0, 62, 63, 64),
});
type Program = typeof anyProgram extends fc.Arbitrary<infer P> ? P : never;
/**
 * A mark behind the last message of a turn, or met by the life after one that failed, is met in the next turn; a sibling would have its
 * turn before.
 */
const program = anyProgram.filter(({ place, before, after }) => {
  const ops = [...before, ...after];
  return !ops.includes('sibling') || (place !== 63 && !ops.includes('throw'));
});

/** What can be seen of an actor that plays a program; `marks`: its own stop goes into its mail. */
async function play(given: Program, marks: boolean): Promise<unknown> {
  const test = await startPuppets({ strict: false });
  const { system, clock } = test;
  const events: string[] = [];
  const parent = system.spawn(given.family ? patientFamily : obedient);
  const other = system.spawn(
    puppet,
    life({ terminated: ({ reason }) => void events.push(`told ${reason}`) }),
  );
  const shard = await shardUnder(parent, test);
  let actor!: PuppetRef;
  let sibling!: PuppetRef;
  const say = (text: string) => run(() => void events.push(text));
  parent.send(
    run((context) => {
      const args = life({
        initial: ({ incarnation }) => void events.push(`life ${incarnation}`),
        stopped: () => void events.push('stopped'),
      });
      sibling = system.ref(context.spawn(puppet).address);
      actor = system.ref(context.spawn(puppet, args, { restart: given.restart }).address);
    }),
  );
  await system.quiet();
  other.send(run((context) => context.watch(actor)));
  for (let i = 0; i < given.children; i++)
    actor.send(
      run((context) => void context.spawn(puppet, life({ stopped: () => void events.push(`child ${i}`) }))),
    );
  await system.quiet();
  for (let i = 0; i < given.stashed; i++) {
    let comings = 0;
    actor.send(run((context) => (comings++ === 0 ? context.stash() : void events.push(`stashed ${i}`))));
  }
  const never = gate();
  if (given.openCall) actor.send(meanwhile(() => never.opened));
  await rest();
  let sends = 0;
  let plays = 0;
  const perform = (op: (typeof OPS)[number], context: ActorContext<Puppet>): void => {
    const number = ++sends;
    if (op === 'self') context.self.send(say(`self ${number}`));
    else if (op === 'other') other.send(run(() => actor.send(say(`other ${number}`))));
    else if (op === 'stop') context.stop(undefined, marks ? {} : undefined);
    else if (op === 'now') context.stop(undefined, { now: true });
    else if (op === 'stash') (context as { stash?: () => void }).stash?.();
    else if (op === 'sibling') sibling.send(crash('restart it'));
    else if (op === 'unstash') context.unstashAll();
    else if (op === 'child') context.spawn(puppet);
    else if (op === 'become') context.become('deaf');
    else if (op === 'schedule') context.schedule(10, say(`late ${number}`));
    else throw new Error(`${given.verdict} it`);
  };
  const performAll = (context: ActorContext<Puppet>): void => {
    if (++plays > 1) return;
    for (const op of [...given.before, 'stop' as const, ...given.after]) perform(op, context);
  };
  for (let i = 0; i < given.place; i++) actor.send(note('x'));
  if (given.how === 'sync') actor.send(run(performAll));
  else {
    const start = given.how === 'reentrant' ? meanwhile : wait;
    actor.send(
      start(async (context) => {
        if (given.how === 'late') await context.delay(1);
        performAll(context);
        await context.delay(1);
      }),
    );
  }
  for (let i = 0; i < 40; i++) {
    await rest(2);
    clock.advance(500);
  }
  await rest();
  actor.send(note('after all'));
  await rest();
  // A mark that is met in the turn after leaves the actor there for as long.
  const letters = test.letters.map(
    ({ reason, messageType }) => `${reason.replace('no-such-actor', 'stopped')} ${messageType}`,
  );
  const { sent, handled, deadLetters, queued, actors } = system.metrics();
  const seen = { events, letters, metrics: { sent, handled, deadLetters, queued, actors } };
  expect(handled + deadLetters + queued).toBe(sent);
  expect([shard.mail.envelopes, shard.dispatcher.readyCount]).toEqual([queued, 0]);
  await system.stop({ now: true });
  expect(shard.mail.pool.used).toBe(0);
  return seen;
}

describe('an actor that stops itself', () => {
  it('ends as one does that meets a stop mark', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (given) => {
        expect(await play(given, false)).toEqual(await play(given, true));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('and is stopped at once waits for its children, and leaves nothing behind', async () => {
    const test = await startPuppets({ strict: false, sideShards: 1 });
    const ref = test.system.spawn(puppet, undefined, { shard: 0 });
    const shard = await shardUnder(ref, test);
    ref.send(run((context) => void context.spawn(puppet, undefined, { shard: 1 })));
    await test.system.quiet();
    ref.send(
      run((context) => {
        context.stop();
        context.stop(undefined, { now: true });
        context.self.send(note('late'));
      }),
    );
    await expectNoMailLeft(test, shard);
    expect(test.reasons()).toEqual(['stopped']);
    expect(test.system.metrics().actors).toBe(1); // the guardian
  });

  it('and is suspended meanwhile stops when it is resumed', async () => {
    const test = await startPuppets({ strict: false });
    const { system } = test;
    const reasons: string[] = [];
    const ref = system.spawn(puppet);
    const watcher = system.spawn(puppet, life({ terminated: ({ reason }) => void reasons.push(reason) }));
    const shard = await shardUnder(ref, test);
    watcher.send(run((context) => context.watch(ref)));
    await system.quiet();
    ref.send(
      run((context) => {
        context.stop();
        system.suspend(ref);
        context.self.send(note('late'));
      }),
    );
    await system.quiet();
    ref.send(note('later'));
    await system.quiet();
    expect(test.letters).toEqual([]);
    system.resume(ref);
    await expectNoMailLeft(test, shard);
    expect(test.reasons()).toEqual(['stopped', 'stopped']);
    expect(reasons).toEqual(['stopped']);
  });

  it('in a notice ends before its next message', async () => {
    const test = await startPuppets({ strict: false });
    const { system } = test;
    const watched = system.spawn(puppet);
    const ref = system.spawn(puppet, life({ terminated: (_, context) => context.stop() }));
    ref.send(run((context) => context.watch(watched)));
    const shard = await shardUnder(ref, test);
    watched.send(run((context) => context.stop()));
    await system.quiet();
    ref.send(note('late'));
    await expectNoMailLeft(test, shard);
    expect(test.reasons()).toEqual(['no-such-actor']);
  });
});
