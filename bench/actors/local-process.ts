/**
 * One measurement in a process of its own, so that nothing that was compiled, collected or allocated before weighs on
 * it: `node --expose-gc local-process.js <by> <work> <n>` prints its sample as JSON.
 */
import { setTimeout } from 'node:timers/promises';
import { createSystem, oneForOne } from '@skein/runtime';
import { modules } from './definitions.js';
import { emitters } from './emitter-workloads.js';
import type { Means } from './means.js';
import { plainMailboxes } from './plain-workloads.js';
import { quantilesOf, rateOf, type Sample } from './sample.js';
import { skeinActors } from './workloads.js';

const [by, work, count] = process.argv.slice(2) as [string, string, string];
const n = Number(count);
const means = await meansNamed(by);
console.log(JSON.stringify(work === 'idle' ? await bytesAnActor() : await warmed()));
process.exit();

async function meansNamed(by: string): Promise<Means> {
  if (by === 'plain mailbox') return plainMailboxes;
  if (by === 'emitter') return emitters;
  const system = await createSystem({
    modules,
    strict: false,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    log: () => {}, // each restart makes a record; who takes them is not what is measured
  });
  return skeinActors(system);
}

/** Runs a tenth to warm up, then all. */
async function warmed(): Promise<Sample> {
  const run = async (n: number): Promise<Sample> =>
    work === 'ask' ? quantilesOf(await means.ask(n)) : rateOf(await means.rates[work]!(n));
  await run(n / 10);
  globalThis.gc!();
  return run(n);
}

async function bytesAnActor(): Promise<Sample> {
  const before = await settledMemory();
  const kept = await means.idle(n);
  const after = await settledMemory();
  if (kept.length !== n) throw new Error('lost actors');
  return {
    'heap and buffers': (after.heap - before.heap) / n,
    resident: (after.resident - before.resident) / n,
  };
}

async function settledMemory(): Promise<{ heap: number; resident: number }> {
  for (let time = 0; time < 4; time++) {
    globalThis.gc!();
    await setTimeout(20); // buffers are freed beside the main thread
  }
  const { heapUsed, external, rss } = process.memoryUsage(); // buffers are part of what is external
  return { heap: heapUsed + external, resident: rss };
}
