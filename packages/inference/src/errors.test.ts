import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  ImpossibleObservationError,
  InferenceError,
  InputError,
  KernelsMissingError,
  ModelError,
} from './errors.js';

// At stake: people match on codes and act on remedies; both must be there, and the message must hold the values.
describe.each([
  {
    error: new ModelError('INFERENCE_NEGATIVE', {
      tensor: 'A[1]',
      index: [0, 2],
      expected: 'x',
      got: '-0.1',
    }),
    message: 'A[1] at [0, 2]: expected x, got -0.1',
  },
  {
    error: new InputError('INFERENCE_BELIEF_INVALID', 'prior[0]', '4 probabilities', '3'),
    message: 'prior[0]: expected 4 probabilities, got 3',
  },
  {
    error: new ImpossibleObservationError(
      [2, null, [0.5, 0.5]],
      ['place', 'smell', 'cue'],
      [
        [0, 1],
        [0.5, 0.5],
      ],
    ),
    message:
      'impossible observation (place = 2, smell = missing, cue = [0.5, 0.5]) under a prior that allows factor 0: states 1; factor 1: all 2 states',
  },
  {
    error: new ImpossibleObservationError([2], ['place'], [[0, 1]], 3),
    message:
      'impossible observation at time point 3 (place = 2) under a prior that allows factor 0: states 1',
  },
  {
    error: new KernelsMissingError('file:///skein/kernels.wasm'),
    message: 'no compiled kernels at file:///skein/kernels.wasm: run `npm run build`',
  },
])('$error.name', ({ error, message }) => {
  test('has a code, a remedy and a telling message', () => {
    expect(error).toBeInstanceOf(InferenceError);
    expect(error.code).toMatch(/^INFERENCE_[A-Z_]+$/);
    expect(error.remedy).toMatch(/\.$/);
    expect(error.message).toBe(message);
  });
});

test('the message of an impossible observation stays short with many states', () => {
  const prior = Array.from({ length: 300 }, (_, state) => (state < 100 ? 0.01 : 0));
  expect(new ImpossibleObservationError([0], ['seen'], [prior]).message).toMatch(
    /states 0, 1, 2, 3, 4, 5, 6, 7 and 92 more$/,
  );
});

test('a ModelError passes its cause on', () => {
  const cause = new Error('why');
  const details = { tensor: 'A', expected: 'a', got: 'b' };
  expect(new ModelError('INFERENCE_NEGATIVE', details, { cause }).cause).toBe(cause);
});

test('docs/errors.md lists every code, and none that is gone', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const codesOf = (text: string): string[] =>
    [...new Set(text.match(/(?<![A-Z_])INFERENCE_[A-Z_]+[A-Z]/g))].sort();
  expect(codesOf(read('../../../docs/errors.md'))).toEqual(codesOf(read('./errors.ts')));
});
