import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Expedition, type Step } from './expedition.js';
import { cellOf, SCOUTS_MODULE, type ScoutMind, surveyor, TICKS_MAX } from './scouts.js';
import { takeStep } from './take-step.js';

/**
 * Evidence is in the pool once or not at all, and who acts believes the pool, and what it saw itself and nobody has
 * counted yet. The model adds up, step by step, what the lives that were counted had seen.
 */
export const fusion: Invariant<Expedition> = {
  name: 'swarm: what is believed is what counted, each once',
  module: import.meta.url,
  modules: [SCOUTS_MODULE],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: (world) => Expedition.begin(world, surveyor, { count: 5, fanOut: 2 }),
  commands: [takeStep],
  faults: {
    crashes: 3,
    crashable: [surveyor.agent.name, surveyor.cohort.name],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
    delays: true,
  },
  invariant: (_, expedition) => {
    expedition.lookAround();
  },
  finally: (_, expedition) => {
    const counted = new Set<number>();
    for (const [at, step] of expedition.steps.entries()) {
      const broken = brokenBy(expedition, at + 1, step, counted);
      if (broken !== undefined) return `step ${at + 1}: ${broken}`;
    }
    return true;
  },
};

/** What of a step is not as it should be. @param counted cells of all steps before; those of this one are added */
function brokenBy(
  expedition: Expedition,
  tick: number,
  { result, pool, countedThrough }: Step,
  counted: Set<number>,
): string | undefined {
  if (pool === undefined || countedThrough === undefined) return undefined;
  for (let index = 0; index < expedition.swarm.count; index++) {
    const isCounted = countedThrough[index] === tick;
    if (result !== undefined && isCounted === result.unseen.includes(index))
      return `agent ${index} is ${isCounted ? 'counted, and unseen' : 'seen, and not counted'}`;
    if (!isCounted) continue;
    const life = lifeThat(expedition, 'perceived', index, tick);
    if (life === undefined) return `agent ${index} is counted, and has seen nothing`;
    for (const cell of seenBy(life, tick)) counted.add(cell);
  }
  const wrong = pool.findIndex((times, cell) => times !== (counted.has(cell) ? 1 : 0));
  if (wrong !== -1) return `${describe(wrong)} counts ${pool[wrong]} times`;
  for (const [index, told] of result?.actions.entries() ?? []) {
    if (told === undefined) continue;
    const known = new Set([...counted, ...seenBy(lifeThat(expedition, 'acted', index, tick)!, tick)]);
    const other = told.believed.findIndex((times, cell) => times !== (known.has(cell) ? 1 : 0));
    if (other !== -1) return `agent ${index} counts ${describe(other)} ${told.believed[other]} times`;
  }
  return undefined;
}

function lifeThat(
  { lives }: Expedition,
  notes: 'perceived' | 'acted',
  index: number,
  tick: number,
): ScoutMind | undefined {
  return [...lives].find((life) => life.index === index && life[notes].includes(tick));
}

/** Cells of what it saw through a tick. */
function seenBy({ index, perceived }: ScoutMind, tick: number): number[] {
  return perceived.filter((seen) => seen <= tick).map((seen) => cellOf(index, seen));
}

function describe(cell: number): string {
  return `what agent ${Math.floor(cell / TICKS_MAX)} saw in step ${(cell % TICKS_MAX) + 1}`;
}
