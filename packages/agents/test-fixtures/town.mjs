import { gridWorld } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { createMachine } from 'xstate';
import { defineAgent } from '../dist/index.js';

const model = gridWorld({ width: 5, height: 5 });
const common = {
  model,
  selection: 'stochastic',
  gamma: 1,
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
};

/** Wanders at random, as the forager of its own does. */
export const forager = defineAgent({ name: 'forager', ...common });

/** The same with states to wander in, of which each is another model. */
export const commuter = defineAgent({
  name: 'commuter',
  ...common,
  onRestart: 'snapshot',
  lifecycle: {
    machine: createMachine({
      initial: 'going',
      states: {
        going: { on: { turn: 'working' } },
        working: { after: { 2: 'resting' }, on: { turn: 'going' } },
        resting: { after: { 1: 'going' } },
      },
    }),
    event: ({ action }) => (action[0] === 1 ? 'turn' : undefined),
    states: {
      working: { preferences: [model.C[0].data.map((_, cell) => cell % 5)] },
      resting: { horizon: 2 },
    },
  },
});
