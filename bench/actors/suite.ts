import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ActorSystem, createSystem } from '@skein/runtime';
import { curveWorks } from './curves.js';
import { modules } from './definitions.js';
import type { Effort } from './effort.js';
import { farModules } from './far-definitions.js';
import { foragerModules } from './forager.js';
import { formatFigures } from './format.js';
import { localWorks } from './local.js';
import { measureInTurn, type Work } from './measure.js';
import { openPortFloor } from './port-floor.js';
import { priorityWorks } from './priority.js';
import { priorityModules } from './priority-definitions.js';
import { openRingFloor } from './ring-floor.js';
import { swarmWorks } from './swarm.js';
import { threadWorks } from './threads.js';
import { readVersions } from './versions.js';

/** What the suite is asked for. */
export interface SuiteOptions {
  /** A line of JSON for each figure instead of tables. */
  readonly json: boolean;
  /** Times that everything is measured, count; default: 5, or 3 when quick. */
  readonly repeats: number | null;
  /** Fewer and shorter measurements. */
  readonly quick: boolean;
}

/** The width of the name of what is being measured, on a terminal. */
const PROGRESS_COLUMNS = 60;

/** What is measured in turn, and how to end what it uses. */
interface Part {
  readonly works: readonly Work[];
  close(): Promise<unknown>;
}

/** Measures actors: on one thread, in memory, by size, depth and number, between threads, and in swarms. */
export async function runActorSuite({ json, repeats, quick }: SuiteOptions): Promise<void> {
  const effort: Effort = { rounds: repeats ?? (quick ? 3 : 5), quick };
  const versions = readVersions();
  if (json) console.log(JSON.stringify({ bench: 'versions', ...versions, rounds: effort.rounds, quick }));
  const collect = garbageCollector();
  for (const open of partsOf(effort)) {
    const { works, close } = await open();
    const figures = await measureInTurn(works, effort.rounds, ({ bench, work, by }) => {
      progress(`${bench}: ${work}, ${by}`);
      collect();
    });
    await close();
    progress('');
    for (const bench of new Set(figures.map((figure) => figure.bench))) {
      const ofBench = figures.filter((figure) => figure.bench === bench);
      if (json) for (const figure of ofBench) console.log(JSON.stringify(figure));
      else console.log(`${bench}\n\n${formatFigures(ofBench)}\n`);
    }
  }
  if (json) return;
  const packages = Object.entries(versions.packages).map(([name, version]) => `${name} ${version}`);
  console.log(`median, least and most of ${effort.rounds} rounds; ${versions.cores} x ${versions.cpu}`);
  console.log(`Node ${versions.node}, ${packages.join(', ')}`);
}

/** Each is opened when its turn comes: no idle thread of another one may be in its way. */
function partsOf(effort: Effort): readonly (() => Promise<Part>)[] {
  return [
    async () => ({ works: localWorks(effort), close: async () => {} }),
    async () => {
      const system = await systemWith(0);
      return { works: curveWorks(system, effort), close: () => system.stop() };
    },
    async () => {
      const system = await systemWith(0);
      return { works: priorityWorks(system, effort), close: () => system.stop({ now: true }) };
    },
    async () => {
      const system = await systemWith(1);
      const floors = { ring: openRingFloor(), port: openPortFloor() };
      return {
        works: threadWorks(system, floors, effort),
        close: () => Promise.all([system.stop(), floors.ring.close(), floors.port.close()]),
      };
    },
    async () => {
      const oneThread = await systemWith(0);
      const twoThreads = await systemWith(2);
      return {
        works: swarmWorks({ oneThread, twoThreads }, effort),
        close: () => Promise.all([oneThread.stop(), twoThreads.stop()]),
      };
    },
  ];
}

function systemWith(threads: number): Promise<ActorSystem> {
  const all = [...modules, ...farModules, ...foragerModules, ...priorityModules];
  return createSystem({ modules: all, threads, strict: false, handleProcessSignals: false, seed: 1 });
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what.padEnd(PROGRESS_COLUMNS)}`);
}

/** Collects what the work before left behind, so that the next does not pay for it. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
