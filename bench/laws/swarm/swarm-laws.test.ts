// At stake: a swarm's agents are each shown everything once, asked once and counted once, in bounded time and with bounded work, whatever
// crashes, is lost or late. Tried by a search of schedules and faults for a run that breaks one of its laws; the soak takes ever new seeds.
import { checkInvariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { swarmLaws } from './swarm-laws.js';

const RUNS = 15;

test.each(swarmLaws.map((law) => ({ law, name: law.name })))(
  '$name',
  async ({ law }) => {
    const { messages } = await checkInvariant(law, { runs: RUNS, seed: 1, failures: false });
    expect(messages).toBeGreaterThan(RUNS); // it has tried something
  },
  60_000,
);
