/**
 * Does pooling evidence help, and does planning? Runs the three arms over paired seeds, single-threaded and without
 * actors, and prints medians with 95 % intervals.
 *
 *     node examples/dist/04-search-swarm/offline/experiment.js --map FILE --seeds 24
 *
 * Also: --agents, --targets, --sectors, --ticks, --first-seed, --fuse-every, --horizon, --gamma, --find.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createSearchWorld,
  cutIntoSectors,
  DEFAULT_SEARCH_PARAMETERS,
  parseMovingAiMap,
  type SearchArm,
  type SearchOutcome,
  simulateSearch,
} from '@skein/agents/environments';
import { keyedUniform, streamOf } from '@skein/runtime';
import { defaultMapPath } from '../default-map.js';
import { bootstrapInterval, type Interval, median, signedRankProbability } from './statistics.js';

type Run = Readonly<Record<SearchArm, SearchOutcome>>;

const options = readOptions();
const graph = cutIntoSectors(
  parseMovingAiMap(readFileSync(options.map, 'utf8'), basename(options.map)),
  options.sectors === null ? {} : { sectorCount: options.sectors },
);
const parameters = {
  fuseEveryTicks: options.fuseEvery,
  horizon: options.horizon,
  gamma: options.gamma,
  preferences: { find: options.find },
};
console.log(
  `${basename(options.map)}: ${graph.sectorCount} sectors, blocks of ${graph.blockSize} cells; ` +
    `${options.agents} searchers, ${options.targets} targets, seeds ${options.firstSeed} to ` +
    `${options.firstSeed + options.seeds - 1}, at most ${options.ticks} ticks`,
);
for (const note of graph.report.notes) console.log(`  ${note}`);

const runs = Array.from({ length: options.seeds }, (_, i): Run => {
  const world = createSearchWorld(graph, {
    agentCount: options.agents,
    targetCount: options.targets,
    seed: options.firstSeed + i,
  });
  const search = (arm: SearchArm): SearchOutcome => simulateSearch(world, arm, options.ticks, parameters);
  return { fused: search('fused'), unfused: search('unfused'), random: search('random') };
});

console.log('\narm       median ticks  95 % interval  all found  wrong claims');
for (const arm of ['fused', 'unfused', 'random'] as const) {
  const outcomes = runs.map((run) => run[arm]);
  const ticks = outcomes.map((outcome) => outcome.ticks);
  const interval = bootstrapInterval(ticks, median, uniform);
  const complete = outcomes.filter((outcome) => outcome.complete).length;
  const falseClaims = outcomes.reduce((sum, outcome) => sum + outcome.falseClaims, 0);
  console.log(
    arm.padEnd(10) +
      String(median(ticks)).padStart(12) +
      show(interval, 0).padStart(15) +
      `${complete}/${runs.length}`.padStart(11) +
      String(falseClaims).padStart(14),
  );
}
console.log('\ncompared            ratio of medians  95 % interval  seeds slower  signed-rank p');
compare('unfused', 'fused');
compare('random', 'fused');
compare('random', 'unfused');

function compare(slow: SearchArm, fast: SearchArm): void {
  const ratio = (sample: readonly Run[]): number =>
    median(sample.map((run) => run[slow].ticks)) / median(sample.map((run) => run[fast].ticks));
  const slower = runs.filter((run) => run[slow].ticks > run[fast].ticks).length;
  const probability = signedRankProbability(runs.map((run) => run[slow].ticks - run[fast].ticks));
  console.log(
    `${slow} / ${fast}`.padEnd(20) +
      ratio(runs).toFixed(1).padStart(16) +
      show(bootstrapInterval(runs, ratio, uniform), 1).padStart(15) +
      `${slower}/${runs.length}`.padStart(14) +
      probability.toExponential(1).padStart(15),
  );
}

function uniform(draw: number): number {
  return keyedUniform(options.firstSeed, streamOf('search experiment bootstrap'), 0, draw);
}

function show({ low, high }: Interval, digits: number): string {
  return `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      map: { type: 'string' },
      agents: { type: 'string', default: '200' },
      targets: { type: 'string', default: '5' },
      sectors: { type: 'string' },
      ticks: { type: 'string', default: '5000' },
      seeds: { type: 'string', default: '24' },
      'first-seed': { type: 'string', default: '1' },
      'fuse-every': { type: 'string', default: String(DEFAULT_SEARCH_PARAMETERS.fuseEveryTicks) },
      horizon: { type: 'string', default: String(DEFAULT_SEARCH_PARAMETERS.horizon) },
      gamma: { type: 'string', default: String(DEFAULT_SEARCH_PARAMETERS.gamma) },
      find: { type: 'string', default: String(DEFAULT_SEARCH_PARAMETERS.preferences.find) },
    },
  });
  const number = (name: Exclude<keyof typeof values, 'map'>): number => {
    const value = Number(values[name]);
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`--${name} must be a number of at least 0, got ${JSON.stringify(values[name])}`);
    }
    return value;
  };
  return {
    map: values.map ?? defaultMapPath(),
    agents: number('agents'),
    targets: number('targets'),
    sectors: values.sectors === undefined ? null : number('sectors'),
    ticks: number('ticks'),
    seeds: number('seeds'),
    firstSeed: number('first-seed'),
    fuseEvery: number('fuse-every'),
    horizon: number('horizon'),
    gamma: number('gamma'),
    find: number('find'),
  };
}
