import { expect, test } from 'vitest';
import { argmax } from './argmax.js';

// At stake: equal policies must give the same action on every run and every thread.
test.each([
  { values: [3], best: 0 },
  { values: [1, 3, 2], best: 1 },
  { values: [2, 5, 5, 5], best: 1 },
  { values: [0, 0], best: 0 },
])('of $values is $best, the first of equals', ({ values, best }) => {
  expect(argmax(values)).toBe(best);
});
