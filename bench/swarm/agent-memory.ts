import { type AgentDefinition, defineAgent, INFERENCE_EXTENSION, spawnSwarm } from '@skein/agents';
import { createInferenceMemory } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { collectGarbage } from '../inference/collect-garbage.js';
import { benchModel } from '../inference/models.js';

/** An agent of model ii, as swarms spawn it by the hundred thousand. */
export const dweller: AgentDefinition<number, number> = defineAgent({
  name: 'dweller',
  model: benchModel('ii').model,
});

/** What one more agent of a swarm takes, actor, belief and its part of the tree included; bytes. */
export interface AgentBytes {
  readonly heap: number;
  /** ArrayBuffers: the records of actors, columns of the swarm. */
  readonly buffers: number;
  /** WebAssembly memory: beliefs. */
  readonly kernels: number;
  readonly total: number;
}

/** Steps that each swarm takes before it is measured, count: only then has every agent a lane and its cohort its columns. */
const STEPS = 2;

/**
 * The bytes that one more agent of model ii adds to a system without worker threads, when all have stepped: the difference between a
 * first swarm of `count` agents and a second beside it, divided by `count`.
 */
export async function agentMemory(count: number): Promise<AgentBytes> {
  const memory = createInferenceMemory();
  await using system = await createSystem({
    modules: [new URL(import.meta.url)],
    threads: 0,
    mailboxBytesMax: Number.MAX_SAFE_INTEGER, // a column is charged once for each cohort that is shown it
    extensions: { [INFERENCE_EXTENSION]: memory.share() },
  });
  const add = async (): Promise<number[]> => {
    const swarm = await spawnSwarm(system, dweller, { count, name: `swarm-${system.metrics().actors}` });
    for (let step = 0; step < STEPS; step++) {
      const { missing } = await swarm.stepColumns([new Int32Array(count)]);
      if (missing.length > 0) throw new Error(`${missing.length} of ${count} agents did not step`);
    }
    await system.quiet();
    await collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return [heapUsed, arrayBuffers, memory.bytesUsed];
  };
  const before = await add();
  const after = await add();
  const [heap, buffers, kernels] = after.map((bytes, part) => (bytes - before[part]!) / count);
  return { heap: heap!, buffers: buffers!, kernels: kernels!, total: heap! + buffers! + kernels! };
}
