import { expect, test } from 'vitest';
import { eachEntry } from './column-entries.js';

// At stake: a state left out here is a state that no message reaches.
const listed = {
  starts: Int32Array.of(0, 2, 2, 3),
  rows: Int32Array.of(0, 3, 1),
  values: Float64Array.of(0.5, 0.25, 0.75),
};
const background = Float64Array.of(0.1, 0.2, 0.3, 0.4);

test.each([
  {
    column: 0,
    over: null,
    entries: [
      [0, 0.5],
      [3, 0.25],
    ],
  },
  { column: 1, over: null, entries: [] },
  { column: 2, over: null, entries: [[1, 0.75]] },
  {
    column: 0,
    over: background,
    entries: [
      [0, 0.5],
      [1, 0.2],
      [2, 0.3],
      [3, 0.25],
    ],
  },
  {
    column: 1,
    over: background,
    entries: [
      [0, 0.1],
      [1, 0.2],
      [2, 0.3],
      [3, 0.4],
    ],
  },
  {
    column: 2,
    over: background,
    entries: [
      [0, 0.1],
      [1, 0.75],
      [2, 0.3],
      [3, 0.4],
    ],
  },
])('column $column over $over', ({ column, over, entries }) => {
  const visited: [number, number][] = [];
  eachEntry({ ...listed, background: over }, column, (row, value) => visited.push([row, value]));
  expect(visited).toEqual(entries);
});
