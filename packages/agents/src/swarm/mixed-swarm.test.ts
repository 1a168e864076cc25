// At stake: agents of several definitions under one tree do what they would do in swarms of their own, and alone, through joins, leaves, observations that are
// impossible, and crashes and restarts while a step is under way. Tried beside one agent at a time, and beside a swarm of each definition.
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Kind,
  keeper,
  LoneAgent,
  lampist,
  learner,
  planner,
  type Said,
  type Shown,
  walker,
} from '../agent/lane-agents.test-fixtures.js';
import { commuter } from '../lifecycle/lifecycle.test-fixtures.js';
import { rover } from './mixed-swarm.test-fixtures.js';
import { planMixedTree } from './mixed-tree.js';
import { citizen } from './operations.test-fixtures.js';
import { type Swarm, spawnSwarm } from './swarm.js';
import { type CohortNode, treeDepth } from './swarm-tree.js';

const modules = [
  new URL('../agent/lane-agents.test-fixtures.ts', import.meta.url),
  new URL('../lifecycle/lifecycle.test-fixtures.ts', import.meta.url),
  new URL('./operations.test-fixtures.ts', import.meta.url),
  new URL('./mixed-swarm.test-fixtures.ts', import.meta.url),
];
const silent = { modules, log: () => undefined, seed: 11 };
const definitions = [walker, lampist, learner, keeper, planner] as const;
const outcomesOf = (name: string, outcome: number): Shown =>
  name === 'lamp' ? [outcome % 3 === 2 ? 0 : outcome % 2, outcome % 3] : [outcome];

type Mixed = Swarm<Shown, Said>;

/** Something that an agent was shown. */
type Event = { readonly shown: Shown; readonly tick: number | undefined };

/** One agent's life, as it may have been: whoever is shown two things at once may see either first. */
class Life {
  readonly #kind: Kind;
  readonly #args: { index: number; agentCount: number; seed: number };
  #histories: (readonly Event[])[] = [[]];

  constructor(kind: Kind, index: number, agentCount: number) {
    this.#kind = kind;
    this.#args = { index, agentCount, seed: 11 };
  }

  /** Whether it may have gone on so. @param orders in which it may have seen what it was shown, and whether what it said fits */
  goesOn(
    ...orders: {
      readonly events: readonly Event[];
      readonly fits: (...said: (Said | undefined)[]) => boolean;
    }[]
  ): boolean {
    this.#histories = this.#histories.flatMap((history) =>
      orders.flatMap(({ events, fits }) => {
        const agent = new LoneAgent(this.#kind, this.#args);
        const said = [...history, ...events].map(({ shown, tick }) =>
          tick === undefined ? agent.see(shown) : agent.see(shown, tick),
        );
        return fits(...said.slice(history.length)) ? [[...history, ...events]] : [];
      }),
    );
    return this.#histories.length > 0;
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const shown = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 4 }) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
);
const program = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('step' as const), shown: fc.array(shown, { minLength: 8, maxLength: 8 }) }),
    fc.record({
      do: fc.constant('stepAnd' as const),
      shown: fc.array(shown, { minLength: 8, maxLength: 8 }),
      who: fc.nat(),
      aside: shown,
    }),
    fc.record({ do: fc.constant('join' as const), kind: fc.nat() }),
    fc.record({ do: fc.constant('leave' as const), who: fc.nat() }),
  ),
  { maxLength: 12 },
);
const shapes = fc.record({
  counts: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 2 })), {
    minLength: 2,
    maxLength: 5,
  }),
  fanOut: fc.integer({ min: 5, max: 7 }),
  sideShards: fc.nat({ max: 2 }),
  program,
});

it('lives as its agents would one by one', { timeout: 120_000 }, async () => {
  const met = { steps: 0, missing: 0, joined: 0, left: 0, failedAside: 0, answered: 0 };
  await fc.assert(
    fc.asyncProperty(shapes, async ({ counts, fanOut, sideShards, program: commands }) => {
      const test = await createTestSystem({ ...silent, sideShards });
      const parts = counts.map(([count, spare], kind) => {
        return { definition: definitions[kind]!, count, capacity: count + spare };
      });
      const flock: Mixed = await spawnSwarm(test.system, parts, { fanOut, workers: test.system.threads });
      const kindOf = (index: number) =>
        flock.kinds.find(({ from, to }) => from <= index && index < to)!.name as Kind;
      const shownTo = (index: number, outcome: number | 'crash'): Shown =>
        outcome === 'crash' ? outcome : outcomesOf(kindOf(index), outcome);
      const newLife = (index: number) => new Life(kindOf(index), index, flock.capacity);
      const lives = new Map(Array.from(flock.members, (index) => [index, newLife(index)] as const));
      for (const command of commands) {
        if (command.do === 'join') {
          const { name, from, to } = flock.kinds[command.kind % flock.kinds.length]!;
          const members = Array.from(flock.members).filter((index) => from <= index && index < to).length;
          const joining = flock.join({ definition: name });
          if (members === to - from) {
            await expect(joining).rejects.toMatchObject({ code: 'AGENTS_SWARM_FULL' });
            continue;
          }
          const index = await joining;
          expect(kindOf(index)).toBe(name);
          lives.set(index, newLife(index));
          met.joined++;
        } else if (command.do === 'leave') {
          const members = [...lives.keys()];
          const index = members[command.who % members.length];
          if (index === undefined) continue;
          await flock.leave(index);
          lives.delete(index);
          met.left++;
        } else {
          const observations = Array.from({ length: flock.capacity }, (_, index) =>
            shownTo(index, command.shown[index % 8]!),
          );
          const members = [...lives.keys()];
          const aside =
            command.do === 'stepAnd' && members.length > 0
              ? { who: members[command.who % members.length]!, shown: command.aside }
              : undefined;
          const ref = aside && (await flock.ref(aside.who));
          const stepping = flock.step(observations);
          const asked =
            aside &&
            ref!
              .ask({ type: 'observe', observation: shownTo(aside.who, aside.shown) }, { deadlineMs: 60_000 })
              .catch(() => undefined);
          const { tick, actions, missing } = await stepping;
          const answer = (await asked) as Said | undefined;
          met.steps++;
          for (const [index, life] of lives) {
            const action = actions[index];
            expect(missing.includes(index)).toBe(action === undefined);
            if (action === undefined) met.missing++;
            const step = { shown: observations[index]!, tick };
            if (index !== aside?.who) {
              expect(life.goesOn({ events: [step], fits: (said) => same(said, action) })).toBe(true);
              continue;
            }
            const single = { shown: shownTo(aside.who, aside.shown), tick: undefined };
            const goesOn = life.goesOn(
              { events: [step, single], fits: (acts, says) => same(acts, action) && same(says, answer) },
              {
                events: [single, step],
                // Who has failed in the round is missing from it, also if its next life has taken part.
                fits: (says, acts) =>
                  same(says, answer) && (same(acts, action) || (says === undefined && action === undefined)),
              },
            );
            expect(goesOn).toBe(true);
            met[answer === undefined ? 'failedAside' : 'answered']++;
          }
        }
      }
      await test.system.quiet();
      const { sent, handled, deadLetters, queued } = test.system.metrics();
      expect(sent).toBe(handled + deadLetters + queued);
      await test.system.stop();
    }),
    { numRuns: 60, seed: 4 },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(5);
});

it('does what the swarms of each definition do', async () => {
  const run = async (spawn: (test: Awaited<ReturnType<typeof createTestSystem>>) => Promise<Mixed>) => {
    const test = await createTestSystem({ ...silent, sideShards: 1 });
    const flock = await spawn(test);
    const rounds: (readonly (Said | undefined)[])[] = [];
    for (let tick = 1; tick <= 6; tick++) {
      const observations = Array.from({ length: 90 }, (_, i) =>
        i % 17 === tick ? 'crash' : [(i * tick) % 5],
      );
      rounds.push((await flock.step(observations as Shown[])).actions);
    }
    await test.system.stop();
    return rounds;
  };
  const three = [walker, learner, keeper] as const;
  const parts = three.map((definition) => ({ definition, count: 30 }));
  const mixed = await run(({ system }) => spawnSwarm(system, parts, { fanOut: 8, workers: system.threads }));
  for (const [kind, definition] of three.entries()) {
    const alone = await run(({ system }) =>
      spawnSwarm(system, definition, { count: 90, fanOut: 8, workers: system.threads }),
    );
    const [from, to] = [30 * kind, 30 * kind + 30];
    expect(mixed.map((actions) => actions.slice(from, to))).toEqual(
      alone.map((actions) => actions.slice(from, to)),
    );
  }
});

it('steps in columns as it does in messages, minds and lifecycles among models', async () => {
  const run = async (inRows: boolean) => {
    const strict = !inRows; // for which each row is a message
    const test = await createTestSystem({ ...silent, sideShards: 2, strict });
    const flock = await spawnSwarm(test.system, [
      { definition: commuter, count: 20 },
      { definition: rover, count: 9, capacity: 12 },
    ]);
    const rounds: number[][] = [];
    for (let tick = 1; tick <= 6; tick++) {
      const outcomes = Int32Array.from({ length: 32 }, (_, i) => (i % 11 === tick ? 9 : (i * tick) % 5));
      if (inRows) rounds.push(Array.from((await flock.stepColumns([outcomes])).actions[0]!));
      else rounds.push((await flock.step([...outcomes])).actions.map((action) => action?.[0] ?? -1));
    }
    await test.system.stop();
    return rounds;
  };
  const rows = await run(true);
  expect(rows).toEqual(await run(false));
  expect(new Set(rows.flat()).size).toBeGreaterThan(3);
});

describe('what is asked of all', () => {
  it('is what all declare, of one size', async () => {
    const { system } = await createTestSystem(silent);
    const town = await spawnSwarm(system, [
      { definition: citizen, count: 3 },
      { definition: rover, count: 2 },
    ]);
    expectTypeOf(town).toEqualTypeOf<Swarm<number, readonly number[]>>();
    expect(town.kinds).toEqual([
      { name: 'citizen', from: 0, to: 3 },
      { name: 'rover', from: 3, to: 5 },
    ]);
    expect((await town.reduce('level', 'sum')).value).toEqual(Float64Array.of(0 + 1 + 2 + 100 + 100));
    await town.broadcast('level', 7);
    expect(Array.from((await town.gather('level')).column)).toEqual([7, 7, 7, 7, 7]);
    for (const report of ['signs', 'trust'])
      await expect(town.gather(report)).rejects.toMatchObject({ code: 'AGENTS_UNDECLARED' });
    const ref = await town.ref(4);
    await expect(ref.ask({ type: 'observe', observation: 3 }, { deadlineMs: 1000 })).resolves.toEqual([103]);
    await system.stop();
  });
});

it.each([
  ['no part', [], {}, 'AGENTS_SWARM_SIZE'],
  ['a part of nobody', [{ definition: walker, count: 0 }], {}, 'AGENTS_SWARM_SIZE'],
  [
    'a definition twice',
    [
      { definition: walker, count: 1 },
      { definition: walker, count: 1 },
    ],
    {},
    'AGENTS_SWARM_OPTION',
  ],
  [
    'more definitions than the fan-out',
    definitions.map((definition) => ({ definition, count: 1 })),
    { fanOut: 4 },
    'AGENTS_SWARM_OPTION',
  ],
])('refuses %s', async (_, parts, options, code) => {
  const { system } = await createTestSystem(silent);
  await expect(spawnSwarm(system, parts, options)).rejects.toMatchObject({ code });
  await system.stop();
});

it('is to be told of which definition an agent joins', async () => {
  const { system } = await createTestSystem(silent);
  const parts = [walker, keeper].map((definition) => ({ definition, count: 1, capacity: 2 }));
  const flock = await spawnSwarm(system, parts);
  for (const options of [{}, { definition: 'planner' }])
    await expect(flock.join(options)).rejects.toMatchObject({ code: 'AGENTS_SWARM_OPTION' });
  expect(await flock.join({ definition: 'keeper' })).toBe(3);
  await system.stop();
});

it('is one tree: a level deeper than its largest part, of no more children than the fan-out', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 5, max: 9 }), fc.nat({ max: 3 }), (capacities, fanOut, threads) => {
      const parts = capacities.map((capacity, kind) => ({ cohort: `${kind}`, capacity }));
      const tree = planMixedTree(parts, fanOut, threads);
      const leaves: CohortNode[] = [];
      const walk = (node: CohortNode): void => {
        expect(node.children.length).toBeLessThanOrEqual(fanOut);
        if (node.children.length === 0) {
          expect(node.to - node.from).toBeLessThanOrEqual(fanOut);
          leaves.push(node);
        }
        for (const child of node.children) walk(child);
      };
      walk(tree);
      let at = 0;
      for (const { from, to } of leaves) {
        expect(from).toBe(at);
        at = to;
      }
      expect(at).toBe(capacities.reduce((sum, capacity) => sum + capacity, 0));
      const shards = leaves.map(({ shard }) => shard);
      expect(shards).toEqual(shards.toSorted((a, b) => a - b));
      if (leaves.length >= threads && threads > 0) expect(new Set(shards).size).toBe(threads);
      const deepest = Math.max(
        ...capacities.map((n) => Math.max(1, Math.ceil(Math.log(n) / Math.log(fanOut) - 1e-9))),
      );
      expect(treeDepth(tree)).toBe(1 + deepest);
    }),
  );
});
