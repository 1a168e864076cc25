import { expect, test } from 'vitest';
import { toleranceOf } from './tolerance.js';

// At stake: a field held to a looser tolerance than its own would pass when it is wrong.
const tolerances = {
  default: { abs: 1 },
  q_pi: { abs: 2 },
  qs: { abs: 3, rel: 4 },
  qs_pi: { abs: 5 },
  stochastic: { abs: 6 },
  dirichlet: { abs: 7 },
  action: 'exact',
};

test.each([
  { field: 'q_pi', abs: 2, rel: 0 },
  { field: 'q_pi_all', abs: 2, rel: 0 },
  { field: 'qs', abs: 3, rel: 4 },
  { field: 'qs_converged', abs: 3, rel: 4 },
  { field: 'qs_pi', abs: 5, rel: 0 },
  { field: 'stochastic_action_probs', abs: 6, rel: 0 },
  { field: 'final_pA', abs: 7, rel: 0 },
  { field: 'action', abs: 0, rel: 0 },
  { field: 'qsx', abs: 1, rel: 0 },
])('$field is held to $abs and $rel', ({ field, abs, rel }) => {
  expect(toleranceOf(field, tolerances)).toEqual({ abs, rel });
});

test.each([
  { tolerance: { abs: 1e-5, rel: 1e-6 }, expected: { abs: 1e-5, rel: 1e-6 } },
  { tolerance: { exact: true }, expected: { abs: 0, rel: 0 } },
  { tolerance: { qs: { abs: 1 } }, expected: { abs: 0, rel: 0 } }, // nothing said of n_iter: exactly
])('$tolerance holds any other field to $expected', ({ tolerance, expected }) => {
  expect(toleranceOf('n_iter', tolerance)).toEqual(expected);
});

test.each([
  { field: 'qs_last_spm', tolerances: { qs_seq: { abs: 1 } }, abs: 1 },
  { field: 'G', tolerances: { F: { abs: 1 } }, abs: 1 },
  { field: 'G', tolerances: { F: { abs: 1 }, G: { abs: 2 } }, abs: 2 },
])('$field goes with its group where it has no tolerance of its own: $tolerances', ({ abs, ...given }) => {
  expect(toleranceOf(given.field, given.tolerances)).toEqual({ abs, rel: 0 });
});
