import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValueRuns } from './value-runs.js';

/**
 * At stake: whose row an item is, and of which frame, is known by the run that it is in. An array with a value for each place is driven
 * beside it.
 */

const moves = fc.array(
  fc.oneof(
    fc.record({
      add: fc.integer({ min: 1, max: 5 }),
      value: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  ),
  { maxLength: 60 },
);

test('are the array of which neighbours may be equal', () => {
  fc.assert(
    fc.property(moves, (steps) => {
      const runs = new ValueRuns<number | undefined>();
      const values: (number | undefined)[] = [];
      for (const step of steps) {
        if (step === 'clear') {
          runs.clear();
          values.length = 0;
        } else {
          runs.extend(step.value, values.length);
          for (let i = 0; i < step.add; i++) values.push(step.value);
        }
        for (let place = 0; place < values.length; place++) {
          expect(runs.at(place)).toBe(values[place]);
          const end = values.findIndex((value, i) => i > place && value !== values[place]);
          expect(runs.endOfRun(place, values.length)).toBe(end === -1 ? values.length : end);
        }
      }
    }),
  );
});
