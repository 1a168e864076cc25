import {
  type AnyActorRef,
  and,
  assign,
  cancel,
  enqueueActions,
  fromPromise,
  log,
  not,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import type { ActorRef } from '../actor/actor-ref.js';
import { defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { oneForOne } from '../supervision/supervision.js';
import { type RunningTest, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { fromMachine } from './from-machine.js';
import type { Asked } from './machine-protocol.js';
import { reply, sendTarget } from './reply.js';
import { actorLogic } from './sources.js';

/** A system that knows the machines of this file. */
export const startMachines = (options: Parameters<typeof startPuppets>[0] = {}): Promise<RunningTest> =>
  startPuppets({ modules: [import.meta.url], ...options });

type Describable = ActorRef<{ '@snapshot': Ask<{}, { value: unknown }> }>;
/** The active states. */
export const stateOf = async (ref: unknown): Promise<unknown> =>
  (await (ref as Describable).ask({ type: '@snapshot' }, soon)).value;

/** Moves time and lets every timer on the way be handled at its own time. */
export async function advance({ clock, system }: RunningTest, durationMs: number): Promise<void> {
  const untilMs = clock.now() + durationMs;
  await system.quiet();
  for (let next = clock.nextTimerMs; next !== undefined && next <= untilMs; next = clock.nextTimerMs) {
    clock.advance(next - clock.now());
    await system.quiet();
  }
  clock.advance(untilMs - clock.now());
}

export const light = fromMachine({
  name: 'light',
  machine: setup({
    types: { events: {} as { type: 'break' } | { type: 'mend' } },
    delays: { caution: 30 },
  }).createMachine({
    id: 'light',
    initial: 'working',
    states: {
      working: {
        initial: 'green',
        states: {
          green: { after: { 100: 'yellow' } },
          yellow: { after: { caution: 'red' } },
          red: { after: { 70: 'green' } },
          last: { type: 'history' },
        },
        on: { break: 'broken' },
      },
      broken: {
        initial: 'dark',
        states: { dark: { after: { 10: 'blink' } }, blink: { after: { 10: 'dark' } } },
        on: { mend: 'working.last' },
      },
    },
  }),
});

/** Settles 50 ms after the last key, unless it is cleared. */
export const debounce = fromMachine({
  name: 'debounce',
  machine: setup({
    types: {
      context: {} as { keys: number; settled: number },
      events: {} as { type: 'key' } | { type: 'clear' } | { type: 'settle' },
    },
  }).createMachine({
    context: { keys: 0, settled: 0 },
    on: {
      key: {
        actions: [
          cancel('settling'),
          raise({ type: 'settle' }, { id: 'settling', delay: 50 }),
          assign({ keys: ({ context }) => context.keys + 1 }),
        ],
      },
      clear: { actions: cancel('settling') },
      settle: { actions: assign({ settled: ({ context }) => context.settled + 1 }) },
    },
  }),
});

/** Coins, with guards, `always`, a raise, and an answer. */
export const vending = fromMachine({
  name: 'vending',
  machine: setup({
    types: {
      context: {} as { coins: number; sold: number },
      events: {} as
        | { type: 'insert'; coins: number }
        | { type: 'refund' }
        | { type: 'refunded' }
        | Asked<{ type: 'credit' }, number>
        | Asked<{ type: 'quote'; count: number }, string>,
      input: {} as { price: number } | undefined,
    },
    guards: { isPaid: ({ context }) => context.coins >= 3, isEmpty: ({ context }) => context.coins === 0 },
    actions: {
      take: assign({
        coins: ({ context, event }) => context.coins + (event.type === 'insert' ? event.coins : 0),
      }),
      sell: assign({ coins: ({ context }) => context.coins - 3, sold: ({ context }) => context.sold + 1 }),
    },
  }).createMachine({
    context: { coins: 0, sold: 0 },
    initial: 'idle',
    states: {
      idle: { on: { insert: { target: 'counting', actions: 'take' } } },
      counting: {
        always: { guard: 'isPaid', target: 'selling' },
        on: { insert: { reenter: true, target: 'counting', actions: 'take' } },
      },
      selling: {
        entry: 'sell',
        always: [{ guard: 'isPaid', target: 'selling', reenter: true }, { target: 'resting' }],
      },
      resting: {
        always: [{ guard: and([not('isPaid'), 'isEmpty']), target: 'idle' }],
        after: { 20: { guard: not('isEmpty'), target: 'counting' } },
      },
    },
    on: {
      refund: { actions: raise({ type: 'refunded' }) },
      refunded: { target: '.idle', actions: assign({ coins: 0 }) },
      credit: { actions: reply(({ context }) => context.coins) },
      quote: { actions: reply(({ event }) => `${event.count * 3} coins`) },
    },
  }),
});

/** Two regions that look at each other, deep history, and a region that ends. */
export const player = fromMachine({
  name: 'player',
  machine: setup({
    types: {
      context: {} as { turns: number },
      events: {} as
        | { type: 'play' }
        | { type: 'pause' }
        | { type: 'mute' }
        | { type: 'faster' }
        | { type: 'eject' },
    },
    guards: { isStopped: stateIn({ deck: 'stopped' }) },
  }).createMachine({
    type: 'parallel',
    context: { turns: 0 },
    states: {
      deck: {
        initial: 'stopped',
        states: {
          stopped: { on: { play: 'playing.recent' } },
          playing: {
            initial: 'slow',
            states: {
              slow: { on: { faster: 'fast' } },
              fast: {
                initial: 'even',
                states: { even: { on: { faster: 'uneven' } }, uneven: { on: { faster: 'even' } } },
              },
              recent: { type: 'history', history: 'deep' },
            },
            on: { pause: 'stopped' },
          },
        },
      },
      sound: {
        initial: 'on',
        states: {
          on: { on: { mute: 'off' }, always: { guard: 'isStopped', target: 'waiting' } },
          off: { on: { mute: 'on' } },
          waiting: { on: { play: 'on', mute: 'off' } },
        },
      },
      lamp: {
        initial: 'red',
        states: {
          red: {
            on: {
              play: {
                actions: enqueueActions(({ enqueue, check }) => {
                  enqueue.assign({ turns: ({ context }) => context.turns + 1 });
                  if (check(({ context }) => context.turns % 2 === 0)) enqueue.raise({ type: 'mute' });
                  enqueue.raise({ type: 'faster' }, { delay: 15 });
                }),
              },
              eject: { target: 'gone' },
            },
          },
          gone: { type: 'final' },
        },
      },
    },
  }),
});

/** Ends, at once or later, with an output. */
export const sumMachine = setup({
  types: {
    context: {} as { total: number; wanted: number },
    events: {} as { type: 'add'; number: number },
    input: {} as { wanted: number },
    output: {} as { total: number },
  },
}).createMachine({
  context: ({ input }) => ({ total: 0, wanted: input.wanted }),
  initial: 'adding',
  states: {
    adding: {
      always: { guard: ({ context }) => context.total >= context.wanted, target: 'enough' },
      on: { add: { actions: assign({ total: ({ context, event }) => context.total + event.number }) } },
    },
    enough: { type: 'final' },
  },
  output: ({ context }) => ({ total: context.total }),
});
export const sum = fromMachine({ name: 'sum', machine: sumMachine });

/** Invokes `sum` with its own input. */
const teacherMachine = setup({
  types: {
    context: {} as { wanted: number; total: number | undefined },
    events: {} as { type: 'number'; number: number } | { type: 'leave' },
    input: {} as { wanted: number },
    children: {} as { pupil: 'sum' },
  },
  actors: { sum: sumMachine },
}).createMachine({
  context: ({ input }) => ({ wanted: input.wanted, total: undefined }),
  initial: 'teaching',
  states: {
    teaching: {
      invoke: {
        id: 'pupil',
        src: 'sum',
        input: ({ context }) => ({ wanted: context.wanted }),
        onDone: { target: 'home', actions: assign({ total: ({ event }) => event.output.total }) },
      },
      on: {
        number: { actions: sendTo('pupil', ({ event }) => ({ type: 'add', number: event.number })) },
        leave: 'home',
      },
    },
    home: { on: { leave: 'teaching' } },
  },
});
/** What it invokes is a definition that is exported, */
export const teacher = fromMachine({ name: 'teacher', machine: teacherMachine, children: { sum } });
/** or the machine itself. */
export const tutor = fromMachine({ name: 'tutor', machine: teacherMachine });

/** Does one thing and stops, or fails at it. */
export const errand = defineActor<{ finish: {}; fail: {} }>()({
  name: 'errand',
  initial: () => undefined,
  receive: {
    finish: (_, __, context) => context.stop(),
    fail: () => {
      throw new Error('lost the way');
    },
  },
});

const bossMachine = setup({
  types: {
    context: {} as { why: string },
    events: {} as { type: 'finish' } | { type: 'fail' } | { type: 'forget' },
  },
  actors: { errand: actorLogic(errand) },
}).createMachine({
  context: { why: '' },
  initial: 'waiting',
  states: {
    waiting: {
      invoke: {
        id: 'boy',
        src: 'errand',
        onDone: 'served',
        onError: {
          target: 'failed',
          actions: assign({ why: ({ event }) => (event.error as Error).message }),
        },
      },
      on: {
        finish: { actions: sendTo('boy', { type: 'finish' }) },
        fail: { actions: sendTo('boy', { type: 'fail' }) },
        forget: 'alone',
      },
    },
    served: {},
    failed: {},
    alone: {},
  },
});
export const boss = fromMachine({ name: 'boss', machine: bossMachine });
export const patientBoss = fromMachine({
  name: 'patient-boss',
  machine: bossMachine,
  supervision: oneForOne({ maxRestarts: 1 }),
});
/** Nothing is `onError` for its child. */
export const carelessBoss = fromMachine({
  name: 'careless-boss',
  machine: setup({
    types: { events: {} as { type: 'fail' } },
    actors: { errand: actorLogic(errand) },
  }).createMachine({
    invoke: { id: 'boy', src: 'errand' },
    on: { fail: { actions: sendTo('boy', { type: 'fail' }) } },
  }),
});

/** Spawns in every way, and keeps refs. */
export const nursery = fromMachine({
  name: 'nursery',
  machine: setup({
    types: {
      context: {} as { first: unknown },
      events: {} as
        | { type: 'spawn' }
        | { type: 'assign' }
        | { type: 'stop' }
        | { type: 'brief' }
        | { type: 'typo' },
    },
    actors: { errand: actorLogic(errand) },
  }).createMachine({
    context: ({ spawn }) => ({ first: spawn('errand', { id: 'first' }) }),
    initial: 'open',
    states: {
      open: {
        on: {
          spawn: { actions: [spawnChild('errand'), spawnChild('errand', { id: 'named' })] },
          assign: {
            actions: [
              assign({ first: ({ spawn }) => spawn('errand', { id: 'other' }) }),
              sendTo('other', { type: 'finish' }),
            ],
          },
          stop: { actions: [sendTo('first', { type: 'finish' }), stopChild('first')] },
          brief: 'brief',
          typo: { actions: enqueueActions(({ enqueue }) => enqueue('typo' as never)) },
        },
      },
      brief: { invoke: { id: 'short', src: 'errand' }, always: 'open' },
    },
  }),
});

/** Counts down by asking another of its kind: their refs travel in events. */
export const counterpart = fromMachine({
  name: 'counterpart',
  machine: setup({
    types: {
      context: {} as { heard: number[] },
      events: {} as {
        type: 'ball';
        bounces: number;
        from: ActorRef<{ ball: { bounces: number; from: unknown } }>;
      },
    },
  }).createMachine({
    context: { heard: [] },
    on: {
      ball: [
        {
          guard: ({ event }) => event.bounces > 0,
          actions: [
            assign({ heard: ({ context, event }) => [...context.heard, event.bounces] }),
            sendTo(
              ({ event }) => sendTarget(event.from),
              ({ event, self }) => ({ type: 'ball' as const, bounces: event.bounces - 1, from: self }),
              { delay: 10 },
            ),
          ],
        },
        { actions: assign({ heard: ({ context, event }) => [...context.heard, event.bounces] }) },
      ],
    },
  }),
});

/** Tells its parent when it is rung. */
export const bell = fromMachine({
  name: 'bell',
  machine: setup({ types: { events: {} as { type: 'ring' } } }).createMachine({
    on: { ring: { actions: sendParent({ type: 'rung', loud: true }) } },
  }),
});
export const house = fromMachine({
  name: 'house',
  machine: setup({
    types: {
      context: {} as { heard: number },
      events: {} as { type: 'ring' } | { type: 'rung'; loud: boolean },
    },
    actors: { bell: actorLogic(bell) },
  }).createMachine({
    context: { heard: 0 },
    invoke: { id: 'bell', src: 'bell' },
    on: {
      ring: { actions: sendTo('bell', { type: 'ring' }) },
      rung: {
        guard: ({ event }) => event.loud,
        actions: assign({ heard: ({ context }) => context.heard + 1 }),
      },
    },
  }),
});

/** Promises that the tests settle, in the order of their beginning. */
export const promises: {
  readonly input: unknown;
  readonly signal: AbortSignal;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}[] = [];
export const fetcher = fromMachine({
  name: 'fetcher',
  pendingMax: 2,
  machine: setup({
    types: {
      context: {} as { got: unknown },
      events: {} as
        | { type: 'fetch'; url: string }
        | { type: 'give-up' }
        | { type: 'poke' }
        | { type: 'more' }
        | { type: 'crash' }
        | Asked<{ type: 'got' }, unknown>,
    },
    actors: {
      fetch: fromPromise<unknown, { url: string }>(
        ({ input, signal }) =>
          new Promise((resolve, reject) => {
            if (input.url === 'nowhere') throw new Error('no such place');
            promises.push({ input, signal, resolve, reject });
          }),
      ),
    },
  }).createMachine({
    context: { got: undefined },
    initial: 'idle',
    on: {
      got: { actions: reply(({ context }) => context.got) },
      more: { actions: spawnChild('fetch', { input: { url: 'more' } }) },
      crash: {
        actions: () => {
          throw new Error('crash');
        },
      },
    },
    states: {
      idle: { on: { fetch: 'fetching' } },
      fetching: {
        invoke: {
          id: 'call',
          src: 'fetch',
          input: ({ event }) => ({ url: event.type === 'fetch' ? event.url : '' }),
          onDone: {
            target: 'idle',
            actions: assign({ got: ({ event }) => (event.output as Map<string, number>).size }),
          },
          onError: {
            target: 'idle',
            actions: assign({ got: ({ event }) => (event.error as Error).message }),
          },
        },
        on: {
          'give-up': { target: 'idle', actions: () => promises.at(-1)?.resolve(new Map()) }, // too late
          poke: { actions: sendTo('call', { type: 'poke' }) },
        },
      },
    },
  }),
});

/** Fails in every way, from a state that is not the initial one. */
export const fragile = fromMachine({
  name: 'fragile',
  machine: setup({
    types: {
      context: {} as { effects: number },
      events: {} as
        | { type: 'go' }
        | { type: 'action' }
        | { type: 'guard' }
        | { type: 'assign' }
        | { type: 'loop' }
        | { type: 'emit' }
        | { type: 'stranger' }
        | { type: 'registry' }
        | { type: 'late' }
        | { type: 'unnamed' },
    },
  }).createMachine({
    context: { effects: 0 },
    initial: 'start',
    states: {
      start: { on: { go: 'away' } },
      away: {
        after: { 100: 'late' },
        on: {
          action: {
            target: 'late',
            actions: [
              raise({ type: 'late' }, { delay: 10 }),
              () => {
                throw new Error('in an action');
              },
            ],
          },
          guard: {
            target: 'late',
            guard: () => {
              throw new Error('in a guard');
            },
          },
          assign: {
            target: 'late',
            actions: assign(() => {
              throw new Error('in an assign');
            }),
          },
          loop: 'looping',
          emit: { actions: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'news' } as never)) },
          stranger: {
            actions: sendTo(() => ({ id: 'nobody' }) as unknown as AnyActorRef, { type: 'hello' }),
          },
          registry: { actions: ({ system }) => void system.get('somebody') },
        },
      },
      looping: { always: 'turning' },
      turning: { always: 'looping' },
      late: {},
    },
    on: { late: '.late' },
  }),
});

/** Takes what it names by a wildcard, and writes to the log. */
export const listener = fromMachine({
  name: 'listener',
  events: ['mouse.up', 'mouse.down'],
  machine: setup({
    types: {
      context: {} as { heard: string[] },
      events: {} as { type: 'mouse.up' } | { type: 'mouse.down' } | { type: 'key' },
    },
  }).createMachine({
    context: { heard: [] },
    on: {
      'mouse.*': {
        actions: [
          assign({ heard: ({ context, event }) => [...context.heard, event.type] }),
          log(({ event }) => event.type),
          log(({ context }) => context.heard.length, 'heard'),
        ],
      },
    },
  }),
});

/** Its functions use what they are given: `self`, and a child. */
export const outspoken = fromMachine({
  name: 'outspoken',
  machine: setup({
    types: {
      context: {} as { heard: unknown[]; boy: AnyActorRef },
      events: {} as { type: 'heard'; what: unknown } | { type: 'dismiss' },
    },
    actors: { errand: actorLogic(errand) },
  }).createMachine({
    context: ({ spawn }) => ({ heard: [], boy: spawn('errand') as AnyActorRef }),
    initial: 'on',
    entry: [
      ({ self }) => self.send({ type: 'heard', what: self.getSnapshot().value }),
      reply(() => 'nobody asked'),
    ],
    states: { on: {} },
    on: {
      heard: { actions: assign({ heard: ({ context, event }) => [...context.heard, event.what] }) },
      dismiss: { actions: ({ context }) => context.boy.send({ type: 'finish' }) },
    },
  }),
});
