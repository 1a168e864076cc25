import { gridWorld, type LearningOptions, type Tensor, tMaze } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import type { ModelView } from '../agent/model-mind.js';
import { defineAgent } from '../definition/agent-definition.js';
import { worldOfGrid, worldOfTMaze } from '../environments/built-worlds.js';
import { defineEnvironment } from '../environments/environment-actor.js';
import { worldOf } from '../environments/single-world.js';

const supervision = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });

export const grid = gridWorld({ width: 3, height: 3, noise: 0.05, goal: { x: 2, y: 2 } });
export const forager = defineAgent<number, number>({
  name: 'forager',
  model: grid,
  horizon: 2,
  selection: 'stochastic',
  act: ({ action }) => action[0]!,
  supervision,
});
export const meadow = defineEnvironment({
  name: 'meadow',
  world: worldOfGrid(grid),
  stepsMax: 20,
  supervision,
});

/** Learns D and A. */
const A = grid.A[0] as Tensor;
export const scholarLearns: LearningOptions = {
  pA: [{ ...A, data: A.data.map((p) => p * 4) }],
  pD: [{ shape: [9], data: new Float64Array(9).fill(1) }],
  rates: { A: 1, D: 1 },
};
export const scholar = defineAgent<number, number>({
  name: 'scholar',
  model: grid,
  learning: scholarLearns,
  act: ({ action }) => action[0]!,
  reports: { belief: { width: 9, of: ({ posterior }: ModelView) => posterior[0]! } },
});

export const maze = tMaze();
export const rat = defineAgent({ name: 'rat', model: maze, horizon: 2, supervision });
export const labyrinth = defineEnvironment({ name: 'labyrinth', world: worldOfTMaze(maze), supervision });

/** A world of one's own: a count that goes up by each action, and falls over at 5. Those of it that are marked crash at 3. */
export const counter = defineEnvironment({
  name: 'counter',
  supervision,
  world: worldOf({
    outcomeCounts: [6],
    actionCounts: [2],
    make: () => {
      let count = 0;
      return {
        reset: () => (count = 0),
        step: (action) => {
          count += action as number;
          if (count === 3 && crashing.copies > 0) {
            crashing.copies--;
            throw new Error('the counter broke');
          }
          return {
            observation: count,
            reward: count / 2,
            terminated: count === 5,
            truncated: false,
            succeeded: true,
          };
        },
      };
    },
  }),
});

/** How many counters, and how many pushers, are yet to crash. Each test says it anew. */
export const crashing = { copies: 0, agents: 0 };

/** Pushes always; and says how often it was shown something since it began. */
export const pusher = defineAgent<number, number>({
  name: 'pusher',
  supervision,
  mind: ({ index }) => {
    let shown = 0;
    return {
      begin: () => {
        begun.push(index);
        shown = 0;
      },
      perceive: (outcome) => {
        shown++;
        if (outcome === 2 && crashing.agents > 0) {
          crashing.agents--;
          throw new Error('the pusher fell');
        }
        if (outcome >= 0 && shown - 1 !== outcome) unexpected.push(`${index} saw ${outcome} at ${shown}`);
      },
      act: () => 1,
    };
  },
});

/** Who began an episode, in that order. */
export const begun: number[] = [];
/** Agents that saw what does not belong to their episode. */
export const unexpected: string[] = [];
