import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  createSearchWorld,
  DEFAULT_DETECTOR,
  DEFAULT_SEARCH_PARAMETERS,
  type SearchArm,
} from '@skein/agents/environments';
import {
  defineExample,
  type ExampleIo,
  flagOption,
  formatTable,
  integerOption,
  numberOption,
  OptionValueError,
  runIfMain,
  seedOption,
  textOption,
  threadsOption,
} from '@skein/cli';
import { createSystem } from '@skein/runtime';
import { defaultMapPath } from './default-map.js';
import { createKnowledge, type Knowledge, type SearchSetup } from './knowledge.js';
import { renderReport } from './report/render-report.js';
import type { SearchFrame } from './report/search-report.js';
import { scaleSearch } from './scale-search.js';
import { type Moment, messageBytesFor, type SearchOutcome, searchWithSwarm } from './search.js';
import { LiveView, type ViewCost } from './view/live-view.js';
import { measureView } from './view/measure-view.js';

const ARMS: readonly { readonly arm: SearchArm; readonly label: string }[] = [
  { arm: 'fused', label: 'swarm, beliefs fused' },
  { arm: 'unfused', label: 'same searchers, not fused' },
  { arm: 'random', label: 'random walkers' },
];

/** Of the arms that were run. */
type Outcomes = { fused: SearchOutcome } & { [Arm in SearchArm]?: SearchOutcome };

const example = defineExample({
  name: '04-search-swarm',
  summary: 'A swarm of active-inference agents searches a town for hidden targets, on worker threads',
  details: [
    'Each searcher knows its own sector and believes, more or less, where the targets are. It goes where it',
    'expects to learn most and to find; what all have seen is fused exactly, every tick. In the same world and',
    'seed the run is repeated with fusion off, and with random walkers.',
    '',
    'Any map of the Moving AI benchmarks will do: --map Berlin_1_256.map',
  ].join('\n'),
  options: {
    map: textOption({
      description: 'a Moving AI .map file instead of the town that comes along',
      placeholder: 'FILE',
    }),
    agents: integerOption({ description: 'searchers', default: 200, min: 1, max: 100_000 }),
    targets: integerOption({ description: 'hidden targets', default: 5, min: 1, max: 64 }),
    ticks: integerOption({
      description: 'give up after so many ticks',
      default: 3000,
      min: 1,
      max: 1_000_000,
    }),
    sectors: integerOption({ description: 'sectors to cut the map into, about', min: 2, max: 1024 }),
    alarm: numberOption({
      description: 'probability that a detector sounds for a target in its own sector; the lower, the harder',
      placeholder: 'P',
      default: DEFAULT_DETECTOR.alarmHere,
      min: DEFAULT_DETECTOR.falseAlarm,
      max: 0.99,
    }),
    fanOut: integerOption({ description: 'children of a supervisor', default: 20, min: 2, max: 1024 }),
    chaos: numberOption({
      description: 'probability with which each searcher of the swarm is made to crash, each tick',
      placeholder: 'P',
      default: 0,
      min: 0,
      max: 1,
    }),
    swarmOnly: flagOption({ description: 'leave out the two searches that the swarm is compared with' }),
    measure: flagOption({
      description: 'measure what watching costs: searches several times, unwatched and watched',
    }),
    pace: numberOption({
      description: 'at most so many ticks a second, to watch it on a terminal',
      placeholder: 'TICKS',
      min: 0.1,
      max: 1000,
    }),
    seed: seedOption(),
    threads: threadsOption({ default: 2 }),
  },
  reports: true,
  scale: { start: scaleSearch },

  async run(options, io) {
    const { agents, targets, seed, threads, chaos, fanOut } = options;
    const mapPath = options.map ?? defaultMapPath();
    const mapName = basename(mapPath);
    const mapText = await readFile(mapPath, 'utf8').catch((cause: unknown) => {
      throw new OptionValueError('--map', mapPath, 'a file that can be read', { cause });
    });
    const detector = { ...DEFAULT_DETECTOR, alarmHere: options.alarm };
    const search: SearchSetup = {
      mapText,
      mapName,
      sectorCount: options.sectors ?? null,
      targetCount: targets,
      detector,
      parameters: DEFAULT_SEARCH_PARAMETERS,
    };
    const knowledge = createKnowledge(search);
    const { map, graph } = knowledge;
    const world = createSearchWorld(graph, { agentCount: agents, targetCount: targets, seed, detector });

    io.print(`${mapName}: ${map.width} x ${map.height} cells, ${graph.sectorCount} sectors`);
    for (const note of graph.report.notes) io.print(`  ${note}`);
    io.print(`${agents} searchers, ${targets} hidden targets, ${threads} worker threads, seed ${seed}`);
    io.print();

    await using system = await createSystem({
      modules: [new URL('./searcher.js', import.meta.url)],
      threads,
      seed,
      extensions: { search },
      messageBytesMax: messageBytesFor(world, fanOut),
      handleProcessSignals: false, // io.signal ends the search, and what there is is printed
      // Crashes are wanted here; they are counted, and a line for each would drown everything else.
      log: (record) => {
        if (record.level === 'error') io.print(`${record.path}: ${record.message}`);
      },
    });

    const outcomes = {} as Outcomes;
    const moments: Moment[] = [];
    const fusedSearch = { arm: 'fused', chaos, fanOut, ticksMax: options.ticks, signal: io.signal } as const;
    const measured = options.measure
      ? await measureView(knowledge, (onTick) => searchWithSwarm(system, world, { ...fusedSearch, onTick }))
      : undefined;
    const views = {} as Partial<Record<SearchArm, ViewCost>>;
    for (const { arm, label } of options.swarmOnly ? ARMS.slice(0, 1) : ARMS) {
      const screen = io.openScreen();
      const view = screen && new LiveView(screen, knowledge, label);
      if (view === undefined) io.progress.start(targets, label);
      outcomes[arm] = await searchWithSwarm(system, world, {
        ...fusedSearch,
        arm,
        // The baselines are spared: a searcher that keeps to itself forgets all when it crashes.
        chaos: arm === 'fused' ? chaos : 0,
        onTick: async (moment) => {
          if (arm === 'fused') moments.push(moment);
          if (view === undefined) io.progress.update(moment.finds.length, `tick ${moment.tick}`);
          view?.update(moment);
          if (options.pace !== undefined) await setTimeout(1000 / options.pace, undefined, { ref: true });
        },
      });
      if (view !== undefined) views[arm] = view.cost;
      screen?.close();
      io.progress.stop();
    }
    await system.quiet();
    const { sent, handled, deadLetters, queued, restarts, shards } = system.metrics();
    await system.stop();

    const { fused, unfused, random } = outcomes;
    const result = {
      map: mapName,
      sectors: graph.sectorCount,
      agents,
      targets,
      seed,
      threads,
      chaos,
      finds: fused.finds,
      ticks: fused.ticks,
      complete: fused.complete,
      interrupted: io.signal.aborted,
      falseClaims: fused.falseClaims,
      baselines: unfused && random ? { unfused: summary(unfused), random: summary(random) } : null,
      restarts,
      accounting: { sent, handled, deadLetters, queued },
      handledPerShard: shards.map((shard) => shard.handled),
      stepsPerSecond: Math.round(fused.stepsPerSecond),
      ...(measured && { view: measured }),
    };
    printSummary(io, outcomes, views.fused, result);
    if (measured !== undefined) {
      const { withoutMs, withMs, picturesPerSecond, drawShare } = measured;
      io.print(
        `watching   ${withoutMs.toFixed(2)} ms a step unwatched, ${withMs.toFixed(2)} watched; drawing takes ` +
          `${(100 * drawShare).toFixed(1)} % of the time, at ${picturesPerSecond.toFixed(0)} pictures a second`,
      );
    }
    if (unfused === undefined || random === undefined) return { result }; // there is nothing to compare in a report
    return {
      result,
      report: () =>
        renderReport({
          mapName,
          width: map.width,
          height: map.height,
          free: Uint8Array.from({ length: map.width * map.height }, (_, cell) =>
            map.free(cell % map.width, Math.floor(cell / map.width)) ? 1 : 0,
          ),
          sectorOfCell: Int32Array.from(graph.sectorOfCell),
          sectorCount: graph.sectorCount,
          notes: graph.report.notes,
          seed,
          threads,
          searchers: agents,
          targetSectors: world.targetSectors,
          arms: { fused, unfused, random },
          frames: framesOf(moments, knowledge),
          tree: fused.swarm.tree,
          chaos,
          restarts,
          accounting: result.accounting,
          handledPerShard: result.handledPerShard,
          stepsPerSecond: result.stepsPerSecond,
          command: commandOf(options),
        }),
    };
  },
});

/** What the swarm believed at each moment. */
function framesOf(moments: readonly Moment[], { counts, createBelief }: Knowledge): SearchFrame[] {
  const belief = createBelief();
  return moments.map(({ tick, sectors, pool, found, crashed }) => {
    belief.update(pool ?? new Float64Array(counts.length), found);
    return { tick, sectors, beliefs: Float32Array.from(belief.probability), crashed };
  });
}

/** What reproduces a run: every option that has a value. */
function commandOf(options: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const words = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === false
      ? []
      : [`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${value}`],
  );
  return ['npm run skein -- run 04-search-swarm', ...words].join(' ');
}

function summary({ complete, ticks, finds, falseClaims }: SearchOutcome) {
  return { complete, ticks, finds, falseClaims };
}

function printSummary(
  io: ExampleIo,
  outcomes: Readonly<Outcomes>,
  view: ViewCost | undefined,
  result: {
    readonly restarts: number;
    readonly chaos: number;
    readonly accounting: { sent: number; handled: number; deadLetters: number; queued: number };
    readonly handledPerShard: readonly number[];
    readonly stepsPerSecond: number;
  },
): void {
  const { fused } = outcomes;
  for (const { target, sector, tick } of fused.finds)
    io.print(`tick ${String(tick).padStart(4)}  target ${target} confirmed in sector ${sector}`);
  io.print();
  io.print(
    formatTable(
      [
        { title: 'way of searching' },
        { title: 'ticks', align: 'right' },
        { title: 'found', align: 'right' },
        { title: 'wrong claims', align: 'right' },
        { title: 'against the swarm', align: 'right' },
      ],
      ARMS.flatMap(({ arm, label }) => {
        const outcome = outcomes[arm];
        if (outcome === undefined) return [];
        const { ticks, finds, falseClaims, complete } = outcome;
        const row = [
          label,
          complete ? String(ticks) : `> ${ticks}`,
          String(finds.length),
          String(falseClaims),
          arm === 'fused' || !fused.complete
            ? ''
            : `${complete ? '' : '> '}${(ticks / fused.ticks).toFixed(1)} x`,
        ];
        return [row];
      }),
    ),
  );
  io.print();
  const { sent, handled, deadLetters, queued } = result.accounting;
  io.print(`messages   ${sent} sent = ${handled} handled + ${deadLetters} dead letters + ${queued} queued`);
  io.print(`by shard   ${result.handledPerShard.join(' | ')} handled (the main thread first)`);
  io.print(`speed      ${result.stepsPerSecond} searcher steps a second`);
  if (view !== undefined) io.print(`view       ${costOf(view, fused.tickMs)}`);
  if (result.chaos > 0)
    io.print(`chaos      ${result.restarts} searchers of the swarm crashed and were restarted`);
  if (io.signal.aborted) io.print('interrupted: the figures are those until then');
}

/** What a view has cost, in words. */
function costOf({ pictures, drawMs }: ViewCost, tickMs: readonly number[]): string {
  const ms = tickMs.reduce((sum, tick) => sum + tick, 0);
  const each = (drawMs / Math.max(pictures, 1)).toFixed(2);
  return `${pictures} pictures, ${each} ms each: ${((100 * drawMs) / ms).toFixed(1)} % of the time of the steps`;
}

export default example;
await runIfMain(import.meta.url, example);
