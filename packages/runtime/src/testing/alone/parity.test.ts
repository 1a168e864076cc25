// At stake: what is tried alone is what runs in a system. Tried as a property: random programs are met by an actor alone and by one in a test
// system, among probes; others must have got the same from both, and both must be in the same state at the same time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../actor/actor-ref.js';
import type { TurnContext } from '../../actor/context.js';
import type { MessageOf, QuestionOf } from '../../actor/protocol.js';
import { oneForOne } from '../../supervision/supervision.js';
import { createProbe } from '../probe/create-probe.js';
import {
  call,
  crash,
  life,
  note,
  type Puppet,
  type PuppetRef,
  type PuppetState,
  puppet,
  type RunningTest,
  run,
  startPuppets,
} from '../puppet.test-fixtures.js';
import { actAlone } from './act-alone.js';

type Deed =
  | {
      readonly do: 'send' | 'forward' | 'watch' | 'unwatch' | 'link';
      readonly to: number;
      readonly text: string;
    }
  | { readonly do: 'self'; readonly text: string }
  | { readonly do: 'schedule' | 'scheduleEvery'; readonly ms: number; readonly text: string }
  | { readonly do: 'become'; readonly behavior: 'loud' | 'deaf' | undefined }
  | {
      readonly do:
        | 'cancel'
        | 'unstash'
        | 'stash'
        | 'spawn'
        | 'stopKid'
        | 'fail'
        | 'stop'
        | 'draw'
        | 'keep'
        | 'answer';
    };
type Step =
  | { readonly do: 'tell'; readonly deeds: readonly Deed[]; readonly from: number | undefined }
  | { readonly do: 'ask'; readonly deeds: readonly Deed[]; readonly replies: number }
  | { readonly do: 'note'; readonly text: string }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'ends'; readonly who: number }
  | { readonly do: 'kidFails' }
  | { readonly do: 'restart' };

/** An actor and its peers, alone or in a system. */
interface World {
  readonly peers: readonly ActorRef<Puppet>[];
  tell(message: MessageOf<Puppet>, from: number | undefined): Promise<void>;
  /** The reply, or why there is none, or that there is none yet. */
  ask(message: QuestionOf<Puppet>): Promise<unknown>;
  advance(ms: number): Promise<void>;
  ends(who: number): Promise<void>;
  fails(kid: PuppetRef): Promise<void>;
  restart(): Promise<void>;
  /** What can be seen: what each peer has got, and the state, if the actor is alive. */
  look(): Promise<{
    readonly got: readonly (readonly Sent[])[];
    readonly notes: readonly string[] | undefined;
  }>;
}

type Sent = { readonly type: string; readonly text?: unknown };

const NAMES = ['ann', 'ben'];

/** What the actor has in hand while it plays a program. */
interface Hands {
  readonly peers: readonly ActorRef<Puppet>[];
  readonly kids: PuppetRef[];
  readonly timers: { cancel(): void }[];
  readonly kept: ((value: unknown) => void)[];
}

function doDeed(deed: Deed, context: TurnContext<Puppet>, state: PuppetState, hands: Hands): void {
  switch (deed.do) {
    case 'send':
      hands.peers[deed.to]!.send(note(`${deed.text} at ${context.now()} in ${context.incarnation}`));
      break;
    case 'forward':
      context.forward(hands.peers[deed.to]!);
      break;
    case 'watch':
    case 'unwatch':
    case 'link':
      context[deed.do](hands.peers[deed.to]!);
      break;
    case 'self':
      context.self.send(note(deed.text));
      break;
    case 'schedule':
    case 'scheduleEvery':
      hands.timers.push(context[deed.do](deed.ms, note(deed.text)));
      break;
    case 'cancel':
      hands.timers.pop()?.cancel();
      break;
    case 'become':
      context.become(deed.behavior);
      break;
    case 'unstash':
      context.unstashAll();
      break;
    case 'spawn': {
      const kid = context.spawn(puppet, life({}));
      context.watch(kid);
      hands.kids.push(kid);
      kid.send(note('welcome'));
      break;
    }
    case 'stopKid': {
      const kid = hands.kids.pop();
      if (kid !== undefined) context.stop(kid);
      break;
    }
    case 'draw':
      state.notes.push(context.random().toFixed(9));
      break;
    case 'keep':
      hands.kept.push(context.deferReply());
      break;
    case 'answer':
      hands.kept.shift()?.(context.now());
      break;
    case 'stop':
      context.stop();
      break;
    case 'fail':
      throw new Error('oops');
  }
}

/** What a question has come to so far. */
function outcome(answer: Promise<unknown>): () => unknown {
  let settled: unknown = 'nothing yet';
  answer.then(
    (reply) => {
      settled = reply;
    },
    (error: { readonly reason?: string }) => {
      settled = error.reason;
    },
  );
  return () => settled;
}

function worldAlone(): World {
  const alone = actAlone(puppet, undefined, { name: 'actor' });
  const peers = NAMES.map((name) => alone.standIn<Puppet>(name));
  const endedWith: Sent[][] = [];
  const sentTo = (who: number): Sent[] =>
    alone.effects.flatMap((effect) =>
      (effect.kind === 'send' || effect.kind === 'forward') && effect.to === peers[who]!.address.path
        ? [effect.message]
        : [],
    );
  return {
    peers,
    tell: async (message, from) => void alone.tell(message, from === undefined ? undefined : peers[from]),
    ask: async (message) => {
      const settled = outcome(alone.askAsync(message));
      await alone.settled();
      return settled();
    },
    advance: async (ms) => void alone.advance(ms),
    ends: async (who) => {
      endedWith[who] ??= sentTo(who); // what is sent from now on does not arrive
      alone.ends(peers[who]!);
    },
    fails: async (kid) => {
      try {
        alone.fails(kid, new Error('crash'));
      } catch (error) {
        expect(error).toMatchObject({ message: expect.stringContaining('has ended') });
      }
    },
    restart: async () => void alone.restart(),
    look: async () => ({
      got: peers.map((_, who) => endedWith[who] ?? sentTo(who)),
      notes: alone.isAlive ? alone.state<PuppetState>().notes : undefined,
    }),
  };
}

async function worldInSystem(test: RunningTest): Promise<World> {
  const { system } = test;
  const probes = NAMES.map((name) => createProbe<Puppet>(system, { name }));
  const actor = system.spawn(puppet, undefined, { name: 'actor' });
  await system.quiet();
  return {
    peers: probes.map(({ ref }) => ref),
    tell: async (message, from) => {
      if (from === undefined) actor.send(message);
      else probes[from]!.send(actor, message);
    },
    ask: async (message) => {
      const settled = outcome(actor.ask(message, { deadlineMs: 1_000_000_000 }));
      await system.quiet();
      return settled();
    },
    advance: (ms) => test.advance(ms),
    ends: (who) => system.stopActor(probes[who]!.ref),
    fails: async (kid) => kid.send(crash()),
    restart: async () => system.restart(actor),
    look: async () => {
      let seen: readonly string[] | undefined;
      actor.send(
        run((_, state) => {
          seen = [...state.notes];
        }),
      );
      await system.quiet();
      return { got: probes.map(({ messages }) => messages), notes: seen };
    },
  };
}

/** Plays a program and says what could be seen after each step. */
async function play(world: World, steps: readonly Step[]): Promise<unknown[]> {
  const hands: Hands = { peers: world.peers, kids: [], timers: [], kept: [] };
  const ended = new Set<number>();
  const seen: unknown[] = [];
  /** Those of one message, which puts itself aside once at most: two that put each other back would never end. */
  const script = (deeds: readonly Deed[], replies: number) => {
    let comings = 0;
    return (context: TurnContext<Puppet>, state: PuppetState): void => {
      comings++;
      for (const deed of deeds) {
        if (deed.do !== 'stash') doDeed(deed, context, state, hands);
        else if (comings === 1) context.stash();
      }
      for (let i = 0; i < replies; i++) context.reply(i);
    };
  };
  for (const step of steps) {
    let answer: unknown;
    if (step.do === 'tell') {
      const from = step.from === undefined || ended.has(step.from) ? undefined : step.from;
      await world.tell(run(script(step.deeds, 0)), from);
    } else if (step.do === 'ask') answer = await world.ask(call(script(step.deeds, step.replies)));
    else if (step.do === 'note') await world.tell(note(step.text), undefined);
    else if (step.do === 'advance') await world.advance(step.ms);
    else if (step.do === 'restart') await world.restart();
    else if (step.do === 'kidFails') {
      const kid = hands.kids.at(-1);
      if (kid !== undefined) await world.fails(kid);
    } else {
      ended.add(step.who);
      await world.ends(step.who);
    }
    const { got, notes } = await world.look();
    seen.push({
      answer,
      got: got.map((messages) => messages.map(({ type, text }) => text ?? type)),
      notes: notes?.map((text) => text.replace(/#\d+/, '#')), // ids are each world's own
    });
  }
  return seen;
}

const text = fc.constantFrom('a', 'b', 'c');
const peer = fc.nat({ max: NAMES.length - 1 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('send'), to: peer, text }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('forward', 'watch', 'unwatch', 'link'), to: peer, text }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('self'), text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('schedule', 'scheduleEvery'),
      ms: fc.integer({ min: 20, max: 200 }),
      text,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('become'),
      behavior: fc.constantFrom('loud', 'deaf', undefined),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel', 'unstash', 'stash', 'spawn', 'stopKid', 'fail', 'draw', 'keep', 'answer'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop') }) },
);
const deeds = fc.array(deed, { maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('tell'), deeds, from: fc.option(peer, { nil: undefined }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask'), deeds, replies: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('note'), text }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.nat({ max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ends'), who: peer }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'kidFails' }, { do: 'restart' }) },
);

describe('random programs', () => {
  it('come to the same alone and in a system', async () => {
    const supervision = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
        const test = await startPuppets({ supervision });
        const alone = await play(worldAlone(), steps);
        expect(alone).toEqual(await play(await worldInSystem(test), steps));
        await test.system.stop({ now: true });
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
