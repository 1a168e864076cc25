// At stake: a model is compiled once, and thousands of agents on every core read the same tables. Tried with real
// worker threads on one memory: what they compute is, bit for bit, what one thread computes.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type * as Inference from '../index.js';

const DIST = new URL('../../dist/index.js', import.meta.url).href;
const FIXTURE = new URL('../../test-fixtures/step-agents.mjs', import.meta.url);
const { attachCompiledModel, compileModel, createInferenceMemory, createPopulation, gridWorld } =
  (await import(/* @vite-ignore */ DIST)) as typeof Inference;
const { stepAgents } = (await import(/* @vite-ignore */ FIXTURE.href)) as {
  stepAgents(compiled: Inference.CompiledModel, first: number, count: number): number[][];
};

interface Answer {
  readonly lives: number[][];
  readonly backend: string;
  readonly table: string;
}

async function stepInWorker(
  shared: Inference.SharedCompiledModel,
  first: number,
  count: number,
): Promise<Answer> {
  const worker = new Worker(FIXTURE);
  // Listened to from the start: a worker that ends before its message is read emits both in one go.
  const exited = once(worker, 'exit');
  worker.postMessage({ shared, first, count });
  const [answer] = await once(worker, 'message');
  await exited;
  return answer;
}

test('two threads step agents of one compiled model as one thread does', async () => {
  const memory = createInferenceMemory();
  const world = gridWorld({ width: 5, height: 5, noise: 0.2 });
  const compiled = compileModel(world, { memory, horizon: 2, selection: 'stochastic', alpha: 1, seed: 4 });
  const before = memory.bytesUsed;
  const shared = compiled.share();
  const answers = await Promise.all([stepInWorker(shared, 0, 50), stepInWorker(shared, 50, 50)]);
  // Their populations stand in this memory; the tables did already.
  expect(memory.bytesUsed).toBeGreaterThan(before);

  const alone = stepAgents(compiled, 0, 100);
  expect(answers.flatMap(({ lives }) => lives)).toEqual(alone);
  expect(new Set(alone.map((life) => life.join())).size).toBeGreaterThan(50);
  for (const { backend, table } of answers) {
    expect(backend).toBe('simd');
    expect(table).toBe(String(compiled.explain()));
  }
});

test('a compiled model that the reference runs can be shared as well', () => {
  const compiled = compileModel(gridWorld({ width: 2, height: 2 }), { backend: 'reference' });
  const attached = attachCompiledModel(compiled.share(), compiled.memory);
  expect(attached.explain().reasons).toEqual(['asked for']);
  const population = createPopulation(attached, { capacity: 1 });
  expect(population.step({ agents: [population.add()], outcomes: [[0]] }).failures).toEqual([]);
});
