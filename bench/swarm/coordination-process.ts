/**
 * Coordination of a number of agents under a tree and under one flat coordinator, in a process of its own:
 * `node coordination-process.js AGENTS REPEATS` prints what was measured of each as a line of JSON.
 */
import { costsOf, spawnSwarm } from '@skein/agents';
import { createSystem, type Traffic } from '@skein/runtime';
import {
  COSTS,
  DEADLINE_MS as deadlineMs,
  fanOutOf,
  OPERATIONS,
  SHAPES,
  type Shape,
  simulateTown,
  type Town,
} from './town.js';
import { townModules, townsman } from './townsfolk.js';
import { TurnWatch } from './turn-watch.js';
import { virtualTimeOf } from './virtual-time.js';

/** What came of one operation under one shape. */
export interface CoordinationReport {
  readonly operation: string;
  readonly shape: Shape;
  readonly agents: number;
  readonly hopsDown: number;
  readonly hopsUp: number;
  readonly messagesPerActorMax: number;
  /** Who counted: the kernel in the simulator, or where that takes too long in production. */
  readonly countedIn: 'simulator' | 'production';
  /** What it took in the simulator; null where it was not simulated. */
  readonly virtualMs: number | null;
  /** The same, computed of who told whom. */
  readonly computedMs: number;
  readonly wallMs: readonly number[];
  /** The longest handling of one message by anybody. */
  readonly longestTurnMs: readonly number[];
}

/** Agents that are simulated at most, count. */
const SIMULATED_MOST = 10_000;
/** By how much the time computed of what was counted may differ from that of the simulated run: a share of it. */
const COMPUTED_WITHIN = 0.01;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [agents, repeats] = process.argv.slice(2).map(Number) as [number, number];
  for (const report of await coordinate(agents, repeats)) console.log(JSON.stringify(report));
  process.exit();
}

async function coordinate(agents: number, repeats: number): Promise<CoordinationReport[]> {
  const watch = new TurnWatch();
  const system = await createSystem({
    modules: townModules,
    strict: false,
    seed: 1,
    handleProcessSignals: false,
    choices: watch,
    mailboxBytesMax: 2 ** 32,
    log: () => {},
  });
  const townOf = (shape: Shape): Promise<Town> =>
    spawnSwarm(system, townsman, { count: agents, fanOut: fanOutOf(shape, agents), name: shape });
  const cases = [];
  for (const shape of SHAPES) {
    const town = await townOf(shape);
    for (const [operation, run] of Object.entries(OPERATIONS))
      cases.push({ shape, town, operation, run, wallMs: [] as number[], longestTurnMs: [] as number[] });
  }
  for (let repeat = -1; repeat < repeats; repeat++) {
    for (const { town, run, wallMs, longestTurnMs } of cases) {
      const startedMs = performance.now();
      await run(town);
      const ms = performance.now() - startedMs;
      watch.begin();
      await run(town);
      const longestMs = watch.end();
      if (repeat < 0) continue; // to warm up
      wallMs.push(ms);
      longestTurnMs.push(longestMs);
    }
  }
  await system.quiet({ deadlineMs });
  const isSimulated = agents <= SIMULATED_MOST;
  const reports: CoordinationReport[] = [];
  for (const shape of SHAPES) {
    const simulated = isSimulated ? await simulateTown(agents, fanOutOf(shape, agents)) : undefined;
    for (const { town, operation, run, wallMs, longestTurnMs } of cases.filter(
      (one) => one.shape === shape,
    )) {
      const timed = simulated?.get(operation);
      const traffic = timed?.traffic ?? (await trafficOf(system, () => run(town)));
      if (traffic.leftOut > 0) throw new Error(`${traffic.leftOut} messages were not counted`);
      const computedMs = virtualTimeOf(traffic.links, COSTS);
      const virtualMs = timed?.virtualMs ?? null;
      if (virtualMs !== null && Math.abs(computedMs / virtualMs - 1) > COMPUTED_WITHIN)
        throw new Error(
          `${shape} of ${agents}, ${operation}: took ${virtualMs} ms, computed ${computedMs} ms`,
        );
      const costs = costsOf(traffic);
      reports.push({
        operation,
        shape,
        agents,
        hopsDown: costs.down.hops,
        hopsUp: costs.up.hops,
        messagesPerActorMax: costs.messagesPerActorMax,
        countedIn: isSimulated ? 'simulator' : 'production',
        virtualMs,
        computedMs,
        wallMs,
        longestTurnMs,
      });
    }
  }
  return reports;
}

async function trafficOf(
  system: Awaited<ReturnType<typeof createSystem>>,
  run: () => Promise<unknown>,
): Promise<Traffic> {
  await system.quiet({ deadlineMs });
  const count = system.countTraffic();
  await run();
  return count.end();
}
