// At stake: a lifecycle that cannot work is refused where it is defined, one that gives nonsense fails that agent alone, and a swarm of agents whose states differ
// steps in rows as it does one by one. Tried by such definitions, and by small swarms.
import { defineModel, type GenerativeModel } from '@skein/inference';
import { createTestSystem } from '@skein/runtime/testing';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { lamp, learning, track } from '../agent/lane-agents.test-fixtures.js';
import { defineAgent, type ModelAgentSpec } from '../definition/agent-definition.js';
import { spawnSwarm } from '../swarm/swarm.js';
import { commuter, type Lived, LoneLife, liverAnew, pupil, type Told } from './lifecycle.test-fixtures.js';

type Spec = ModelAgentSpec<readonly number[], readonly number[]>;
type Lifecycle = NonNullable<Spec['lifecycle']>;

const machine = createMachine({
  id: 'm',
  type: 'parallel',
  states: {
    body: { initial: 'fresh', states: { fresh: { on: { run: 'tired' } }, tired: {} } },
    mind: { initial: 'calm', states: { calm: {}, alert: {} } },
  },
});

const define = (states: Lifecycle['states'], more: Partial<Spec> = {}, model: GenerativeModel = track) =>
  defineAgent<readonly number[], readonly number[]>({
    name: 'walker',
    model,
    ...more,
    lifecycle: { machine, event: () => undefined, ...(states && { states }) },
  });

const refused: Readonly<Record<string, readonly [() => unknown, string, string?]>> = {
  'a state that is not there': [() => define({ fresh: {} }), 'its lifecycle has no state "fresh"'],
  'an option that is not there': [
    () => define({ body: { planAhead: 3 } as never }),
    'state "body" of its lifecycle has the option `planAhead`',
  ],
  'two states side by side that decide on the same': [
    () => define({ 'body.tired': { horizon: 1 }, mind: { horizon: 2 } }),
    'states "body.tired" and "mind" of its lifecycle, side by side, both decide on `horizon`',
  ],
  'a model of another shape': [
    () => define({ 'body.tired': { model: lamp } }),
    'in one state of its lifecycle the model has `stateCounts` [5], in another [2,3]',
  ],
  'preferences for other outcomes': [
    () => define({ 'body.tired': { preferences: [[0, 1]] } }),
    'C[0]',
    'INFERENCE_SHAPE_MISMATCH',
  ],
  'other policies where habits are learned': [
    () =>
      define(
        { 'body.tired': { horizon: 2 } },
        { learning: { pE: { shape: [3], data: Float64Array.of(1, 1, 1) } } },
      ),
    'its lifecycle changes the policies, and habits of them are learned',
  ],
  'a lifecycle of agents that share evidence': [
    () => {
      const A = [[0, 1].map((o) => [0, 1].map((s) => (o === s ? 0.9 : 0.1)))];
      const B = [[0, 1].map((next) => [0, 1].map((s) => [next === s ? 1 : 0]))];
      return define({}, { shared: [0] }, defineModel({ A, B }));
    },
    '`lifecycle` together with `shared`',
  ],
};

describe('refused at definition', () => {
  it.each(Object.keys(refused))('%s', (name) => {
    const [act, said, code = 'AGENTS_INVALID_DEFINITION'] = refused[name]!;
    expect(act).toThrow(expect.objectContaining({ code, message: expect.stringContaining(said) }));
  });

  it('takes other dependencies of equal sizes, but not where they are learned', () => {
    const { A, B, shape } = lamp;
    const other = defineModel({
      A,
      B: [B[0]!, B[1]!],
      likelihoodFactors: shape.likelihoodFactors,
      transitionFactors: shape.transitionFactors,
    });
    expect(() => define({ 'body.tired': { model: other } }, {}, lamp)).not.toThrow();
    const blind = defineModel({
      A: [
        A[0]!,
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ],
      B,
      likelihoodFactors: [[0], [0]],
    });
    expect(() => define({ 'body.tired': { model: blind } }, {}, lamp)).not.toThrow();
    expect(() => define({ 'body.tired': { model: blind } }, { learning: {} }, lamp)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('`likelihoodFactors`') }),
    );
    expect(() => define({ 'body.tired': { horizon: 2 } }, { learning })).not.toThrow();
  });
});

const modules = [new URL('./lifecycle.test-fixtures.ts', import.meta.url)];

it('steps a swarm as its agents one by one, whose states differ', async () => {
  const count = 40;
  const { system } = await createTestSystem({ modules, sideShards: 1, log: () => undefined, seed: 8 });
  const flock = await spawnSwarm(system, liverAnew, { count, fanOut: 8, workers: system.threads });
  const alone = Array.from({ length: count }, (_, index) => {
    return new LoneLife('liver', { index, agentCount: count, seed: 8 });
  });
  const states = new Set<string>();
  for (let tick = 1; tick <= 12; tick++) {
    const shown = alone.map((_, i): Told => (i % 13 === tick ? 'crash' : { outcome: (i * tick) % 5 }));
    const { actions } = await flock.step(shown);
    expect(actions).toEqual(alone.map((one, i) => one.see(shown[i]!, tick)));
    states.add([...new Set(alone.map(({ state }) => state))].sort().join());
  }
  expect([...states].some((there) => there.split(',').length === 4)).toBe(true);
  await system.stop();
});

it('steps in rows as it does in messages, and tells where each agent is', async () => {
  const count = 30;
  const run = async (inRows: boolean) => {
    const strict = !inRows; // for which each row is a message
    const { system } = await createTestSystem({ modules, log: () => undefined, seed: 8, strict });
    const flock = await spawnSwarm(system, commuter, { count });
    const rounds: unknown[] = [];
    for (let tick = 1; tick <= 12; tick++) {
      const outcomes = Int32Array.from({ length: count }, (_, i) => (i % 11 === tick ? 7 : (i * tick) % 5));
      if (inRows) {
        const { actions, missing } = await flock.stepColumns([outcomes]);
        rounds.push(Array.from(actions[0]!), missing);
      } else {
        const { actions, missing } = await flock.step(Array.from(outcomes, (outcome) => [outcome]));
        rounds.push(
          actions.map((action) => action?.[0] ?? -1),
          missing,
        );
      }
      const { column } = await flock.gather('resting');
      rounds.push(Array.from(column));
    }
    await system.stop();
    return rounds;
  };
  const inMessages = await run(false);
  expect(await run(true)).toEqual(inMessages);
  const resting = inMessages.filter((_, i) => i % 3 === 2).flat() as number[];
  expect(new Set(resting)).toEqual(new Set([0, 1]));
});

it.each([liverAnew, pupil])('begins an episode where the lifecycle begins: $name', async (definition) => {
  const { system } = await createTestSystem({ modules, log: () => undefined, seed: 8 });
  const flock = await spawnSwarm(system, definition, { count: 2 });
  /** Each sees where it most likely is. */
  const step = async (before: readonly (Lived | undefined)[]) =>
    (
      await flock.step(
        before.map((lived) => {
          const belief = lived?.beliefs[0] ?? [1];
          return { outcome: (belief.indexOf(Math.max(...belief)) + [0, 1, 4][lived?.action[0] ?? 0]!) % 5 };
        }),
      )
    ).actions;
  let lived = await step([undefined, undefined]);
  for (let tick = 0; tick < 8; tick++) lived = await step(lived);
  expect(lived.map((each) => each!.state)).not.toContainEqual({ working: 'exploring' });
  await flock.begin([0]);
  const [begun, other] = await step([undefined, lived[1]]);
  expect(begun!.state).toEqual({ working: 'exploring' });
  expect(begun!.beliefs[0]!.slice(2)).toEqual([0, 0, 0]); // as it is only after the prior
  expect(other!.state).not.toEqual({ working: 'exploring' });
  await system.stop();
});

it('fails an agent that gives no event of its machine, and no other', async () => {
  const { system } = await createTestSystem({ modules, log: () => undefined, seed: 8 });
  const ask = { deadlineMs: 1000 };
  const [one, other] = [0, 1].map((index) =>
    system.spawn(liverAnew.agent, { index, agentCount: 2, seed: 8 }),
  );
  const bad = one!.ask({ type: 'observe', observation: { outcome: 1, after: 'give nonsense' } }, ask);
  const good = other!.ask({ type: 'observe', observation: { outcome: 1 } }, ask);
  await expect(bad).rejects.toThrow(/its lifecycle takes no "nonsense", but: sure, lost, left, full/);
  await expect(good).resolves.toMatchObject({ state: { working: 'exploring' } });
  await system.stop();
});
