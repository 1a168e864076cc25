import { type ActorRef, type Ask, defineActor } from '../../index.js';
import { command } from './commands.js';
import type { Invariant } from './invariant.js';

type Counter = { add: {}; read: Ask<{}, number>; write: { value: number } };
type Clerk = { count: {}; rest: {} };

export const counter = defineActor<Counter>()({
  name: 'counter',
  initial: () => ({ value: 0 }),
  receive: {
    add: (state) => void state.value++,
    read: ({ value }, _, context) => context.reply(value),
    write: (state, { value }) => {
      state.value = value;
    },
  },
});

/** Reads, adds one and writes: of two that do so at once, one is lost. */
export const clerk = defineActor<Clerk>()({
  name: 'clerk',
  initial: ({ counter }: { counter: ActorRef<Counter> }) => ({ counter, counted: 0 }),
  receive: {
    count: {
      async: async (context) => {
        const value = await context.ask(context.state.counter, { type: 'read' }, { deadlineMs: 1000 });
        context.send(context.state.counter, { type: 'write', value: value + 1 });
        context.update((state) => void state.counted++);
      },
    },
    rest: () => undefined,
  },
});

interface Office {
  readonly counter: ActorRef<Counter>;
  readonly clerks: readonly ActorRef<Clerk>[];
}

/** Breaks by two counts at once; whatever else happens has no part in it. */
export const lostCount: Invariant<Office> = {
  name: 'every count counts',
  modules: [import.meta.url],
  start: ({ system }) => {
    const one = system.spawn(counter);
    return { counter: one, clerks: [0, 1, 2].map(() => system.spawn(clerk, { counter: one })) };
  },
  commands: [
    ...[0, 1, 2].map((at) =>
      command<Office>({ name: `count ${at}`, run: (_, { clerks }) => clerks[at]!.send({ type: 'count' }) }),
    ),
    command<Office>({ name: 'rest', run: (_, { clerks }) => clerks[0]!.send({ type: 'rest' }) }),
  ],
  faults: { stalls: 2 },
  finally: (world, { counter }) => {
    const counted = world
      .actors<{ counted: number }>(clerk)
      .reduce((sum, { state }) => sum + state.counted, 0);
    return world.stateOf<{ value: number }>(counter)!.value === counted;
  },
};

type Asker = { begin: { other: ActorRef<Asker> }; question: Ask<{}, string> };

/** Asks another while it answers nobody. */
export const asker = defineActor<Asker>()({
  name: 'asker',
  initial: () => ({}),
  receive: {
    begin: {
      async: async (context, { other }) =>
        void (await context.ask(other, { type: 'question' }, { deadlineMs: 1e6 })),
    },
    question: (_, _message, context) => context.reply('yes'),
  },
});

/** Three who each ask the next one. */
export const circle: Invariant<readonly ActorRef<Asker>[]> = {
  name: 'nobody waits for ever',
  modules: [import.meta.url],
  start: ({ system }) => ['a', 'b', 'c'].map((name) => system.spawn(asker, undefined, { name })),
  commands: [0, 1, 2].map((at) =>
    command<readonly ActorRef<Asker>[]>({
      name: `begin ${at}`,
      run: (_, askers) => askers[at]!.send({ type: 'begin', other: askers[(at + 1) % 3]! }),
    }),
  ),
};
