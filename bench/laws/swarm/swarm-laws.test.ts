// At stake: a swarm's agents are each shown everything once, asked once and counted once, whatever crashes, is lost or late. Tried by
// searching schedules and faults for a run that breaks a law.
import { checkInvariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { swarmLaws } from './swarm-laws.js';

const RUNS = Number(process.env.RUNS ?? 40);
const SEED = Number(process.env.SEED ?? 1);

test.each(swarmLaws.map((law) => ({ law, name: law.name })))(
  '$name',
  async ({ law }) => {
    const report = await checkInvariant(law, { runs: RUNS, seed: SEED, failures: false });
    console.log(law.name, report);
    expect(report.messages).toBeGreaterThan(RUNS);
  },
  120_000,
);
