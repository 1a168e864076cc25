// At stake: agents that are inferred together are the agents they would be one by one, bit for bit, whoever crashes, comes or goes in between;
// who fails fails alone, and leaves nothing behind. Tried by shuffling what many agents of several kinds are shown over shards and batches, beside
// each of them alone in a population of one.
import { createInferenceMemory } from '@skein/inference';
import type { ActorAddress, DeadLetter } from '@skein/runtime';
import { createTestSystem, type TestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentRef,
  type Kind,
  kinds,
  LoneAgent,
  nest,
  type Said,
  type Shown,
  told,
} from './lane-agents.test-fixtures.js';

const modules = [new URL('./lane-agents.test-fixtures.ts', import.meta.url)];
const memory = createInferenceMemory();
const options = { modules, log: () => undefined, extensions: { inference: memory.share() } };
const soon = { deadlineMs: 1000 };

const kind = fc.constantFrom(...(Object.keys(kinds) as Kind[]));
const definite = fc.nat({ max: 4 });
const deed = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ what: fc.constant('step' as const), who: fc.nat(), outcome: definite }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('observe' as const), who: fc.nat(), outcome: definite }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('crash' as const), who: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('join' as const), kind, nest: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), who: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rest' as const) }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

/** What an agent of a kind sees: one outcome a modality, sometimes softly, sometimes nothing. */
function shownTo(seer: Kind, outcome: number): Shown {
  if (seer === 'lamp') return outcome === 4 ? [null, [0.25, 0.75]] : [outcome & 1, outcome >> 1];
  return [outcome];
}

interface Seen {
  readonly kind: Kind;
  readonly lone: LoneAgent;
  readonly ref: AgentRef;
  readonly address: ActorAddress;
  readonly home: number;
  tick: number;
}

/** Does it all, with agents in lanes and with lone ones. Returns what both said, in one order. */
async function perform(
  { system }: TestSystem,
  sideShards: number,
  kindsThere: readonly Kind[],
  deeds: readonly Deed[],
) {
  told.clear();
  const homes = Array.from({ length: Math.max(1, sideShards) }, (_, i) =>
    system.spawn(nest, undefined, { shard: Math.min(i + 1, sideShards) }),
  );
  const agents: Seen[] = [];
  const answers = new Map<number, Said | string>();
  const expected = new Map<number, Said | string>();
  let round = 0;
  let failed = 0;
  let index = 0;
  const join = async (joining: Kind, home: number): Promise<void> => {
    const args = { index: index++, agentCount: 100, seed: 7 };
    const { address } = await homes[home]!.ask({ type: 'hatch', kind: joining, args }, soon);
    agents.push({
      kind: joining,
      lone: new LoneAgent(joining, args),
      ref: system.ref(address) as unknown as AgentRef,
      address,
      home,
      tick: 0,
    });
  };
  for (const [i, joining] of kindsThere.entries()) await join(joining, i % homes.length);
  for (const act of deeds) {
    if (act.what === 'rest') await system.quiet();
    else if (act.what === 'join') await join(act.kind, act.nest % homes.length);
    else if (agents.length > 0) {
      const at = act.who % agents.length;
      const agent = agents[at]!;
      if (act.what === 'leave') {
        homes[agent.home]!.send({ type: 'leave', address: agent.address });
        await system.quiet();
        agents.splice(at, 1);
        continue;
      }
      const shown = act.what === 'crash' ? 'crash' : shownTo(agent.kind, act.outcome);
      const number = ++round;
      if (act.what === 'observe') {
        agent.ref.ask({ type: 'observe', observation: shown }, soon).then(
          (said) => answers.set(number, said),
          () => answers.set(number, 'failed'),
        );
        const said = agent.lone.see(shown);
        expected.set(number, said ?? 'failed');
        if (said === undefined) failed++;
      } else {
        const tick = ++agent.tick;
        agent.ref.send({ type: 'step', round: number, tick, observation: shown });
        const said = agent.lone.see(shown, tick);
        if (said !== undefined) expected.set(number, said);
        else failed++;
      }
    }
  }
  await system.quiet();
  for (const [number, said] of told) answers.set(number, said);
  const sorted = (said: Map<number, unknown>) => [...said].sort(([a], [b]) => a - b);
  return { got: sorted(answers), expected: sorted(expected), failed };
}

describe('agents in lanes', () => {
  it.each([0, 1, 2])('are with %d side shards what they are one by one, bit for bit', async (sideShards) => {
    const seen = { said: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { maxLength: 8 }),
        fc.array(deed, { minLength: 20, maxLength: 60 }),
        async (kindsThere, deeds) => {
          const test = await createTestSystem({ ...options, sideShards });
          const { got, expected, failed } = await perform(test, sideShards, kindsThere, deeds);
          expect(got).toEqual(expected);
          seen.said += expected.length;
          seen.failed += failed;
          const { sent, handled, deadLetters, queued } = test.system.metrics();
          expect({ queued, sum: handled + deadLetters }).toEqual({ queued: 0, sum: sent });
          await test.system.stop();
        },
      ),
      { numRuns: 40 },
    );
    expect(seen.said).toBeGreaterThan(500);
    expect(seen.failed).toBeGreaterThan(100);
  });

  it('leave nothing behind, however their lives end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { maxLength: 8 }),
        fc.array(
          fc.oneof({ weight: 9, arbitrary: deed }, { weight: 1, arbitrary: fc.constant('fall' as const) }),
          {
            maxLength: 60,
          },
        ),
        async (kindsThere, deeds) => {
          const own = createInferenceMemory();
          const { system } = await createTestSystem({ ...options, extensions: { inference: own.share() } });
          const home = system.spawn(nest);
          const hatch = (hatching: Kind) =>
            home.ask({ type: 'hatch', kind: hatching, args: { index: 0, agentCount: 1, seed: 1 } }, soon);
          for (const hatching of Object.keys(kinds) as Kind[]) await hatch(hatching);
          await system.quiet();
          const compiledBytes = own.bytesUsed;
          const refs: { kind: Kind; ref: AgentRef }[] = [];
          for (const hatching of kindsThere)
            refs.push({
              kind: hatching,
              ref: system.ref((await hatch(hatching)).address) as unknown as AgentRef,
            });
          let tick = 0;
          for (const act of deeds) {
            if (act === 'fall') home.send({ type: 'fail' });
            else if (act.what === 'rest') await system.quiet();
            else if (act.what !== 'join' && refs.length > 0) {
              const { ref, kind: seer } = refs[act.who % refs.length]!;
              if (act.what === 'leave') home.send({ type: 'leave', address: ref.address });
              else {
                const observation = act.what === 'crash' ? 'crash' : shownTo(seer, act.outcome);
                ref.send({ type: 'step', round: 1, tick: ++tick, observation });
              }
            }
          }
          await system.quiet();
          await system.stopActor(home);
          expect(own.bytesUsed).toBe(compiledBytes);
          await system.stop();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('fail alone, each with what it saw and believed', async () => {
    const { system } = await createTestSystem(options);
    const letters: DeadLetter[] = [];
    system.deadLetters.subscribe((letter) => letters.push(letter));
    const home = system.spawn(nest);
    const refs: AgentRef[] = [];
    for (let index = 0; index < 6; index++) {
      const args = { index, agentCount: 6, seed: 1 };
      const { address } = await home.ask({ type: 'hatch', kind: 'planner', args }, soon);
      refs.push(system.ref(address) as unknown as AgentRef);
    }
    const both = async (observations: readonly Shown[]) =>
      Promise.allSettled(
        refs.map((ref, i) => ref.ask({ type: 'observe', observation: observations[i]! }, soon)),
      );
    await both(refs.map(() => [0]));
    // Too far away to be reached; then a NaN, one too many, half an outcome, and weights that are too heavy.
    const unreachable = [0, 1, 2, 3, 4].find((outcome) => planner([0], [outcome]) === undefined)!;
    const results = await both([[unreachable], [0], [Number.NaN], [0, 0], [0.5], [[0.5, 0.6, 0, 0, 0]]]);
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
    ]);
    const causes = letters.map(
      ({ cause }) => cause as Error & { readonly code: string; readonly cause: { readonly code: string } },
    );
    expect(causes.map(({ code }) => code)).toEqual(new Array(5).fill('AGENTS_INFERENCE_FAILED'));
    const first = causes.find((cause) => 'index' in cause && cause.index === 0)!;
    expect(first).toMatchObject({
      agent: 'planner',
      index: 0,
      observation: [unreachable],
      belief: planner([0])!.beliefs,
      cause: { code: 'INFERENCE_IMPOSSIBLE_OBSERVATION' },
    });
    expect(causes.filter((cause) => cause !== first).map(({ cause }) => cause.code)).toEqual(
      new Array(4).fill('INFERENCE_OBSERVATION_INVALID'),
    );
    // All are there again, and the one that did not fail goes on.
    const [reborn, steady, ...others] = (await both([[0], [null], [0], [0], [0], [0]])).map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason,
    );
    expect([reborn, ...others]).toEqual(new Array(5).fill(planner([0])));
    expect(steady).toEqual(planner([0], [0], [null]));
    await system.stop();
  });
});

const planner = (...shown: readonly Shown[]): Said | undefined => {
  const lone = new LoneAgent('planner', { index: 0, agentCount: 1, seed: 1 });
  return shown.map((one) => lone.see(one)).at(-1);
};
