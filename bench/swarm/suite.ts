import { readFile, writeFile } from 'node:fs/promises';
import { readVersions } from '../actors/versions.js';
import { betweenMarkers } from '../between-markers.js';
import { coordinationOf } from './coordination.js';
import { stepCurves } from './curves.js';
import { MODELS } from './foragers.js';
import { formatMeasures, markdownOf, type SwarmMeasure } from './measure.js';
import { aMillion, memoryOfAgents } from './memory.js';
import { writePlots } from './plots.js';
import { ONE_THREAD, openSite, TWO_THREADS, TWO_WORKERS } from './site.js';
import { formatTargets } from './targets.js';
import { agentsPerTick } from './ticks.js';

/** What can be measured by itself. */
export const PARTS = ['curves', 'ticks', 'memory', 'million', 'coordination'] as const;
export type Part = (typeof PARTS)[number];

/** What the suite is asked for. */
export interface SwarmSuiteOptions {
  /** A line of JSON for each figure instead of tables. */
  readonly json: boolean;
  /** Laps, or processes, that each figure is taken from, count; default: 7, or 3 when quick. */
  readonly repeats: number | null;
  /** Model ii only, fewer agents, shorter laps: within a minute. */
  readonly quick: boolean;
  /** A page whose tables are replaced, each part between markers of its own. */
  readonly write: string | null;
  /** Where pictures of the page's figures go, once they are written; with {@link from} a page that is only read. */
  readonly plots: string | null;
  readonly from: string | null;
  /** Default: all. */
  readonly parts: readonly Part[] | null;
  /** Those whose name begins so; default: all, or ii when quick. */
  readonly models: string | null;
}

/** The model of which something is promised: it is measured for longer, and on two workers as well. */
const PROMISED = 'ii';
const COUNTS = [1, 5, 10, 20, 30, 50, 200, 1000, 10_000, 15_000, 100_000];
/** Of explorers, whose curves are as those of model ii. */
const COUNTS_FEW = [1, 50, 1000, 10_000];
const COUNTS_QUICK = [1, 50, 1000, 7500];
const TOWNS = [10, 100, 1000, 10_000, 100_000, 1_000_000];
const TOWNS_QUICK = [10, 100, 1000];
const ADDED = 200_000;
const ADDED_QUICK = 50_000;

/** Measures swarms: how fast they step, how many fit into a tick, what an agent takes, and what coordination costs. */
export async function runSwarmSuite(options: SwarmSuiteOptions): Promise<void> {
  const { json, quick, write, plots, from, models, parts } = options;
  if (plots !== null && from !== null) {
    console.log((await writePlots(await readFile(from, 'utf8'), plots)).join('\n'));
    return;
  }
  const repeats = options.repeats ?? (quick ? 3 : 7);
  const wanted = parts ?? PARTS.filter((part) => !(quick && part === 'million'));
  const prefix = models ?? (quick ? 'ii' : '');
  const names = MODELS.filter((name) => name.startsWith(prefix));
  const versions = readVersions();
  if (json) console.log(JSON.stringify({ bench: 'versions', ...versions, repeats, quick }));
  const run: Record<Part, () => AsyncIterable<SwarmMeasure[]>> = {
    curves: () => curves(names, quick, repeats),
    ticks: () => ticks(names, quick, repeats),
    memory: async function* () {
      for (const name of names) yield await memoryOfAgents(name, quick ? ADDED_QUICK : ADDED, quick ? 1 : 3);
    },
    million: async function* () {
      yield await aMillion('ii');
    },
    coordination: async function* () {
      yield await coordinationOf(quick ? TOWNS_QUICK : TOWNS, repeats);
    },
  };
  const all: SwarmMeasure[] = [];
  for (const part of wanted) {
    const ofPart: SwarmMeasure[] = [];
    for await (const found of run[part]()) {
      ofPart.push(...found);
      if (json) for (const line of found) console.log(JSON.stringify(line));
    }
    const tables = benchesOf(ofPart);
    if (!json)
      for (const [bench, measures] of tables) console.log(`${bench}\n\n${formatMeasures(measures)}\n`);
    if (write !== null) {
      const text = [...tables]
        .map(([bench, measures]) => `**${bench}**\n\n${markdownOf(measures)}`)
        .join('\n\n');
      await writeFile(write, betweenMarkers(await readFile(write, 'utf8'), `swarm ${part}`, text));
    }
    all.push(...ofPart);
  }
  if (plots !== null && write !== null) await writePlots(await readFile(write, 'utf8'), plots);
  if (json) return;
  const targets = formatTargets(all);
  if (targets !== undefined) console.log(`targets\n\n${targets}\n`);
  console.log(
    `median, least and most of ${repeats}; ${versions.cores} x ${versions.cpu}; Node ${versions.node}`,
  );
}

async function* curves(
  names: readonly string[],
  quick: boolean,
  laps: number,
): AsyncIterable<SwarmMeasure[]> {
  const [one, two] = [await openSite(ONE_THREAD), await openSite(TWO_THREADS)];
  for (const name of names) {
    progress(`curves: ${name}`);
    const isPromised = name === PROMISED;
    const counts = quick ? COUNTS_QUICK : isPromised ? COUNTS : COUNTS_FEW;
    const workers = isPromised ? await openSite(TWO_WORKERS) : undefined;
    const sites = { one, two, ...(workers && { workers }) };
    const sliceMs = quick ? 100 : isPromised ? 500 : 200;
    yield await stepCurves(sites, name, counts, { laps, sliceMs });
    await workers?.system.stop();
  }
  progress('');
  for (const { system } of [one, two]) await system.stop();
}

async function* ticks(names: readonly string[], quick: boolean, laps: number): AsyncIterable<SwarmMeasure[]> {
  const effort = {
    hastyRounds: 100,
    rounds: quick ? 100 : 200,
    warmUpRounds: 25,
    precision: quick ? 0.2 : 0.1,
    searches: 1,
  };
  // Of one model something is promised: it is looked at more closely.
  const close = { hastyRounds: 200, rounds: 600, warmUpRounds: 100, precision: 0.05, searches: laps };
  const sites = [await openSite(ONE_THREAD), await openSite(TWO_THREADS)];
  for (const name of names) {
    const workers = name === PROMISED ? [await openSite(TWO_WORKERS)] : [];
    for (const site of [...sites, ...workers]) {
      progress(`ticks: ${name}, ${site.threads}`);
      yield await agentsPerTick(site, name, name === PROMISED && !quick ? close : effort);
    }
    for (const { system } of workers) await system.stop();
  }
  progress('');
  for (const { system } of sites) await system.stop();
}

function benchesOf(measures: readonly SwarmMeasure[]): Map<string, SwarmMeasure[]> {
  const tables = new Map<string, SwarmMeasure[]>();
  for (const one of measures) tables.set(one.bench, [...(tables.get(one.bench) ?? []), one]);
  return tables;
}

/** The width of the name of what is being measured, on a terminal. */
const PROGRESS_COLUMNS = 60;

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what.padEnd(PROGRESS_COLUMNS)}`);
}
