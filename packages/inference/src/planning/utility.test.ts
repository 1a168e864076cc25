import { expect, test } from 'vitest';
import { logSoftmaxColumns } from '../math/softmax.js';
import { tensor } from '../model/tensor.js';
import { preferenceSteps, utility } from './utility.js';

// At stake: the sign and the step. Preferences enter as log probabilities, so utility is never positive.
const always = logSoftmaxColumns(tensor([0, Math.log(3)]));
const later = logSoftmaxColumns(
  tensor([
    [0, 0],
    [0, Math.log(3)],
  ]),
);

test.each([
  { name: 'a preferred outcome', outcomes: [0, 1], preference: always, step: 0, expected: Math.log(3 / 4) },
  { name: 'the other one', outcomes: [1, 0], preference: always, step: 7, expected: Math.log(1 / 4) },
  { name: 'before it matters', outcomes: [0, 1], preference: later, step: 0, expected: Math.log(1 / 2) },
  { name: 'when it matters', outcomes: [0, 1], preference: later, step: 1, expected: Math.log(3 / 4) },
])('$name is worth $expected nats', ({ outcomes, preference, step, expected }) => {
  expect(utility(Float64Array.from(outcomes), preference, step)).toBeCloseTo(expected, 14);
});

test('preferences reach as far as the shortest of those that change', () => {
  expect(preferenceSteps([always])).toBeNull();
  expect(preferenceSteps([always, later])).toBe(2);
  expect(preferenceSteps([tensor([[0, 0, 0]]), later])).toBe(2);
});
