import { defineModel, type Observation } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { defineAgent } from '../definition/agent-definition.js';

/** Which of four boxes holds the prize: it stays there, and a look at one of them is noisy. */
export const boxes = defineModel({
  A: [
    [
      [0.7, 0.2, 0.3, 0.1],
      [0.2, 0.5, 0.3, 0.1],
      [0.1, 0.3, 0.4, 0.8],
    ],
  ],
  B: [[0, 1, 2, 3].map((next) => [0, 1, 2, 3].map((state) => [next === state ? 1 : 0]))],
  C: [[0, 0, 1]],
  D: [[0.4, 0.3, 0.2, 0.1]],
});

/** An observation, or the order to crash. */
export type Look = { readonly outcome: Observation } | 'crash';

export const guesser = defineAgent<Look, Float64Array>({
  name: 'guesser',
  model: boxes,
  shared: [0],
  observe: (look) => {
    if (look === 'crash') throw new Error('crashed by the test');
    return [look.outcome];
  },
  act: ({ posterior }) => posterior[0]!,
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
});

/** A walker on a ring of five places that wants to be at the third, and sees where it is. */
export const ring = defineModel({
  A: [[0, 1, 2, 3, 4].map((o) => [0, 1, 2, 3, 4].map((s) => (o === s ? 0.8 : 0.05)))],
  B: [
    [0, 1, 2, 3, 4].map((next) =>
      [0, 1, 2, 3, 4].map((s) => [0, 1, 4].map((step) => ((s + step) % 5 === next ? 1 : 0))),
    ),
  ],
  C: [[0, 0, 0, 2, 0]],
});

export const walker = defineAgent({ name: 'walker', model: ring, horizon: 2, selection: 'stochastic' });

/** Counts its looks as evidence, and stumbles over `true` after it has looked. */
export const clumsy = defineAgent<boolean, number>({
  name: 'clumsy',
  mind: () => {
    let stumbles = false;
    return {
      perceive: (stumble, { evidence }) => {
        evidence!.own[0]! += 1;
        stumbles = stumble;
      },
      act: ({ evidence }) => {
        if (stumbles) throw new Error('stumbled');
        return evidence!.pool[0]!;
      },
    };
  },
  evidenceLength: () => 1,
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
});

/** Says that it shares evidence, and has none. */
export const vacant = defineAgent<null, null>({
  name: 'vacant',
  mind: () => ({ perceive: () => undefined, act: () => null }),
  evidenceLength: () => 0,
});
