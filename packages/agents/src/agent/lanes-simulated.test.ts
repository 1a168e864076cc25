// At stake: which agents share a batch, and when, is chance; what they say must not be. Tried with the simulator, which cuts batches, delays mail and
// stalls actors as it likes, beside each agent alone.
import { createInferenceMemory } from '@skein/inference';
import { type ActorRef, oneForOne } from '@skein/runtime';
import { checkInvariant, command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { it } from 'vitest';
import {
  type AgentRef,
  disciple,
  keeper,
  LoneAgent,
  learner,
  type Said,
  type Shown,
  walker,
} from './lane-agents.test-fixtures.js';

const definitions = [walker, learner, keeper, disciple, walker, keeper] as const;
const SHARDS = 2;

class Party {
  readonly #agents: readonly { readonly ref: AgentRef; readonly lone: LoneAgent }[];
  readonly #said: { expected: Said | undefined; got: Said | undefined }[] = [];

  constructor(refs: readonly ActorRef[]) {
    this.#agents = definitions.map(({ name }, index) => ({
      ref: refs[index] as unknown as AgentRef,
      lone: new LoneAgent(name as ConstructorParameters<typeof LoneAgent>[0], argsOf(index)),
    }));
  }

  async show(who: number, observation: Shown): Promise<void> {
    const { ref, lone } = this.#agents[who]!;
    const said = { expected: lone.see(observation), got: undefined as Said | undefined };
    this.#said.push(said);
    said.got = await ref.ask({ type: 'observe', observation }, { deadlineMs: 60_000 }).catch(() => undefined);
  }

  verdict(): true | string {
    const at = this.#said.findIndex(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
    if (at < 0) return true;
    const { expected, got } = this.#said[at]!;
    return `answer ${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
  }
}

const argsOf = (index: number) => ({ index, agentCount: definitions.length, seed: 3 });

const show = command({
  name: 'show',
  input: fc.tuple(
    fc.nat({ max: definitions.length - 1 }),
    fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 4 }).map((outcome) => [outcome]) },
      { weight: 1, arbitrary: fc.constant('crash' as const) },
    ),
  ),
  describe: ([who, shown]) => `agent ${who}: ${shown}`,
  run: (_, party: Party, [who, shown]) => party.show(who, shown),
});

const alike: Invariant<Party> = {
  name: 'lanes: in any company an agent says what it says alone',
  modules: [new URL('./lane-agents.test-fixtures.ts', import.meta.url)],
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

it('holds in every interleaving that was tried', { timeout: 60_000 }, async () => {
  await checkInvariant(alike, { runs: 150, seed: 1 });
});
