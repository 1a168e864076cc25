import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValueRuns } from './value-runs.js';

/**
 * At stake: who sent a row is known by the run that it is in, also when some rows have been met and those behind have moved. An array with a value for each
 * place is driven beside it.
 */

const moves = fc.array(
  fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 5 }), value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ leave: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.constant('shift' as const),
    fc.constant('clear' as const),
  ),
  { maxLength: 60 },
);

test('are the array of which neighbours may be equal', () => {
  fc.assert(
    fc.property(moves, (steps) => {
      const runs = new ValueRuns<number>();
      let values: number[] = [];
      let head = 0;
      for (const step of steps) {
        if (step === 'clear') {
          runs.clear();
          [values, head] = [[], 0];
        } else if (step === 'shift') {
          runs.shift(head);
          [values, head] = [values.slice(head), 0];
        } else if ('add' in step) {
          if (values.length === head || runs.last !== step.value) runs.begin(step.value, values.length);
          for (let i = 0; i < step.add; i++) values.push(step.value);
        } else {
          head += Math.floor((values.length - head) * step.leave);
          if (head === values.length) {
            runs.clear();
            [values, head] = [[], 0];
          } else runs.leave(head);
        }
        for (let place = head; place < values.length; place++) {
          expect(runs.at(place)).toBe(values[place]);
          const end = values.findIndex((value, i) => i > place && value !== values[place]);
          expect(runs.endOfRun(place, values.length)).toBe(end === -1 ? values.length : end);
        }
        let count = 0;
        for (let place = head; place < values.length; place++)
          if (place === head || values[place] !== values[place - 1]) count++;
        expect(runs.count).toBe(count);
      }
    }),
  );
});

test('take no more room than those that are kept at a time, however many there were', () => {
  const runs = new ValueRuns<object>();
  for (let place = 0; place < 10_000; place++) {
    runs.begin({}, place);
    if (place >= 3) runs.leave(place - 2);
  }
  expect(runs.count).toBe(3);
  expect(runs.starts.length).toBeLessThanOrEqual(16);
});
