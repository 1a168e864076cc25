import { describe, expect, test } from 'vitest';
import { logSumExp } from './log-sum-exp.js';

// At stake: probabilities too small for float64 that must still be added up.
const IMPOSSIBLE = Number.NEGATIVE_INFINITY;

describe('logSumExp', () => {
  test.each([
    { logs: [Math.log(2), Math.log(3)], sum: Math.log(5) },
    { logs: [-1000, -1000], sum: -1000 + Math.log(2) },
    { logs: [1000, 1000], sum: 1000 + Math.log(2) },
    { logs: [IMPOSSIBLE, -3], sum: -3 },
    { logs: [IMPOSSIBLE, IMPOSSIBLE], sum: IMPOSSIBLE },
    { logs: [], sum: IMPOSSIBLE },
  ])('of $logs is $sum', ({ logs, sum }) => {
    const result = logSumExp(Float64Array.from(logs));
    if (sum === IMPOSSIBLE) expect(result).toBe(sum);
    else expect(Math.abs(result - sum)).toBeLessThanOrEqual(Math.abs(sum) * 2 ** -50);
  });
});
