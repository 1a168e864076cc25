/**
 * Coordination of a number of agents under a tree and under one flat coordinator, in a process of its own:
 * `node coordination-process.js AGENTS REPEATS` prints what was measured of each as a line of JSON.
 */
import { costsOf, type Swarm, spawnSwarm } from '@skein/agents';
import { createSystem, type Traffic } from '@skein/runtime';
import { createSimulation } from '@skein/runtime/testing';
import { townModules, townsman } from './townsfolk.js';
import { TurnWatch } from './turn-watch.js';
import { type MessageCosts, virtualTimeOf } from './virtual-time.js';

/** What came of one operation under one shape. */
export interface CoordinationReport {
  readonly operation: string;
  readonly shape: 'tree' | 'flat';
  readonly agents: number;
  readonly hopsDown: number;
  readonly hopsUp: number;
  readonly messagesPerActorMax: number;
  /** Who counted: the kernel in the simulator, or where that takes too long in production. */
  readonly countedIn: 'simulator' | 'production';
  readonly virtualMs: number;
  readonly wallMs: readonly number[];
  /** The longest handling of one message by anybody. */
  readonly longestTurnMs: readonly number[];
}

type Town = Swarm<null, number>;

/** A million agents are spawned while the first operation waits. */
const deadlineMs = 600_000;

const OPERATIONS: Readonly<Record<string, (town: Town) => Promise<unknown>>> = {
  barrier: (town) => town.barrier({ deadlineMs }),
  vote: (town) => town.vote('level', { rule: 'majority', about: null, deadlineMs }),
  reduce: (town) => town.reduce('level', 'sum', { deadlineMs }),
};
export const FAN_OUT = 32;
export const COSTS: MessageCosts = { messageUs: 1, hopUs: 10 };
/** Agents that are simulated at most, count. */
const SIMULATED_MOST = 1000;
const SHAPES = ['tree', 'flat'] as const;

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
  const townOf = (shape: 'tree' | 'flat'): Promise<Town> =>
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
  const reports: CoordinationReport[] = [];
  for (const { shape, town, operation, run, wallMs, longestTurnMs } of cases) {
    const simulates = agents <= SIMULATED_MOST;
    const traffic = simulates
      ? await simulatedTraffic(shape, agents, run)
      : await trafficOf(system, () => run(town));
    if (traffic.leftOut > 0) throw new Error(`${traffic.leftOut} messages were not counted`);
    const costs = costsOf(traffic);
    reports.push({
      operation,
      shape,
      agents,
      hopsDown: costs.down.hops,
      hopsUp: costs.up.hops,
      messagesPerActorMax: costs.messagesPerActorMax,
      countedIn: simulates ? 'simulator' : 'production',
      virtualMs: virtualTimeOf(traffic.links, COSTS) / 1000,
      wallMs,
      longestTurnMs,
    });
  }
  return reports;
}

/** One coordinator for all, or as few as have no more than {@link FAN_OUT} children. */
function fanOutOf(shape: 'tree' | 'flat', agents: number): number {
  return shape === 'tree' ? FAN_OUT : Math.max(agents, 2);
}

async function simulatedTraffic(
  shape: 'tree' | 'flat',
  agents: number,
  run: (town: Town) => Promise<unknown>,
): Promise<Traffic> {
  await using simulation = await createSimulation({
    modules: townModules,
    seed: 1,
    strict: false,
    mailboxBytesMax: 2 ** 32,
    log: () => {},
  });
  const { system } = simulation;
  const town = await simulation.until(
    spawnSwarm(system, townsman, { count: agents, fanOut: fanOutOf(shape, agents) }),
  );
  await simulation.until(town.barrier());
  const count = system.countTraffic();
  await simulation.until(run(town));
  return simulation.until(count.end());
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
