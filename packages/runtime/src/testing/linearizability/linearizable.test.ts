// At stake: that a law never takes for linearizable what is not, or what nobody has decided. Tried with a register of three
// histories.
import { expect, test } from 'vitest';
import { deterministicModel } from './deterministic-model.js';
import { createHistoryRecorder } from './history-recorder.js';
import { linearizable } from './linearizable.js';

const register = deterministicModel({
  initial: () => 0,
  apply: (value: number, input: 'read' | number) => (input === 'read' ? [value, value] : [input, input]),
});

function historyOf(...operations: readonly (readonly ['read' | number, number])[]) {
  const history = createHistoryRecorder<'read' | number, number>();
  for (const [input, output] of operations) history.invoke('a', input).ok(output);
  return history;
}

test('an order that explains it is well', () => {
  expect(linearizable(historyOf([1, 1], ['read', 1]), register)).toBe(true);
});

test('no order is told, and drawn', () => {
  expect(linearizable(historyOf([1, 1], ['read', 0]), register)).toMatch(
    /^Not linearizable: read → 0 of a, from 2 to 3\.\n\na .*┣/,
  );
});

test('what is not decided is not well', () => {
  expect(linearizable(historyOf([1, 1], ['read', 1]), register, { configurationsMax: 1 })).toMatch(
    /^Unknown/,
  );
});
