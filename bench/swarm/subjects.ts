import { type Swarm, spawnSwarm } from '@skein/agents';
import { type CompiledModel, enumeratePolicies } from '@skein/inference';
import type { ActorSystem } from '@skein/runtime';
import { mustBe } from '../actors/outcome.js';
import type { BenchModel } from '../inference/models.js';
import { ScalarStep } from '../inference/scalar-step.js';
import { scalarTables } from '../inference/scalar-tables.js';
import type { Stepper } from '../inference/stepper.js';
import { BareKernels } from './bare-kernels.js';
import { foragerOf } from './foragers.js';
import type { EndingSubject, Subject } from './laps.js';
import { SharedKernels } from './shared-kernels.js';
import { World } from './world.js';

/** Worlds of all subjects are drawn by the same seed: equal agents see the same. */
const SEED = 1;

/** A swarm that is measured, and how to end it. */
export interface SwarmSubject extends Subject {
  readonly swarm: Swarm<number, readonly number[]>;
  /** What its agents did last. */
  readonly actions: Int32Array;
}

/** Agents that are stepped by columns: each observation an envelope, each action one. */
export async function steppedSwarm(
  system: ActorSystem,
  model: BenchModel,
  agents: number,
): Promise<SwarmSubject> {
  const swarm = await spawnSwarm(system, foragerOf(model.name), {
    count: agents,
    name: nameOf('swarm', agents),
  });
  const world = new World(model, agents, SEED);
  const subject = {
    agents,
    swarm,
    actions: new Int32Array(agents) as Int32Array,
    round: async () => {
      const startedMs = performance.now();
      const { actions, missing } = await swarm.stepColumns(world.outcomes);
      const ms = performance.now() - startedMs;
      mustBe('missing agents', missing.length, 0);
      subject.actions = actions[0]!;
      world.move(subject.actions);
      return ms;
    },
  };
  return subject;
}

/** Agents of whom each is asked by itself: an observation a message, and a promise of its own for the action. */
export async function askedAgents(
  system: ActorSystem,
  model: BenchModel,
  agents: number,
): Promise<SwarmSubject> {
  const swarm = await spawnSwarm(system, foragerOf(model.name), {
    count: agents,
    name: nameOf('asked', agents),
  });
  const refs = await Promise.all(Array.from({ length: agents }, (_, agent) => swarm.ref(agent)).values());
  const world = new World(model, agents, SEED);
  const [outcomes] = world.outcomes;
  const options = { deadlineMs: 30_000 };
  const subject = {
    agents,
    swarm,
    actions: new Int32Array(agents) as Int32Array,
    round: async () => {
      const startedMs = performance.now();
      const effects =
        agents === 1
          ? [await refs[0]!.ask({ type: 'observe', observation: outcomes[0]! }, options)]
          : await Promise.all(
              refs.map((ref, agent) => ref.ask({ type: 'observe', observation: outcomes[agent]! }, options)),
            );
      const ms = performance.now() - startedMs;
      for (let agent = 0; agent < agents; agent++)
        subject.actions[agent] = (effects[agent] as readonly number[])[0]!;
      world.move(subject.actions);
      return ms;
    },
  };
  return subject;
}

/** The kernels that a swarm of as many agents uses, and nothing else. */
export function bareKernels(
  compiled: CompiledModel,
  model: BenchModel,
  agents: number,
): Subject & { readonly stepper: BareKernels } {
  const stepper = new BareKernels(compiled, agents);
  return { ...stepped(stepper, model), stepper };
}

/**
 * The same with half of the agents on this thread and half on a worker: see {@link SharedKernels}. The world of all is on this thread, as that of a swarm
 * is, and shown to both halves before the timed part.
 */
export function sharedKernels(
  compiled: CompiledModel,
  model: BenchModel,
  agents: number,
): EndingSubject & { readonly actions: Int32Array } {
  const kernels = new SharedKernels(compiled, model.name, agents);
  const world = new World(model, agents, SEED);
  return {
    agents,
    actions: kernels.actions,
    round: async () => {
      kernels.outcomes.set(world.outcomes[0]);
      const ms = await kernels.step();
      world.move(kernels.actions);
      return ms;
    },
    stop: () => kernels.stop(),
  };
}

/** A single agent in scalar JavaScript, without actors. */
export function scalarAgent(model: BenchModel): Subject {
  const policies = enumeratePolicies(model.model.shape.actionCounts, model.horizon);
  const options = model.horizon > 1 ? { sharesPrefixes: true } : {};
  return stepped(new ScalarStep(scalarTables(model.model), policies, 1, options), model);
}

function stepped(stepper: Stepper, model: BenchModel): Subject {
  const world = new World(model, stepper.agentCount, SEED);
  return {
    agents: stepper.agentCount,
    round: () => {
      const startedMs = performance.now();
      stepper.step(world.outcomes);
      const ms = performance.now() - startedMs;
      world.move(stepper.actions[0]!);
      return ms;
    },
  };
}

function nameOf(kind: string, agents: number): string {
  return `${kind}-of-${agents}`;
}
