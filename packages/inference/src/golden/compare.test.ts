import { describe, expect, test } from 'vitest';
import { compare } from './compare.js';

// At stake: a comparison that lets something through makes every green line above it worthless.
const tolerance = { default: { abs: 0.1 }, q: { abs: 0, rel: 0.5 } };

describe('compare', () => {
  test.each([
    { name: 'within', expected: [1, 2], got: [1.05, 1.95], count: 0 },
    { name: 'outside', expected: [1, 2], got: [1.05, 2.2], count: 1 },
    { name: 'NaN', expected: 1, got: Number.NaN, count: 1 },
    { name: 'infinite', expected: 1, got: Number.POSITIVE_INFINITY, count: 1 },
    { name: 'too short', expected: [1, 2], got: [1], count: 1 },
    { name: 'too long', expected: [1], got: [1, 2], count: 1 },
    { name: 'a number for a list', expected: [1], got: 1, count: 1 },
    { name: 'a list for a number', expected: 1, got: [1], count: 1 },
    { name: 'typed rows', expected: [[1, 2]], got: [Float64Array.of(1, 2)], count: 0 },
    { name: 'null', expected: null, got: null, count: 0 },
    { name: 'nothing for null', expected: null, got: undefined, count: 1 },
    { name: 'a missing key', expected: { a: 1, b: 2 }, got: { a: 1 }, count: 1 },
    { name: 'an extra key', expected: { a: 1 }, got: { a: 1, b: 2 }, count: 0 },
    { name: 'a number for an object', expected: { a: 1, b: 2 }, got: 1, count: 2 },
    { name: 'text', expected: 'x', got: 'y', count: 1 },
  ])('$name: $count mismatches', ({ expected, got, count }) => {
    expect(compare('field', expected, got, tolerance)).toHaveLength(count);
  });

  test('says where, what, and how close it had to be', () => {
    const got = { steps: [{ q: [1, 1] }, { q: [1, 4] }] };
    const [mismatch] = compare('run', { steps: [{ q: [1, 1] }, { q: [1, 2] }] }, got, tolerance);
    expect(mismatch).toEqual({
      field: 'run.steps[1].q[1]',
      expected: 2,
      got: 4,
      tolerance: { abs: 0, rel: 0.5 },
    });
  });

  test('leaves out what is ignored', () => {
    expect(compare('run', { margin: 1, q: 2 }, { q: 2 }, tolerance, new Set(['margin']))).toEqual([]);
  });
});
