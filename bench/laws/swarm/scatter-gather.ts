import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Expedition, type Step } from './expedition.js';
import { SCOUTS_MODULE, scout, surveyor } from './scouts.js';
import { takeStep } from './take-step.js';

const SHAPE = { count: 5, fanOut: 2 };

/** Each live agent is shown its own observation of each step once, and its action, once done, is gathered once and as its own. */
export const scatterGather: readonly Invariant<Expedition>[] = [scout, surveyor].map((definition) => ({
  name: `swarm: each ${definition.name} is shown and asked once a step`,
  module: import.meta.url,
  modules: [SCOUTS_MODULE],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: (world) => Expedition.begin(world, definition, SHAPE),
  commands: [takeStep],
  faults: {
    crashes: 3,
    crashable: [definition.agent.name, definition.cohort.name],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
    delays: true,
  },
  invariant: (_, expedition) => {
    expedition.lookAround();
    for (const life of expedition.lives) {
      const { index, perceived, acted } = life;
      if (!isAscending(perceived)) return `agent ${index} was shown steps ${perceived}`;
      if (!isAscending(acted)) return `agent ${index} was asked in steps ${acted}`;
      const blind = acted.find((tick) => !perceived.includes(tick));
      if (blind !== undefined) return `agent ${index} was asked in step ${blind}, and had seen nothing`;
    }
    return true;
  },
  finally: (_, expedition) => {
    for (const [at, step] of expedition.steps.entries()) {
      const broken = brokenBy(expedition, at + 1, step);
      if (broken !== undefined) return `step ${at + 1}: ${broken}`;
    }
    return true;
  },
}));

/** What of a step is not as it should be. */
function brokenBy(expedition: Expedition, tick: number, { looks, result }: Step): string | undefined {
  for (const [index, look] of looks.entries()) {
    const shown = expedition.countNotes('perceived', index, tick);
    const asked = expedition.countNotes('acted', index, tick);
    if (shown > 1 || asked > 1) return `agent ${index} was shown ${shown} and asked ${asked} times`;
    if (result === undefined) continue;
    if (result.tick !== tick) return `it calls itself ${result.tick}`;
    const told = result.actions[index];
    const isMissing = result.missing.includes(index);
    if (isMissing !== (told === undefined)) return `agent ${index} is missing, and acted, or neither`;
    if (told === undefined) continue;
    if (told.index !== index || told.tick !== tick || told.value !== look.value)
      return `for agent ${index} stands what ${told.index} did in step ${told.tick}, shown ${told.value}`;
    if (shown !== 1 || asked !== 1) return `agent ${index} acted, shown ${shown} and asked ${asked} times`;
  }
  return undefined;
}

function isAscending(ticks: readonly number[]): boolean {
  return ticks.every((tick, at) => at === 0 || ticks[at - 1]! < tick);
}
