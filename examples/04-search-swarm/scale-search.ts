import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { spawnSwarm } from '@skein/agents';
import { createSearchWorld, DEFAULT_DETECTOR, DEFAULT_SEARCH_PARAMETERS } from '@skein/agents/environments';
import type { ScaleRequest, ScaleSubject } from '@skein/cli';
import { createSystem } from '@skein/runtime';
import { defaultMapPath } from './default-map.js';
import { createKnowledge, type SearchSetup } from './knowledge.js';
import { messageBytesFor, Searchers } from './search.js';
import { searcher } from './searcher.js';

const TARGETS = 5;
const FAN_OUT = 32;
/** It sounds as often where there is nothing: so a search never ends, and what is measured are searchers at work. */
const DETECTOR = { ...DEFAULT_DETECTOR, alarmHere: DEFAULT_DETECTOR.falseAlarm };

/** A search of the default town as `skein scale` measures it: beliefs fused at every tick, by searchers who plan as ever. */
export async function scaleSearch({ agents, threads, seed }: ScaleRequest): Promise<ScaleSubject> {
  const mapPath = defaultMapPath();
  const search: SearchSetup = {
    mapText: await readFile(mapPath, 'utf8'),
    mapName: basename(mapPath),
    sectorCount: null,
    targetCount: TARGETS,
    detector: DETECTOR,
    parameters: DEFAULT_SEARCH_PARAMETERS,
  };
  const { graph } = createKnowledge(search);
  const world = createSearchWorld(graph, {
    agentCount: agents,
    targetCount: TARGETS,
    seed,
    detector: DETECTOR,
  });
  const system = await createSystem({
    modules: [new URL('./searcher.js', import.meta.url)],
    threads: threads - 1,
    seed,
    strict: false,
    extensions: { search },
    messageBytesMax: messageBytesFor(world, FAN_OUT),
    handleProcessSignals: false,
  });
  const swarm = await spawnSwarm(system, searcher, {
    count: agents,
    fanOut: FAN_OUT,
    seed,
    fuse: true,
    main: true,
  });
  const searchers = new Searchers(world, 0);
  let tick = 1;
  let seen = searchers.look(tick);
  let done: Awaited<ReturnType<typeof swarm.stepColumns>> | undefined;
  return {
    system,
    prepare: () => {
      if (done === undefined) return;
      searchers.answer(tick, done.actions, done.unseen);
      seen = searchers.look(++tick);
    },
    round: async () => {
      done = await swarm.stepColumns(seen);
    },
    close: () => system.stop(),
  };
}
