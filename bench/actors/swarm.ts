import { spawnSwarm } from '@skein/agents';
import type { ActorSystem } from '@skein/runtime';
import type { Effort } from './effort.js';
import { forager } from './forager.js';
import type { Work } from './measure.js';
import { cellSeen, stepModelII } from './model-step.js';
import { type RateOutcome, timed } from './outcome.js';
import { rateOf } from './sample.js';

const AGENTS = 500;

/** A swarm of agents of model ii beside the scalar step of as many without actors. */
export function swarmWorks(
  systems: { readonly oneThread: ActorSystem; readonly twoThreads: ActorSystem },
  { quick }: Effort,
): Work[] {
  const steps = quick ? 2 : 5;
  const common = { bench: 'swarm', work: 'step of model ii', unit: 'agent steps/s', better: 'more' } as const;
  const swarm = (by: string, system: ActorSystem): Work => ({
    ...common,
    by,
    baselines: ['scalar'],
    run: async () => rateOf(await stepSwarm(system, steps)),
  });
  return [
    swarm('skein, one thread', systems.oneThread),
    swarm('skein, two threads', systems.twoThreads),
    {
      ...common,
      by: 'scalar',
      run: async () => rateOf(await timed(AGENTS * steps, () => stepModelII(AGENTS, steps))),
    },
  ];
}

async function stepSwarm(system: ActorSystem, steps: number): Promise<RateOutcome> {
  const swarm = await spawnSwarm(system, forager, { count: AGENTS });
  const outcome = await timed(AGENTS * steps, async () => {
    for (let step = 0; step < steps; step++)
      await swarm.step(Array.from({ length: AGENTS }, (_, agent) => [cellSeen(agent, step)]));
  });
  await swarm.stop();
  return outcome;
}
