// For tests on real threads: module files that a thread can import.
import { gridWorld } from '@skein/inference';
import { defineEnvironment, worldOfGrid } from '../dist/environments/index.js';
import { defineAgent } from '../dist/index.js';

const grid = gridWorld({ width: 4, height: 4, noise: 0.1 });

export const grazer = defineAgent({ name: 'grazer', model: grid, horizon: 2, selection: 'stochastic' });
export const meadow = defineEnvironment({ name: 'meadow', world: worldOfGrid(grid), stepsMax: 20 });
