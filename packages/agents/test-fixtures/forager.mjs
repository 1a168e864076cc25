import { gridWorld } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { defineAgent } from '../dist/index.js';

/** Wanders at random, and is restarted as often as it takes. */
export const forager = defineAgent({
  name: 'forager',
  model: gridWorld({ width: 5, height: 5 }),
  selection: 'stochastic',
  gamma: 1,
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
});
