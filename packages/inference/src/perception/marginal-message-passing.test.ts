import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImpossibleObservationError } from '../errors.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { sparseFromDense } from '../model/sparse-tensor.js';
import { tMaze } from '../models/t-maze.js';
import { arbitraryModel, randomColumns, randomSource, total } from '../random-model.test-fixtures.js';
import { arbitraryChain, marginalOfPaths, noisyRing, pathProbabilities } from './chain.test-fixtures.js';
import { type MarginalMessagePassingInput, marginalMessagePassing } from './marginal-message-passing.js';
import { smoothStates } from './smooth-states.js';

// At stake: beliefs about a whole window. The golden vectors hold the numbers; here are the laws, and the exact
// answers where there are any.
const VARIANTS = ['joint', 'by-modality'] as const;
const UPDATES = ['gradient', 'fixed-point'] as const;

const stay = [
  [[1], [0]],
  [[0], [1]],
];
const see = (right: number): number[][] => [
  [right, 1 - right],
  [1 - right, right],
];

describe('marginalMessagePassing', () => {
  test('gives a distribution for each time point and factor, and a finite free energy', () => {
    fc.assert(
      fc.property(
        arbitraryModel(),
        fc.integer(),
        fc.constantFrom(...VARIANTS),
        fc.constantFrom(...UPDATES),
        fc.boolean(),
        (model, seed, variant, update, lastTimeStep) => {
          const window = randomWindow(model, seed);
          const input = { ...window, variant, update, lastTimeStep, iterations: 4 };
          const result = marginalMessagePassing(prepareModel(model), input);
          const reach = window.observations.length + window.policy.length;
          expect(result.posterior).toHaveLength(lastTimeStep ? reach - 1 : reach);
          for (const beliefs of result.posterior) {
            expect(beliefs.map((belief) => belief.length)).toEqual(model.shape.stateCounts);
            for (const belief of beliefs) expect(Math.abs(total(belief) - 1)).toBeLessThan(1e-14);
          }
          expect(result.freeEnergyPerIteration).toHaveLength(4);
          expect(result.freeEnergyPerIteration.every(Number.isFinite)).toBe(true);
          expect(result.variationalFreeEnergy).toBe(result.freeEnergyPerIteration.at(-1));
        },
      ),
    );
  });

  test.each(VARIANTS)(
    '%s: one time point of one factor is Bayes, and F half of what it is there',
    (variant) => {
      fc.assert(
        fc.property(
          arbitraryChain().filter(({ A }) => A.length === 1),
          (chain) => {
            const { prepared, observations } = chain;
            const bayes = marginalOfPaths(chain, 0, 1);
            const evidence = pathProbabilities(chain, 1).reduce(
              (sum, { probability }) => sum + probability,
              0,
            );
            const once = {
              observations: observations.slice(0, 1),
              policy: [[0]],
              lastTimeStep: true,
              variant,
            };
            const atOnce = marginalMessagePassing(prepared, {
              ...once,
              update: 'fixed-point',
              iterations: 1,
            });
            const bySteps = marginalMessagePassing(prepared, { ...once, iterations: 200 });
            for (const { posterior } of [atOnce, bySteps]) {
              expect(posterior).toHaveLength(1);
              // The epsilon in the logarithms moves a probability of 1e-6 by 1e-10 of itself.
              posterior[0]![0]!.forEach((q, s) => {
                expect(Math.abs(q - bayes[s]!)).toBeLessThan(1e-9);
              });
            }
            expect(bySteps.variationalFreeEnergy).toBeCloseTo(-Math.log(evidence) / 2, 9);
          },
        ),
      );
    },
  );

  test('renumbering the states renumbers the posterior and leaves free energy alone', () => {
    fc.assert(
      fc.property(arbitraryChain(), fc.constantFrom(...VARIANTS), (chain, variant) => {
        const { A, B, D, prepared, observations, actions } = chain;
        const S = D.length;
        const U = B.shape[2]!;
        const order = Array.from({ length: S }, (_, s) => (s + 1) % S);
        const turned = defineModel({
          A: A.map(({ shape, data }) => ({
            shape,
            data: data.map((_, i) => data[i - (i % S) + order[i % S]!]!),
          })),
          B: [
            {
              shape: B.shape,
              data: B.data.map((_, i) => {
                const [next, s, u] = [Math.floor(i / (S * U)), Math.floor(i / U) % S, i % U];
                return B.data[(order[next]! * S + order[s]!) * U + u]!;
              }),
            },
          ],
          D: [D.map((_, s) => D[order[s]!]!)],
        });
        const input = { observations, previousActions: actions, policy: [[0]], variant };
        const before = marginalMessagePassing(prepared, input);
        const after = marginalMessagePassing(prepareModel(turned), input);
        before.posterior.forEach(([belief], t) => {
          for (let s = 0; s < S; s++) {
            expect(Math.abs(after.posterior[t]![0]![s]! - belief![order[s]!]!)).toBeLessThan(1e-11);
          }
        });
        expect(after.variationalFreeEnergy).toBeCloseTo(before.variationalFreeEnergy, 9);
      }),
    );
  });

  test('two factors that nothing couples are inferred as if each were alone', () => {
    const alone = [0.8, 0.6].map((right) => prepareModel(defineModel({ A: [see(right)], B: [stay] })));
    const seen = [
      [0, 1, 1],
      [1, 0, 1],
    ];
    const both = prepareModel(
      defineModel({ A: [see(0.8), see(0.6)], B: [stay, stay], likelihoodFactors: [[0], [1]] }),
    );
    for (const variant of VARIANTS) {
      const together = marginalMessagePassing(both, {
        observations: seen[0]!.map((outcome, t) => [outcome, seen[1]![t]!]),
        policy: [[0, 0]],
        variant,
      });
      seen.forEach((outcomes, f) => {
        const observations = outcomes.map((outcome) => [outcome]);
        const single = marginalMessagePassing(alone[f]!, { observations, policy: [[0]], variant });
        single.posterior.forEach(([belief], t) => {
          belief!.forEach((q, s) => {
            expect(together.posterior[t]![f]![s]).toBeCloseTo(q, 12);
          });
        });
      });
    }
  });

  test('what is seen later tells about earlier, as far as one message carries: less than exactly', () => {
    const prepared = prepareModel(defineModel({ A: [see(0.8)], B: [stay] }));
    const first = (variant: (typeof VARIANTS)[number], later: number | null) => {
      const observations = [[0], [later], [later], [later]];
      return marginalMessagePassing(prepared, { observations, policy: [[0]], variant }).posterior[0]![0]![1]!;
    };
    const exact = smoothStates(prepared, { observations: [[0], [1], [1], [1]] }).smoothed[0]![1]!;
    for (const variant of VARIANTS) {
      expect(first(variant, 1)).toBeGreaterThan(first(variant, null));
      expect(first(variant, null)).toBeGreaterThan(first(variant, 0));
      expect(first(variant, 1)).toBeLessThan(exact);
    }
  });

  test('the policy leads on from the present, and the past does not know of it', () => {
    const move = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ];
    const prepared = prepareModel(defineModel({ A: [see(0.9)], B: [move] }));
    const look = (choice: number) =>
      marginalMessagePassing(prepared, {
        observations: [[0], [1]],
        previousActions: [[1]],
        policy: [[choice]],
        iterations: 50,
      }).posterior;
    const [stays, moves] = [look(0), look(1)];
    expect(stays[2]![0]![1]).toBeGreaterThan(0.9);
    expect(moves[2]![0]![0]).toBeGreaterThan(0.9);
    expect(moves.slice(0, 2)).toEqual(stays.slice(0, 2));
  });

  test('an unseen time point is filled in from both sides', () => {
    const prepared = prepareModel(defineModel({ A: [see(0.9)], B: [stay] }));
    const input = { observations: [[0], [null], [0], [0]], policy: [[0]], iterations: 30 };
    expect(marginalMessagePassing(prepared, input).posterior[1]![0]![0]).toBeGreaterThan(0.95);
  });

  test('and through the action that led on from it', () => {
    const swap = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ];
    const prepared = prepareModel(defineModel({ A: [see(0.9)], B: [swap] }));
    const seen = { observations: [[null], [null], [1]], policy: [[0]], iterations: 30 };
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { posterior } = marginalMessagePassing(prepared, {
        ...seen,
        previousActions: [[first], [second]],
      });
      expect(posterior[1]![0]![second === 1 ? 0 : 1]).toBeGreaterThan(0.7);
    }
  });

  test('a soft observation that is certain is the outcome itself', () => {
    const prepared = prepareModel(defineModel({ A: [see(0.9)], B: [stay] }));
    const run = (first: number | number[]) =>
      marginalMessagePassing(prepared, { observations: [[first], [1]], policy: [[0]] });
    expect(run([1, 0])).toEqual(run(0));
    expect(run([0.7, 0.3]).posterior[0]![0]![0]).toBeLessThan(run(0).posterior[0]![0]![0]!);
  });

  test('a transition over a background gives what the same transition gives entry by entry', () => {
    const B = noisyRing();
    const sparse = sparseFromDense(B);
    expect(sparse.background).not.toBeNull();
    const A = [randomColumns([3, B.shape[0]!], randomSource(5))];
    const [dense, over] = [B, sparse].map((transition) =>
      marginalMessagePassing(prepareModel(defineModel({ A, B: [transition] })), {
        observations: [[0], [2], [1], [1]],
        previousActions: [[1], [0], [1]],
        policy: [[0]],
      }),
    );
    over!.posterior.forEach(([belief], t) => {
      belief!.forEach((q, s) => {
        expect(q).toBeCloseTo(dense!.posterior[t]![0]![s]!, 12);
      });
    });
  });

  test('does not touch what it is given', () => {
    const prepared = prepareModel(tMaze());
    const observations = [
      [0, 0, 0],
      [3, 0, [0.25, 0.75]],
    ];
    const copy = structuredClone({ observations, model: prepared.model });
    marginalMessagePassing(prepared, { observations, previousActions: [[3, 0]], policy: [[1, 0]] });
    expect({ observations, model: prepared.model }).toEqual(copy);
  });
});

describe('what marginalMessagePassing refuses', () => {
  const maze = prepareModel(tMaze());
  const good = {
    observations: [
      [0, 0, 0],
      [3, 0, 0],
    ],
    previousActions: [[3, 0]],
    policy: [[1, 0]],
  };

  test.each([
    { change: { observations: [] }, code: 'INFERENCE_OBSERVATION_INVALID', argument: 'observations' },
    {
      change: { observations: [[0, 0]] },
      code: 'INFERENCE_OBSERVATION_INVALID',
      argument: 'observations[0]',
    },
    { change: { previousActions: [] }, code: 'INFERENCE_POLICY_INVALID', argument: 'previousActions' },
    {
      change: { previousActions: [[4, 0]] },
      code: 'INFERENCE_POLICY_INVALID',
      argument: 'previousActions[0][0]',
    },
    { change: { policy: [] }, code: 'INFERENCE_POLICY_INVALID', argument: 'policy' },
    {
      change: {
        policy: [
          [0, 0],
          [0, 1],
        ],
      },
      code: 'INFERENCE_POLICY_INVALID',
      argument: 'policy[1][1]',
    },
    { change: { prior: [Float64Array.of(1)] }, code: 'INFERENCE_BELIEF_INVALID', argument: 'prior' },
    { change: { variant: 'both' as 'joint' }, code: 'INFERENCE_OPTION_INVALID', argument: 'variant' },
    { change: { update: 'leap' as 'gradient' }, code: 'INFERENCE_OPTION_INVALID', argument: 'update' },
    { change: { iterations: 0 }, code: 'INFERENCE_OPTION_INVALID', argument: 'iterations' },
    { change: { stepSize: 0 }, code: 'INFERENCE_OPTION_INVALID', argument: 'stepSize' },
    { change: { stepSize: Number.NaN }, code: 'INFERENCE_OPTION_INVALID', argument: 'stepSize' },
  ])('$change: $code', ({ change, code, argument }) => {
    expect(() => marginalMessagePassing(maze, { ...good, ...change })).toThrow(
      expect.objectContaining({ code, argument }),
    );
  });

  test.each([
    { name: 'at once', observations: [[2, 0, 0]], previousActions: [], time: 0 },
    {
      name: 'after an action that led elsewhere',
      observations: [
        [0, 0, 0],
        [1, 1, 0],
      ],
      previousActions: [[3, 0]],
      time: 1,
    },
  ])('what is impossible $name, with the time point', ({ observations, previousActions, time }) => {
    const act = (): unknown => marginalMessagePassing(maze, { ...good, observations, previousActions });
    expect(act).toThrow(ImpossibleObservationError);
    expect(act).toThrow(expect.objectContaining({ time, observations: observations[time] }));
  });
});

function randomWindow(model: GenerativeModel, seed: number): MarginalMessagePassingInput {
  const random = randomSource(seed);
  const { outcomeCounts, actionCounts } = model.shape;
  const pick = (counts: readonly number[]) => counts.map((count) => Math.floor(random() * count));
  const [T, H] = [1 + Math.floor(random() * 4), 1 + Math.floor(random() * 3)];
  return {
    observations: Array.from({ length: T }, () => pick(outcomeCounts)),
    previousActions: Array.from({ length: T - 1 }, () => pick(actionCounts)),
    policy: Array.from({ length: H }, () => pick(actionCounts)),
  };
}
