/**
 * What added agents take, in a process of its own: `node --expose-gc memory-process.js MODEL FEW MANY` spawns a swarm of FEW agents,
 * then MANY more, and prints as JSON what the second takes, how long its steps take, and that all of it has acted.
 */
import { setTimeout } from 'node:timers/promises';
import { INFERENCE_EXTENSION } from '@skein/agents';
import { createInferenceMemory } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { benchModel } from '../inference/models.js';
import { foragerModules } from './foragers.js';
import { steppedSwarm } from './subjects.js';

/** What a process reports, of `agents` added ones. */
export interface MemoryReport {
  readonly agents: number;
  /** On the heap, in buffers beside it, and in the memory of the kernels, bytes an agent. */
  readonly heap: number;
  readonly buffers: number;
  readonly kernels: number;
  /** Of the process, bytes an agent. */
  readonly resident: number;
  /** Of the process, whole, bytes. */
  readonly residentTotal: number;
  readonly spawnMs: number;
  /** Of each step that was taken. */
  readonly stepMs: readonly number[];
}

const STEPS = 3;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [model, few, many] = process.argv.slice(2) as [string, string, string];
  console.log(JSON.stringify(await memoryOf(model, Number(few), Number(many))));
  process.exit();
}

async function memoryOf(modelName: string, few: number, many: number): Promise<MemoryReport> {
  const memory = createInferenceMemory();
  const system = await createSystem({
    modules: foragerModules,
    strict: false,
    seed: 1,
    handleProcessSignals: false,
    extensions: { [INFERENCE_EXTENSION]: memory.share() },
    log: () => {},
  });
  const model = benchModel(modelName);
  const first = await steppedSwarm(system, model, few);
  for (let step = 0; step < STEPS; step++) await first.round();
  const before = await settled(memory.bytesUsed);
  const startedMs = performance.now();
  const second = await steppedSwarm(system, model, many);
  await second.swarm.barrier();
  const spawnMs = performance.now() - startedMs;
  const stepMs: number[] = [];
  for (let step = 0; step < STEPS; step++) stepMs.push(await second.round());
  if (second.actions.some((action) => action < 0)) throw new Error('not all agents have acted');
  const worldBytes = 3 * 4 * many; // states, outcomes and actions are the bench's own
  const after = await settled(memory.bytesUsed);
  return {
    agents: many,
    heap: (after.heap - before.heap) / many,
    buffers: (after.buffers - before.buffers - worldBytes) / many,
    kernels: (after.kernels - before.kernels) / many,
    resident: (after.resident - before.resident - worldBytes) / many,
    residentTotal: after.resident,
    spawnMs,
    stepMs,
  };
}

async function settled(
  kernels: number,
): Promise<{ heap: number; buffers: number; kernels: number; resident: number }> {
  for (let time = 0; time < 4; time++) {
    globalThis.gc!();
    await setTimeout(20); // buffers are freed beside the main thread
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: external, kernels, resident: rss };
}
