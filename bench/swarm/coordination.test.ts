// At stake: that a tree coordinates in O(log n) and a flat coordinator does not, whatever machine it is measured on. Tried by the virtual time of
// runs in the simulator.
import { expect, test } from 'vitest';
import { virtualTerm } from './coordination.js';
import { fitLine } from './fit.js';
import { fanOutOf, OPERATIONS, SHAPES, type Shape, simulateTown } from './town.js';

const COUNTS = [10, 30, 100, 300, 1000];

test('virtual time is a line of k log_k n under a tree, of n when flat, and a tree wins ever more', async () => {
  const times = new Map<string, number>();
  const key = (operation: string, shape: Shape, agents: number): string => `${operation} ${shape} ${agents}`;
  for (const agents of COUNTS)
    for (const shape of SHAPES)
      for (const [operation, { virtualMs }] of await simulateTown(agents, fanOutOf(shape, agents)))
        times.set(key(operation, shape, agents), virtualMs);
  for (const operation of Object.keys(OPERATIONS)) {
    const timeOf = (shape: Shape, agents: number): number => times.get(key(operation, shape, agents))!;
    for (const shape of SHAPES) {
      const points = COUNTS.map((n) => ({ x: virtualTerm(shape, n), value: timeOf(shape, n) }));
      expect(fitLine(points).worst, `${operation}, ${shape}`).toBeLessThan(0.15);
    }
    const gains = COUNTS.map((n) => timeOf('flat', n) / timeOf('tree', n));
    expect(gains).toEqual(gains.toSorted((a, b) => a - b));
    expect(gains.at(-1)! / gains[0]!).toBeGreaterThan(10);
  }
}, 120_000);
