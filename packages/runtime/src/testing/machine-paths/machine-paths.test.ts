// At stake: paths made of a machine lead its actor through all of it, time included, and tell the truth about where it should be. Tried
// on the machines that the statecharts are tried on, and on actors that are not what their machine says.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { assign, cancel, raise, sendTo, setup } from 'xstate';
import { fromMachine } from '../../statecharts/from-machine.js';
import {
  boss,
  debounce,
  fragile,
  light,
  player,
  startMachines,
  sum,
  vending,
} from '../../statecharts/machines.test-fixtures.js';
import { createSystem } from '../../system/actor-system.js';
import { PathDivergedError } from '../errors.js';
import { failureOf, startPuppets } from '../puppet.test-fixtures.js';
import { machinePaths } from './machine-paths.js';
import { walkPath } from './walk-path.js';

const titles = ({ paths }: { readonly paths: readonly { readonly title: string }[] }): string[] =>
  paths.map(({ title }) => title);
const define = setup({ types: { events: {} as { type: 'go' } | { type: 'back' } } });

/** Two regions, each with its own time. */
export const clocks = fromMachine({
  name: 'clocks',
  machine: define.createMachine({
    type: 'parallel',
    states: {
      slow: { initial: 'a', states: { a: { after: { 150: 'b' } }, b: {} } },
      fast: { initial: 'a', states: { a: { after: { 100: 'b' } }, b: { after: { 100: 'c' } }, c: {} } },
    },
  }),
});
/** What it delays is raised, sent to itself, named and cancelled; two things are due at once. */
export const knots = fromMachine({
  name: 'knots',
  machine: define.createMachine({
    initial: 'a',
    states: {
      a: {
        entry: [
          raise({ type: 'go' }, { delay: 40 }),
          sendTo(({ self }) => self, { type: 'back' }, { delay: 40 }),
        ],
        on: { go: 'b', back: 'never' },
      },
      b: { on: { back: 'c', go: { actions: sendTo(({ self }) => self, { type: 'back' }) } } },
      c: { after: { 0: 'd' } },
      d: { type: 'final' },
      never: {},
    },
  }),
});
/** Of two things that are due at once the first cancels the other. */
export const cut = fromMachine({
  name: 'cut',
  machine: define.createMachine({
    initial: 'a',
    states: {
      a: {
        entry: [raise({ type: 'go' }, { delay: 40 }), raise({ type: 'back' }, { delay: 40, id: 'back' })],
        on: { go: { target: 'b', actions: cancel('back') } },
      },
      b: { on: { back: 'never' } },
      never: {},
    },
  }),
});
/** The same place at different times. */
export const lamp = fromMachine({
  name: 'lamp',
  machine: define.createMachine({
    type: 'parallel',
    states: {
      door: { initial: 'open', states: { open: { after: { 150: 'shut' } }, shut: {} } },
      light: { initial: 'off', states: { off: { on: { go: 'on' } }, on: { after: { 100: 'off' } } } },
    },
  }),
});
/** It ends while something else is due, which it would take. */
export const ending = fromMachine({
  name: 'ending',
  machine: setup({
    types: { context: {} as { backs: number }, events: {} as { type: 'go' } | { type: 'back' } },
  }).createMachine({
    context: { backs: 0 },
    initial: 'a',
    states: {
      a: {
        entry: [raise({ type: 'go' }, { delay: 40 }), raise({ type: 'back' }, { delay: 40 })],
        on: { go: 'done' },
      },
      done: { type: 'final' },
    },
    on: { back: { actions: assign({ backs: ({ context }) => context.backs + 1 }) } },
  }),
});

describe('paths', () => {
  it('are plain data, with a title for a test', () => {
    const { paths, isComplete } = machinePaths(sum, {
      input: { wanted: 2 },
      events: [{ type: 'add', number: 1 }],
    });
    expectTypeOf(paths[0]!.input).toEqualTypeOf<{ wanted: number } | undefined>();
    const place = (value: string, total: number) => {
      return { value, context: { total, wanted: 2 }, isDone: value === 'enough' };
    };
    const event = { type: 'add', number: 1 };
    expect(paths).toEqual([
      {
        title: 'add {"number":1} → add {"number":1} leads to enough',
        input: { wanted: 2 },
        initial: place('adding', 0),
        steps: [
          { event, leadsTo: place('adding', 1) },
          { event, leadsTo: place('enough', 2) },
        ],
      },
    ]);
    expect(JSON.parse(JSON.stringify(paths))).toEqual(paths);
    expect(isComplete).toBe(true);
  });

  it('let time pass as it would: what is due first comes first', () => {
    expect(titles(machinePaths(clocks, { kind: 'transitions', events: [] }))).toEqual([
      '100 ms → 50 ms → 50 ms leads to {"slow":"b","fast":"c"}',
    ]);
    expect(titles(machinePaths(knots, { events: [] }))).toEqual(['40 ms → 0 ms leads to d']);
    expect(titles(machinePaths(cut, { kind: 'transitions', events: [] }))).toEqual(['40 ms leads to b']);
    expect(titles(machinePaths(lamp, { kind: 'transitions', events: [{ type: 'go' }] }))).toContain(
      'go → 100 ms → 50 ms leads to {"door":"shut","light":"off"}',
    );
  });

  it('go no further than the end of the machine', () => {
    const made = machinePaths(ending, { kind: 'transitions', events: [{ type: 'go' }] });
    expect(titles(made)).toEqual(['go leads to done', '40 ms leads to done']);
    expect(made.paths.map(({ steps }) => steps.at(-1)!.leadsTo)).toEqual([
      { value: 'done', context: { backs: 0 }, isDone: true },
      { value: 'done', context: { backs: 0 }, isDone: true },
    ]);
  });

  it('are of the kind that is wanted', () => {
    expect(titles(machinePaths(light))).toEqual([
      'break → 10 ms leads to {"broken":"blink"}',
      '100 ms → break → 10 ms leads to {"broken":"blink"}',
      'break → mend → 100 ms → 30 ms leads to {"working":"red"}',
      '100 ms → 30 ms → break → 10 ms leads to {"broken":"blink"}',
      '100 ms → break → mend → 30 ms → 70 ms leads to {"working":"green"}',
      '100 ms → 30 ms → break → mend → 70 ms → 100 ms leads to {"working":"yellow"}',
    ]);
    expect(machinePaths(light, { kind: 'simple' }).paths).toHaveLength(60);
    expect(titles(machinePaths(light, { kind: 'transitions' })).slice(0, 3)).toEqual([
      'mend leads to {"working":"green"}',
      'break → break leads to {"broken":"dark"}',
      '100 ms → mend leads to {"working":"yellow"}',
    ]);
  });

  it('may lead to one place only', () => {
    const to = ({ value }: { readonly value: unknown }): boolean =>
      JSON.stringify(value) === '{"working":"red"}';
    expect(titles(machinePaths(light, { to, events: [] }))).toEqual([
      '100 ms → 30 ms leads to {"working":"red"}',
    ]);
    for (const { steps } of machinePaths(light, { to, kind: 'simple' }).paths)
      expect(to(steps.at(-1)!.leadsTo)).toBe(true);
  });

  it('may depend on the place, and are made of a bare machine too', () => {
    const { machine } = player;
    const made = machinePaths(machine, {
      events: ({ value }) => ((value as { lamp: string }).lamp === 'red' ? [{ type: 'eject' }] : []),
    });
    expect(titles(made)).toEqual(['eject leads to {"deck":"stopped","sound":"waiting","lamp":"gone"}']);
  });

  it('know what history a place has', () => {
    const remembering = define.createMachine({
      initial: 'in',
      states: {
        in: {
          initial: 'one',
          states: { one: { on: { go: 'two' } }, two: {}, last: { type: 'history' } },
          on: { back: 'out' },
        },
        out: { on: { back: 'in.last' } },
      },
    });
    expect(titles(machinePaths(remembering, { kind: 'transitions' }))).toContain(
      'go → back → back → go leads to {"in":"two"}',
    );
  });
});

describe('bounds', () => {
  it('end what has no end, and say so', () => {
    const endless = machinePaths(debounce, { statesMax: 20 });
    expect(endless.isComplete).toBe(false);
    expect(endless.paths.length).toBeGreaterThan(0);
    const few = machinePaths(light, { kind: 'transitions', pathsMax: 3 });
    expect([few.paths.length, few.isComplete]).toEqual([3, false]);
    const all = machinePaths(light, { kind: 'transitions' });
    expect(machinePaths(light, { kind: 'transitions', pathsMax: all.paths.length }).isComplete).toBe(true);
  });

  it.each([
    { options: { pathsMax: 0 }, option: 'pathsMax' },
    { options: { statesMax: Number.NaN }, option: 'statesMax' },
    { options: { kind: 'longest' as never }, option: 'kind' },
    { options: { kind: 'transitions' as const, to: () => true }, option: 'to' },
  ])('are checked: $option', ({ options, option }) => {
    expect(() => machinePaths(light, options)).toThrow(`\`${option}\``);
  });

  it('do not hide what a machine throws', () => {
    expect(() => machinePaths(fragile)).toThrow();
    expect(() => machinePaths({} as never)).toThrow('`machine`');
  });
});

describe('an actor walks', () => {
  const insert = [1, 2, 5].map((coins) => ({ type: 'insert' as const, coins }));
  it.each([
    { definition: light, made: machinePaths(light, { kind: 'transitions' }) },
    { definition: light, made: machinePaths(light, { kind: 'simple', pathsMax: 50 }) },
    { definition: debounce, made: machinePaths(debounce, { kind: 'transitions', statesMax: 30 }) },
    { definition: player, made: machinePaths(player, { kind: 'transitions', statesMax: 60 }) },
    {
      definition: vending,
      made: machinePaths(vending, {
        events: [...insert, { type: 'refund' }],
        kind: 'transitions',
        statesMax: 40,
      }),
    },
    {
      definition: sum,
      made: machinePaths(sum, {
        input: { wanted: 3 },
        events: [1, 2].map((number) => ({ type: 'add' as const, number })),
      }),
    },
  ])('all paths of $definition.name', async ({ definition, made }) => {
    const { system } = await startMachines();
    expect(made.paths.length).toBeGreaterThan(0);
    for (const path of made.paths) await walkPath(system, definition as typeof light, path as never);
    expect(system.metrics().actors).toBe(1);
  });

  it.each(machinePaths(light).paths)('$title', async (path) => {
    const { system } = await startMachines();
    await walkPath(system, light, path);
  });

  it('through time that passes for several things', async () => {
    const { system } = await startPuppets({ modules: [import.meta.url], sideShards: 1 });
    for (const definition of [clocks, knots, cut, lamp, ending])
      for (const path of machinePaths(definition, { kind: 'transitions', statesMax: 30 }).paths)
        await walkPath(system, definition, path);
  });
});

/** It forgets to count, */
export const careless = fromMachine({
  name: 'careless',
  machine: setup({ types: { context: {} as { count: number } } }).createMachine({
    context: { count: 0 },
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: {} },
  }),
});
const careful = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'go' } },
}).createMachine({
  context: { count: 0 },
  initial: 'a',
  states: {
    a: { on: { go: { target: 'b', actions: assign({ count: ({ context }) => context.count + 1 }) } } },
    b: {},
  },
});
/** it is done too early, */
export const hasty = fromMachine({
  name: 'hasty',
  machine: setup({ types: { context: {} as { count: number } } }).createMachine({
    context: { count: 0 },
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { type: 'final' } },
  }),
});
/** and it begins elsewhere. */
export const strange = fromMachine({
  name: 'strange',
  machine: setup({ types: { context: {} as { count: number } } }).createMachine({
    context: { count: 0 },
    initial: 'z',
    states: { z: { on: { go: {} } } },
  }),
});

describe('an actor that goes its own way is found out', () => {
  const [path] = machinePaths(careful).paths;
  it.each([
    { definition: careless, step: 0, got: { value: 'b', context: { count: 0 }, isDone: false } },
    { definition: hasty, step: 0, got: { isDone: true } },
    { definition: strange, step: -1, got: { value: 'z' } },
  ])('$definition.name', async ({ definition, step, got }) => {
    const { system } = await startPuppets({ modules: [import.meta.url] });
    const failure = await failureOf(walkPath(system, definition as typeof light, path as never));
    expect(failure).toBeInstanceOf(PathDivergedError);
    expect(failure).toMatchObject({ path: 'go leads to b', step, got });
    expect(system.metrics().actors).toBe(1);
  });

  it('as far as one looks', async () => {
    const { system } = await startPuppets({ modules: [import.meta.url] });
    await walkPath(system, careless as typeof light, path as never, { context: false });
    await walkPath(system, careless as typeof light, path as never, { context: () => 'all the same' });
    const own = machinePaths(boss, { events: [] }).paths[0]!;
    const machines = await startMachines();
    await walkPath(machines.system, boss, own);
  });

  it('but not on a clock that nobody moves', async () => {
    await using system = await createSystem({ modules: [import.meta.url], handleProcessSignals: false });
    await expect(walkPath(system, clocks, machinePaths(clocks).paths[0]!)).rejects.toThrow('SimulatedClock');
  });

  it('nor by a context that is no data', async () => {
    const { system } = await startPuppets({ modules: [import.meta.url] });
    const odd = { ...path!, initial: { ...path!.initial, context: { run: () => 1 } } };
    await expect(walkPath(system, careless as typeof light, odd as never)).rejects.toThrow('plain data');
  });
});
