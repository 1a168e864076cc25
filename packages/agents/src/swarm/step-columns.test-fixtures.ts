import { defineModel, type GenerativeModel, type ModelSpec } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { setup } from 'xstate';
import { type AgentDefinition, defineAgent } from '../definition/agent-definition.js';

const sum = (row: readonly number[]): number => row.reduce((total, p) => total + p, 0);
const columns = (rows: readonly (readonly number[])[]): number[][] =>
  rows.map((row) => row.map((p, s) => p / sum(rows.map((other) => other[s]!))));

/** Three states in a ring; what the first modality shows excludes one state each, what the second shows none. */
const spec = {
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
} satisfies ModelSpec;
const ring: GenerativeModel = defineModel(spec);

/** The same ring, in which other things are wanted. */
const reversed: GenerativeModel = defineModel({
  ...spec,
  C: [
    [2, 1, 0],
    [0.5, 0],
  ],
});

type Pacer = AgentDefinition<readonly number[], readonly number[]>;

const options = {
  model: ring,
  horizon: 2,
  selection: 'stochastic',
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
} as const;

/** Two modalities, so that a row of observations is two numbers. */
export const pacer: Pacer = defineAgent({ name: 'pacer', ...options }) as never;

/** The same, who goes on after a failure. */
export const keeper: Pacer = defineAgent({ name: 'keeper', ...options, onRestart: 'snapshot' }) as never;

/** The same, by one model and the other in turn, and a while. */
export const wanderer: Pacer = defineAgent({
  name: 'wanderer',
  ...options,
  lifecycle: {
    machine: setup({ types: { events: {} as { type: 'on' } } }).createMachine({
      id: 'day',
      initial: 'awake',
      states: {
        awake: { on: { on: 'tired' } },
        tired: { on: { on: 'asleep' }, after: { 2: 'asleep' } },
        asleep: { on: { on: 'awake' } },
      },
    }),
    event: ({ action }: { readonly action: readonly number[] }) => (action[0] === 1 ? 'on' : undefined),
    states: { asleep: { model: reversed } },
  },
} as never) as never;
