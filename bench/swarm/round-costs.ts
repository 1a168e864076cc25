import { measureRound, spawnSwarm } from '@skein/agents';
import { foragerOf } from './foragers.js';
import { measure, type SwarmMeasure } from './measure.js';
import type { Site } from './site.js';
import type { SwarmSubject } from './subjects.js';

const BENCH = 'round';

/** Hops and messages of a round, counted by the kernel. */
export async function roundCosts(
  { system, threads }: Site,
  subject: SwarmSubject,
  model: string,
): Promise<SwarmMeasure[]> {
  const { costs } = await measureRound(system, async () => subject.round());
  const { down, up, messagesPerActorMax } = costs;
  const common = { bench: BENCH, model, agents: subject.agents, threads, unit: 'count' };
  return [
    measure({ ...common, metric: 'hops', value: down.hops + up.hops }),
    measure({ ...common, metric: 'messagesPerActorMax', value: messagesPerActorMax }),
    measure({ ...common, metric: 'messages', value: down.messages + up.messages }),
  ];
}

/** How full the emptiest of the threads is that agents of a swarm of that size live on. */
export async function leastFullThread(
  { system, threads, shards }: Site,
  model: string,
  agents: number,
): Promise<SwarmMeasure> {
  const actorsOf = async (): Promise<readonly number[]> => {
    await system.quiet();
    const all = system.metrics().shards;
    return shards.map((shard) => all[shard]!.actors);
  };
  const before = await actorsOf();
  const swarm = await spawnSwarm(system, foragerOf(model), { count: agents, name: 'counted-by-thread' });
  const added = (await actorsOf()).map((actors, i) => actors - before[i]!);
  await swarm.stop();
  const evenShare = added.reduce((sum, actors) => sum + actors, 0) / added.length;
  return measure({
    bench: BENCH,
    model,
    agents,
    threads,
    metric: 'leastFullThread',
    value: Math.min(...added) / evenShare,
    unit: 'of an even share',
  });
}
