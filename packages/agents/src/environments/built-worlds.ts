import { cellIndex, type GridWorld, T_MAZE_LOCATIONS, T_MAZE_REWARDS, type TMaze } from '@skein/inference';
import { type ModelWorldOptions, worldOfModel } from './model-world.js';
import type { World } from './world.js';

/**
 * The grid of `gridWorld`, with noise as its A says. An episode begins in the cell where the agent knows it starts, or, if it knows
 * none, anywhere, and succeeds in the goal.
 *
 * @param options go over what is said here
 */
export function worldOfGrid(grid: GridWorld, options: Omit<ModelWorldOptions, 'environment'> = {}): World {
  const goal = cellIndex(grid, grid.goal);
  return worldOfModel(grid, {
    environment: grid.environment,
    start: [null],
    ending: ({ states }) => (states[0] === goal ? 'succeeded' : undefined),
    ...options,
  });
}

/**
 * The T-maze of `tMaze`. An episode begins in the centre, with the reward in an arm that D draws, and ends when an arm was entered:
 * with the reward it succeeds, with the loss it fails.
 *
 * @param options go over what is said here: `start: [0, 1]` has the reward on the left
 */
export function worldOfTMaze(maze: TMaze, options: Omit<ModelWorldOptions, 'environment'> = {}): World {
  const { left, right } = T_MAZE_LOCATIONS;
  return worldOfModel(maze, {
    environment: maze.environment,
    start: [T_MAZE_LOCATIONS.centre, null],
    ending: ({ states, outcomes }) => {
      if (states[0] !== left && states[0] !== right) return undefined;
      return outcomes[1] === T_MAZE_REWARDS.reward ? 'succeeded' : 'failed';
    },
    ...options,
  });
}
