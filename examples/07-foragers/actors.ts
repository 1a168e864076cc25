import { defineAgent } from '@skein/agents';
import { gridWorld } from '@skein/inference';

/** A meadow of 5 by 5 cells. What a forager sees of where it is, is wrong one time in ten; food is in the bottom right corner. */
export const meadow = gridWorld({ width: 5, height: 5, noise: 0.1 });

/** Does not know where it is, and looks for food. */
export const forager = defineAgent<number, readonly number[]>({
  name: 'forager',
  model: meadow,
  reports: { posterior: { width: 25, of: ({ posterior }) => posterior[0]! } },
});
