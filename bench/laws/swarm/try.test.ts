import { searchInvariant } from '@skein/runtime/testing';
import { test } from 'vitest';
import { swarmLaws } from './swarm-laws.js';
test.each(swarmLaws.filter(({ name }) => name.includes(process.env.LAW ?? '')).map((law) => ({ law, name: law.name })))('$name', async ({ law }) => {
  const began = performance.now();
  const outcome = await searchInvariant(law, { runs: Number(process.env.RUNS ?? 40), seed: Number(process.env.SEED ?? 1), timeMs: Number(process.env.TIME ?? 20000) });
  console.log(law.name, JSON.stringify(outcome.report), performance.now() - began);
  if (!outcome.holds) console.log(outcome.counterexample.story, outcome.counterexample.failure.violation, outcome.counterexample.foundInRun, String((outcome.counterexample.cause as Error)?.stack));
}, 120_000);
