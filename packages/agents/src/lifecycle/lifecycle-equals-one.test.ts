// At stake: an agent with a lifecycle, in lanes that it leaves for others, in any company, thread and interleaving, through crashes and restarts, says and
// does what it does alone: XState's own transition beside it, and a population of one for each state. Tried in the simulator.
import { createInferenceMemory } from '@skein/inference';
import { type ActorRef, oneForOne } from '@skein/runtime';
import { checkInvariant, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AgentProtocol } from '../agent/agent-actor.js';
import { keeper, type Lived, LoneLife, liverAnew, pupil, type Told } from './lifecycle.test-fixtures.js';

const definitions = [liverAnew, keeper, pupil, liverAnew, keeper, keeper] as const;
const SHARDS = 2;
const visited = new Set<string>();

class Party {
  readonly #agents: readonly {
    readonly ref: ActorRef<AgentProtocol<Told, Lived>>;
    readonly lone: LoneLife;
  }[];
  readonly #said: { expected: Lived | undefined; got: Lived | undefined }[] = [];

  constructor(refs: readonly ActorRef[]) {
    this.#agents = definitions.map(({ name }, index) => ({
      ref: refs[index] as unknown as ActorRef<AgentProtocol<Told, Lived>>,
      lone: new LoneLife(name, argsOf(index)),
    }));
  }

  async show(who: number, told: readonly Told[]): Promise<void> {
    const { ref, lone } = this.#agents[who]!;
    const asked = told.map((observation) => {
      const said = { expected: lone.see(observation), got: undefined as Lived | undefined };
      visited.add(lone.state);
      this.#said.push(said);
      return ref
        .ask({ type: 'observe', observation }, { deadlineMs: 60_000 })
        .then((got) => {
          said.got = got;
        })
        .catch(() => undefined);
    });
    await Promise.all(asked);
  }

  verdict(): true | string {
    const at = this.#said.findIndex(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
    if (at < 0) return true;
    const { expected, got } = this.#said[at]!;
    return `answer ${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
  }
}

const argsOf = (index: number) => ({ index, agentCount: definitions.length, seed: 3 });

const told: fc.Arbitrary<Told> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ outcome: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      outcome: fc.nat({ max: 5 }), // 5 is none
      after: fc.constantFrom('throw' as const, 'give nonsense' as const),
    }),
  },
);

const show = command({
  name: 'show',
  input: fc.tuple(fc.nat({ max: definitions.length - 1 }), fc.array(told, { minLength: 1, maxLength: 9 })),
  describe: ([who, shown]) => `agent ${who}: ${JSON.stringify(shown)}`,
  run: (_, party: Party, [who, shown]) => party.show(who, shown),
});

const alike: Invariant<Party> = {
  name: 'lifecycles: in any company an agent lives as it would alone',
  modules: [new URL('./lifecycle.test-fixtures.ts', import.meta.url)],
  sideShards: SHARDS,
  system: {
    log: () => undefined,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    extensions: { inference: createInferenceMemory().share() },
  },
  start: ({ system }) =>
    new Party(
      definitions.map(
        ({ agent }, index) =>
          system.spawn(agent, argsOf(index), { shard: index % (SHARDS + 1) }) as unknown as ActorRef,
      ),
    ),
  commands: [show],
  faults: { stalls: 2, partitions: 1 },
  finally: (_, party) => party.verdict(),
};

it('holds in every interleaving that was tried', { timeout: 120_000 }, async () => {
  await checkInvariant(alike, { runs: 120, seed: 1 });
  expect([...visited].sort()).toEqual(['charging', 'resting', 'working.exploiting', 'working.exploring']);
});
