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

/** How large a flock is, and where it lives. */
interface FlockOptions {
  readonly agents: number;
  /** Worker threads, count. */
  readonly workers: number;
  /** See `spawnSwarm`. */
  readonly main?: boolean;
  readonly seed: number;
}

export async function createFlock({ agents, workers, seed, ...home }: FlockOptions): Promise<Flock> {
  const system = await createSystem({
    modules: [new URL('./actors.js', import.meta.url)],
    threads: workers,
    seed,
    strict: false,
    handleProcessSignals: false,
  });
  const swarm = await spawnSwarm(system, forager, { count: agents, ...home });
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
export async function scaleFlock({ agents, threads, seed }: ScaleRequest): Promise<ScaleSubject> {
  const { system, swarm, field } = await createFlock({ agents, workers: threads - 1, main: true, seed });
  const population = createPopulation(compileModel(meadow), { capacity: agents });
  const batch = { agents: population.addMany(agents), outcomes: field.sights };
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
