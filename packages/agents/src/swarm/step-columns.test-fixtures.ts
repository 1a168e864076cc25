import { defineModel, type GenerativeModel } from '@skein/inference';
import { type AgentDefinition, defineAgent } from '../definition/agent-definition.js';

const sum = (row: readonly number[]): number => row.reduce((total, p) => total + p, 0);
const columns = (rows: readonly (readonly number[])[]): number[][] =>
  rows.map((row) => row.map((p, s) => p / sum(rows.map((other) => other[s]!))));

/** Three states in a ring; what the first modality shows excludes one state each, what the second shows none. */
const ring: GenerativeModel = defineModel({
  A: [
    columns([
      [4, 1, 0],
      [0, 4, 1],
      [1, 0, 4],
    ]),
    columns([
      [3, 2, 1],
      [1, 2, 3],
    ]),
  ],
  B: [
    [
      [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
    ],
  ],
  C: [
    [0, 1, 2],
    [0, 0.5],
  ],
  D: [[0.4, 0.3, 0.3]],
});

/** Two modalities, so that a row of observations is two numbers. */
export const pacer: AgentDefinition<readonly number[], readonly number[]> = defineAgent({
  name: 'pacer',
  model: ring,
  horizon: 2,
  selection: 'stochastic',
}) as never;
