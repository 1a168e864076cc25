import { type Swarm, spawnSwarm } from '@skein/agents';
import type { ScaleRequest, ScaleSubject } from '@skein/cli';
import { compileModel, createPopulation } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { forager, meadow } from './actors.js';
import { Field } from './field.js';

/** Foragers in their field. */
export interface Flock extends AsyncDisposable {
  readonly field: Field;
  readonly swarm: Swarm<number, readonly number[]>;
  readonly system: Awaited<ReturnType<typeof createSystem>>;
  /** Lets all look and do something, and shows them the field as it is then. @returns what they did */
  step(): Promise<Int32Array>;
}

export async function createFlock({ agents, threads, seed }: ScaleRequest): Promise<Flock> {
  const system = await createSystem({
    modules: [new URL('./actors.js', import.meta.url)],
    threads,
    seed,
    strict: false,
    handleProcessSignals: false,
  });
  const swarm = await spawnSwarm(system, forager, { count: agents });
  const field = new Field(agents, seed);
  return {
    system,
    swarm,
    field,
    step: async () => {
      const { actions } = await swarm.stepColumns(field.sights);
      field.move(actions[0]!);
      return actions[0]!;
    },
    [Symbol.asyncDispose]: () => system.stop(),
  };
}

/** A flock as `skein scale` measures it: beside the same steps without actors. */
export async function scaleFlock(request: ScaleRequest): Promise<ScaleSubject> {
  const { system, swarm, field } = await createFlock(request);
  const population = createPopulation(compileModel(meadow), { capacity: request.agents });
  const batch = { agents: population.addMany(request.agents), outcomes: field.sights };
  let actions: Int32Array | undefined;
  return {
    system,
    prepare: () => {
      if (actions !== undefined) field.move(actions);
    },
    round: async () => {
      const done = await swarm.stepColumns(field.sights);
      actions = done.actions[0]!;
    },
    kernels: () => {
      population.step(batch);
    },
    close: async () => {
      population[Symbol.dispose]();
      await system.stop();
    },
  };
}
