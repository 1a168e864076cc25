// At stake: a soak run of ten thousand operations gets a verdict, not a timeout. Tried with runs of ten clients whose
// operations overlap, correct and with one fault; what is counted are configurations, not time.
import { keyedUniform, streamOf } from '@skein/random';
import { describe, expect, it } from 'vitest';
import { checkLinearizability } from './check-linearizability.js';
import { type RegistersInput, registers } from './models.test-fixtures.js';
import type { CompletedOperation, Operation } from './operation.js';

type RegistersOperation = CompletedOperation<RegistersInput, number | undefined>;

const OPERATIONS = 10_000;
const CLIENTS = 10;
const parted = { ...registers, partition: ({ key }: RegistersInput) => key };

/**
 * Reads and writes that take effect at the moments 1, 2, 3, …, each somewhere within its interval. A client calls
 * its next one when its last has returned.
 */
function correctRun(seed: number, keys: number, valueCount = 100): RegistersOperation[] {
  let draws = 0;
  const random = () => keyedUniform(seed, streamOf('history'), 0, draws++);
  const values = new Map<string, number>();
  const freeAt = new Array<number>(CLIENTS).fill(0);
  return Array.from({ length: OPERATIONS }, (_, i) => {
    const process = freeAt.indexOf(Math.min(...freeAt));
    const moment = Math.max(i + 1, freeAt[process]!);
    const calledAt = freeAt[process]! + (moment - freeAt[process]!) * random();
    const returnedAt = Math.max(moment, i + 1 + random() * CLIENTS);
    freeAt[process] = returnedAt + 0.001;
    const key = `key ${Math.floor(random() * keys)}`;
    if (random() < 0.5)
      return { process, input: { key, read: true }, output: values.get(key) ?? 0, calledAt, returnedAt };
    const value = i % valueCount;
    values.set(key, value);
    return { process, input: { key, write: value }, output: undefined, calledAt, returnedAt };
  });
}

describe('ten thousand operations of ten clients', () => {
  it('on one register', () => {
    expect(checkLinearizability(correctRun(1, 1), registers).outcome).toBe('linearizable');
  });

  it('on ten registers, each by itself', () => {
    const verdict = checkLinearizability(correctRun(2, 10), parted);
    expect(verdict.outcome).toBe('linearizable');
    expect(verdict.configurations).toBeLessThan(2 * OPERATIONS);
  });

  it('with a value that comes back long after it was overwritten', () => {
    const history = correctRun(3, 10, OPERATIONS);
    const at = history.findIndex(({ input }, i) => i > 9000 && 'read' in input);
    const { key } = history[at]!.input;
    const [first] = history.filter(({ input }) => 'write' in input && input.key === key);
    const output = first !== undefined && 'write' in first.input ? first.input.write : undefined;
    const changed = history.with(at, { ...history[at]!, output });
    const verdict = checkLinearizability(changed, parted);
    if (verdict.outcome !== 'not-linearizable') throw new Error(`is ${verdict.outcome}`);
    const { failed, smallest, isSmallest } = verdict.counterexample;
    expect(failed).toBe(changed[at]);
    expect(isSmallest).toBe(true);
    const [seen, read, ...rest] = smallest;
    expect([read, rest]).toEqual([failed, []]);
    // Whether it is a write or a read of a later value: it makes the first one history.
    expect(seen!.calledAt).toBeGreaterThan(first!.returnedAt);
    expect(seen!.returnedAt).toBeLessThan(failed.returnedAt);
  });

  it('of which a hundred never returned', () => {
    const history: Operation<RegistersInput, number | undefined>[] = correctRun(4, 10);
    for (let i = 50; i < history.length; i += 100) {
      const { process, input, calledAt, returnedAt } = history[i]!;
      history[i] = { process, input, calledAt, abandonedAt: returnedAt! };
    }
    expect(checkLinearizability(history, parted).outcome).toBe('linearizable');
  });
});
