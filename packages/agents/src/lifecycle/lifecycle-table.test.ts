// At stake: an agent's lifecycle is what XState says it is, though only a table of it runs. Tried on machines of all kinds, drawn at random too, by
// walking each beside XState's own transition function and a plain list of delays; and by asking for what no table can hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  initialTransition,
  log,
  not,
  raise,
  sendTo,
  setup,
  stateIn,
  transition,
} from 'xstate';
import { compileLifecycle, NO_EVENT, STAGES_MAX } from './lifecycle-table.js';

/** A life told by XState alone. */
class PlainLife {
  readonly #machine: AnyStateMachine;
  #snapshot: AnyMachineSnapshot;
  #delayed: { id: string | undefined; event: { type: string }; dueAt: number }[] = [];
  #observations = 0;

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
    const [snapshot, actions] = initialTransition(machine, undefined as never);
    this.#snapshot = snapshot;
    this.#note(actions);
  }

  get value() {
    return this.#snapshot.value;
  }

  observe(type: string | undefined): void {
    this.#observations++;
    for (const due of this.#delayed.filter(({ dueAt }) => dueAt === this.#observations))
      if (this.#delayed.includes(due)) {
        this.#delayed = this.#delayed.filter((each) => each !== due);
        this.#take(due.event);
      }
    if (type !== undefined) this.#take({ type });
  }

  #take(event: { type: string }): void {
    if (this.#snapshot.status === 'done') return;
    const [snapshot, actions] = transition(this.#machine, this.#snapshot, event as never);
    this.#snapshot = snapshot;
    this.#note(actions);
    if (snapshot.status === 'done') this.#delayed = [];
  }

  #note(actions: readonly { readonly type: string; readonly params: unknown }[]): void {
    for (const { type, params } of actions) {
      const { id, sendId, delay, event } = params as {
        id?: string;
        sendId?: string;
        delay?: number;
        event: { type: string };
      };
      if (type === 'xstate.cancel') this.#delayed = this.#delayed.filter((each) => each.id !== sendId);
      if (type === 'xstate.raise' && delay !== undefined)
        this.#delayed.push({ id, event, dueAt: this.#observations + delay });
    }
  }
}

const EVENTS = ['a', 'b', 'c'] as const;

const machines: Readonly<Record<string, AnyStateMachine>> = {
  flat: createMachine({
    id: 'flat',
    initial: 'exploring',
    states: {
      exploring: { on: { a: 'exploiting', b: 'charging' }, after: { 4: 'charging' } },
      exploiting: { on: { b: 'charging', c: { target: 'exploring' } } },
      charging: { after: { 3: 'resting' } },
      resting: {
        on: { a: 'exploring' },
        after: { 2: { target: 'exploring', guard: not(stateIn('charging')) } },
      },
    },
  }),
  nested: createMachine({
    id: 'nested',
    initial: 'working',
    states: {
      working: {
        initial: 'near',
        on: { c: 'away' },
        states: {
          near: { on: { a: 'far' }, after: { 2: 'far' } },
          far: { on: { a: 'near', b: 'finished' } },
          finished: { type: 'final' },
          last: { type: 'history' },
        },
        onDone: 'away',
      },
      away: { on: { a: 'working.last', b: 'working' } },
    },
  }),
  parallel: createMachine({
    id: 'parallel',
    type: 'parallel',
    states: {
      body: {
        initial: 'fresh',
        states: { fresh: { after: { 3: 'tired' }, on: { a: 'tired' } }, tired: { on: { b: 'fresh' } } },
      },
      mind: {
        initial: 'calm',
        states: {
          calm: {
            on: { a: { target: 'alert', guard: and([stateIn({ body: 'fresh' }), not(stateIn('#alert'))]) } },
          },
          alert: { id: 'alert', after: { 2: 'calm' }, on: { c: 'calm' } },
        },
      },
    },
  }),
  raising: createMachine({
    id: 'raising',
    initial: 'off',
    states: {
      off: { on: { a: { target: 'on', actions: raise({ type: 'b' }) }, c: 'timed' } },
      on: { on: { b: 'both' } },
      both: {
        always: [
          { target: 'off', guard: stateIn('off') },
          { target: 'ended', guard: stateIn('both') },
        ],
      },
      timed: {
        entry: raise({ type: 'a' }, { delay: 3, id: 'later' }),
        on: { b: { actions: cancel('later') }, a: 'off', c: 'off' },
      },
      ended: { type: 'final' },
    },
  }),
};

/** Random machines of up to four states, some with states of their own. */
const drawn: fc.Arbitrary<AnyStateMachine> = fc
  .letrec<{ node: object; leaf: object }>((tie) => {
    const target = fc.constantFrom('s0', 's1', 's2');
    const leaf = fc.record(
      {
        on: fc.dictionary(fc.constantFrom(...EVENTS), target, { noNullPrototype: true }),
        after: fc.dictionary(fc.constantFrom('1', '2', '5'), target, { maxKeys: 2, noNullPrototype: true }),
      },
      { requiredKeys: ['on'] },
    );
    const states = fc.record({ s0: tie('node'), s1: leaf, s2: leaf });
    return {
      leaf,
      node: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        leaf,
        fc.tuple(leaf, states).map(([own, inner]) => ({ ...own, initial: 's0', states: inner })),
        fc.tuple(leaf, states).map(([own, inner]) => ({ ...own, type: 'parallel', states: inner })),
      ),
    };
  })
  .node.map((node) =>
    createMachine({
      id: 'drawn',
      initial: 's0',
      states: { s0: node, s1: {}, s2: { on: { c: 's0' } } },
    } as never),
  );

const observed = fc.array(fc.option(fc.constantFrom(...EVENTS), { nil: undefined }), { maxLength: 30 });

function follow(machine: AnyStateMachine, events: readonly (string | undefined)[]): void {
  const { stages, next, width, columns } = compileLifecycle('walker', machine, EVENTS);
  const plain = new PlainLife(machine);
  let stage = 0;
  for (const event of events) {
    expect(stages[stage]!.value).toEqual(plain.value);
    stage = next[stage * width + (event === undefined ? NO_EVENT : columns.get(event)!)]!;
    plain.observe(event);
  }
  expect(stages[stage]!.value).toEqual(plain.value);
}

describe('the table goes where XState goes', () => {
  it.each(Object.keys(machines))('%s', (name) => {
    fc.assert(fc.property(observed, (events) => follow(machines[name]!, events)));
  });

  it('of machines drawn at random', () => {
    fc.assert(
      fc.property(drawn, observed, (machine, events) => {
        try {
          compileLifecycle('walker', machine, EVENTS);
        } catch (error) {
          fc.pre(!/more than 4096 stages/.test(String(error)));
          throw error;
        }
        follow(machine, events);
      }),
      { numRuns: 150 },
    );
  });
});

it('knows the states by their paths, and has the events of the machine in its columns', () => {
  const { stages, columns } = compileLifecycle('walker', machines['nested']!);
  expect(stages[0]).toEqual({ value: { working: 'near' }, active: ['working', 'working.near'] });
  expect([...columns.keys()].sort()).toEqual(['a', 'b', 'c']);
});

const refused: Readonly<Record<string, readonly [() => AnyStateMachine, string]>> = {
  'a function': [
    () => createMachine({ id: 'm', entry: () => undefined }),
    'a function as an action, at #m entry',
  ],
  'a named action': [
    () => setup({ actions: { beep: () => undefined } }).createMachine({ id: 'm', exit: 'beep' }),
    'the action "beep", at #m exit',
  ],
  assign: [
    () => createMachine({ id: 'm', on: { a: { actions: assign({}) } } }),
    '`assign` as an action, at #m on.a',
  ],
  log: [() => createMachine({ id: 'm', entry: log('x') }), '`log` as an action'],
  emit: [() => createMachine({ id: 'm', entry: emit({ type: 'x' }) }), '`emit` as an action'],
  sendTo: [() => createMachine({ id: 'm', entry: sendTo('x', { type: 'x' }) }), '`sendTo` as an action'],
  enqueueActions: [() => createMachine({ id: 'm', entry: enqueueActions(() => undefined) }), 'as an action'],
  'a guard': [
    () => createMachine({ id: 'm', on: { a: { guard: () => true } } }),
    'a function as a guard, at #m on.a',
  ],
  'a guard in a guard': [
    () => createMachine({ id: 'm', always: { guard: not(() => true) } as never }),
    'a function as a guard, at #m always',
  ],
  'a named guard': [
    () => setup({ guards: { full: () => true } }).createMachine({ id: 'm', on: { a: { guard: 'full' } } }),
    'the guard "full", at #m on.a',
  ],
  'an invoke': [() => createMachine({ id: 'm', invoke: { src: 'x' } }), 'an `invoke`, at #m'],
  'half an observation': [
    () => createMachine({ id: 'm', initial: 'a', states: { a: { after: { 1.5: 'a' } } } }),
    'a delay of 1.5, at #m.a entry',
  ],
  'no observation': [
    () => createMachine({ id: 'm', initial: 'a', states: { a: { after: { 0: 'a' } } } }),
    'a delay of 0, at #m.a entry',
  ],
  'a delay by function': [
    () =>
      setup({ delays: { soon: () => 3 } }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { after: { soon: 'a' } } },
      }),
    'a delay that a function decides on',
  ],
  'a wildcard': [() => createMachine({ id: 'm', on: { '*': {} } }), 'a wildcard, which does not say'],
  'too long a delay': [
    () =>
      createMachine({ id: 'm', initial: 'a', states: { a: { after: { [STAGES_MAX + 1]: 'b' } }, b: {} } }),
    `more than ${STAGES_MAX} stages`,
  ],
};

describe('refused, by name and place', () => {
  it.each(Object.keys(refused))('%s', (name) => {
    const [machine, said] = refused[name]!;
    expect(() => compileLifecycle('walker', machine())).toThrow(
      expect.objectContaining({
        code: 'AGENTS_INVALID_DEFINITION',
        message: expect.stringContaining(said),
        agent: 'walker',
      }),
    );
  });

  it('takes a wildcard where the events are listed, and a delay that has a number by name', () => {
    const machine = setup({ delays: { soon: 2 } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { soon: 'b' } }, b: { on: { '*': 'a' } } },
    });
    const { stages, next, width, columns } = compileLifecycle('walker', machine, ['x']);
    expect([...columns.keys()]).toEqual(['x']);
    const later = next[next[0]! * width]!;
    expect(stages[later]!.value).toBe('b');
    expect(stages[next[later * width + 1]!]!.value).toBe('a');
  });
});
