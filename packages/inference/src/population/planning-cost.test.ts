// At stake: what is expected of planning follows what is measured, and no moment, however slow, decides for good.
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { Backend } from '../compile/compile-options.js';
import { gridWorld } from '../models/grid-world.js';
import { PlanningCost } from './planning-cost.js';

/** Plans of 30 and 5 nodes on SIMD. */
const costOf = (backend: Backend = 'simd') =>
  new PlanningCost(
    compileModel(gridWorld({ width: 2, height: 1 }), { horizon: 2, shorterHorizons: [1], backend }),
  );

describe('the cost of planning', () => {
  test('is unknown at first', () => {
    const cost = costOf();
    expect([cost.isKnown, cost.expectedMs(0, 1000)]).toEqual([false, 0]);
  });

  test('is expected of every horizon once one is measured, as their nodes', () => {
    const cost = costOf();
    cost.measure(1, 8, 10);
    expect(cost.isKnown).toBe(true);
    expect(cost.expectedMs(1, 80)).toBeCloseTo(100, 9);
    expect(cost.expectedMs(0, 8)).toBeCloseTo(60, 9);
  });

  test('is that of whole blocks of lanes', () => {
    const cost = costOf();
    cost.measure(0, 3, 4);
    expect(cost.expectedMs(0, 4)).toBe(4);
    expect(cost.expectedMs(0, 5)).toBe(8);
  });

  test('is that of single agents on the reference', () => {
    const cost = costOf('reference');
    cost.measure(0, 3, 3);
    expect(cost.expectedMs(0, 5)).toBe(5);
  });

  test('comes to be known for each horizon by itself', () => {
    const cost = costOf();
    for (let i = 0; i < 100; i++) {
      cost.measure(0, 4, 12);
      cost.measure(1, 4, 3);
    }
    expect(cost.expectedMs(0, 4) / 12).toBeGreaterThan(0.9);
    expect(cost.expectedMs(1, 4) / 3).toBeCloseTo(1, 0);
  });

  test('forgets a slow moment of a horizon that is no longer planned with', () => {
    const cost = costOf();
    cost.measure(0, 4, 30);
    cost.measure(0, 4, 3000);
    for (let i = 0; i < 60; i++) cost.measure(1, 4, 5);
    expect(cost.expectedMs(0, 4)).toBeCloseTo(30, 0);
  });
});
