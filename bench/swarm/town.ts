import { type Swarm, spawnSwarm } from '@skein/agents';
import type { Traffic } from '@skein/runtime';
import { createSimulation, type MessageCosts } from '@skein/runtime/testing';
import { townModules, townsman } from './townsfolk.js';

/** Agents that have nothing to do but to take part. */
export type Town = Swarm<null, number>;

/** Under a tree, or under one coordinator for all. */
export type Shape = 'tree' | 'flat';
export const SHAPES: readonly Shape[] = ['tree', 'flat'];

/** Children of an actor of the tree, count. */
export const FAN_OUT = 32;
/** What messages cost in virtual time. */
export const COSTS: MessageCosts = { messageMs: 0.001, hopMs: 0.01 };

/** A million agents are spawned while the first operation waits. */
export const DEADLINE_MS = 600_000;

/** What a town is asked to do together. */
export const OPERATIONS: Readonly<Record<string, (town: Town) => Promise<unknown>>> = {
  barrier: (town) => town.barrier({ deadlineMs: DEADLINE_MS }),
  vote: (town) => town.vote('level', { rule: 'majority', about: null, deadlineMs: DEADLINE_MS }),
  reduce: (town) => town.reduce('level', 'sum', { deadlineMs: DEADLINE_MS }),
};

/** Children of an actor where so many agents are coordinated, count: the same code is flat if that is all of them. */
export function fanOutOf(shape: Shape, agents: number): number {
  return shape === 'tree' ? FAN_OUT : Math.max(agents, 2);
}

/** An operation in the simulator. */
export interface SimulatedOperation {
  /** From when it was asked for to when its result was there, ms, if each actor has a processor of its own and messages have {@link COSTS}. */
  readonly virtualMs: number;
  /** Who told whom. */
  readonly traffic: Traffic;
}

/** Runs all operations in the simulator, one after the other, by their names. */
export async function simulateTown(
  agents: number,
  fanOut: number,
): Promise<ReadonlyMap<string, SimulatedOperation>> {
  await using simulation = await createSimulation({
    modules: townModules,
    seed: 1,
    costs: COSTS,
    mailboxBytesMax: 2 ** 32,
    log: () => {},
  });
  const { system } = simulation;
  const timeline = simulation.timeline!;
  const town = await simulation.until(spawnSwarm(system, townsman, { count: agents, fanOut }));
  await simulation.until(town.barrier({ deadlineMs: DEADLINE_MS })); // all are there now
  const operations = new Map<string, SimulatedOperation>();
  for (const [name, run] of Object.entries(OPERATIONS)) {
    const count = system.countTraffic();
    const { latestMs, outOfOrder } = timeline;
    await simulation.until(run(town));
    const virtualMs = timeline.latestMs - latestMs;
    if (timeline.outOfOrder > outOfOrder) throw new Error(`${name}: messages were not met as they arrived`);
    operations.set(name, { virtualMs, traffic: await simulation.until(count.end()) });
  }
  return operations;
}
