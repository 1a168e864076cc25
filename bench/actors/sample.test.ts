import { expect, test } from 'vitest';
import { quantilesOf, rateOf, rateOfEach } from './sample.js';

// At stake: units and quantiles. Tried with outcomes whose answers can be told by looking.

test('rates are operations a second', () => {
  expect(rateOf({ ops: 500, ms: 250 })).toEqual({ rate: 2000 });
  expect(rateOfEach({ lat: Float64Array.of(100, 300) })).toEqual({ rate: 5000 });
});

test('quantiles are taken by value, and are values that were found', () => {
  const lat = Float64Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(quantilesOf({ lat })).toEqual({ p50: 101, p99: 199 });
  expect(quantilesOf({ lat: Float64Array.of(9, 100) })).toEqual({ p50: 100, p99: 100 });
  expect(quantilesOf({ lat: Float64Array.of(10, 9) })).toEqual({ p50: 10, p99: 10 });
});
