import { type Coalitions, formCoalitions, spawnSwarm } from '@skein/agents';
import { type ActorSystem, keyedUniform, streamOf } from '@skein/runtime';
import { ACCURACY, columnOf, hunt, hunter, MEMBER_COST, rowOf, SIDE } from './hunters.js';

/** A hunt. */
export interface HuntOptions {
  /** Decides where the treasure lies, and what each hunter sees in each step. */
  readonly seed: number;
  readonly hunters: number;
  /** Count. */
  readonly steps: number;
  readonly inCoalitions: boolean;
}

const PLACE = streamOf('hunt: place');
const SIGHT = streamOf('hunt: sight');

/**
 * Hunts once. In each step every hunter sees a little and opens a cell; in a coalition all share what they have seen, and open the cell
 * that their speaker does.
 *
 * @returns the share of opened cells in which the treasure lay, in [0, 1]
 */
export async function runHunt(
  system: ActorSystem,
  { seed, hunters, steps, inCoalitions }: HuntOptions,
): Promise<number> {
  const name = `hunt-${seed}-${inCoalitions ? 'together' : 'alone'}`;
  const swarm = await spawnSwarm(system, hunter, { count: hunters, seed, name });
  const cell = Math.floor(keyedUniform(seed, PLACE, 0, 0) * SIDE * SIDE);
  let coalitions: Coalitions | undefined;
  if (inCoalitions) {
    coalitions = await formCoalitions(swarm, [hunt], { belief: 'belief', memberCost: MEMBER_COST });
    await coalitions.elect({ by: 'certainty' });
  }
  let found = 0;
  for (let step = 1; step <= steps; step++) {
    const observations = Array.from({ length: hunters }, (_, index) => {
      const isRow = index % 2 === 0;
      const shown = seen(isRow ? rowOf(cell) : columnOf(cell), keyedUniform(seed, SIGHT, index, step));
      return isRow ? [shown, null] : [null, shown];
    });
    const { actions } = await swarm.step(observations);
    for (let index = 0; index < hunters; index++) {
      const opens = actions[coalitions?.of(index)?.speaker ?? index];
      if (opens === cell) found++;
    }
    await coalitions?.share('belief');
  }
  await coalitions?.dissolve();
  await swarm.stop();
  return found / (hunters * steps);
}

/** What is shown of a line: it, or each of the others as often. */
function seen(line: number, uniform: number): number {
  if (uniform < ACCURACY) return line;
  return (line + 1 + Math.floor(((uniform - ACCURACY) / (1 - ACCURACY)) * (SIDE - 1))) % SIDE;
}
