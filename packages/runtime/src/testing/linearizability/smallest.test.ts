// At stake: that people look at the operations that matter, and at all of them. Tried with faults amid traffic that has
// nothing to do with them, and beside a search through all orders.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinearizableByBruteForce } from './brute-force.test-fixtures.js';
import { checkLinearizability, type LinearizabilityOptions } from './check-linearizability.js';
import { counter, lock, lost, op, register } from './models.test-fixtures.js';
import { isCompleted, type Operation } from './operation.js';
import { anyHistory } from './random-histories.test-fixtures.js';
import { PENDING, type SequentialModel } from './sequential-model.js';
import type { Counterexample } from './verdict.js';

function counterexampleOf<S, I, O>(
  history: readonly Operation<I, O>[],
  model: SequentialModel<S, I, O>,
  options?: LinearizabilityOptions,
): Counterexample<S, I, O> {
  const verdict = checkLinearizability(history, model, options);
  if (verdict.outcome !== 'not-linearizable') throw new Error(`is ${verdict.outcome}`);
  return verdict.counterexample;
}

const write = (value: number) => ({ write: value });

describe('a counterexample', () => {
  const staleRead = [
    op('a', 0, 1, write(1), undefined),
    op('a', 2, 3, write(2), undefined),
    op('c', 4, 20, write(3), undefined),
    op('b', 5, 6, 'read' as const, 1),
    op('b', 7, 8, 'read' as const, 2),
  ];

  it('tells how far it went, what failed there, and what the model said', () => {
    const [first, second, open, failed] = staleRead;
    expect(counterexampleOf(staleRead, register)).toEqual({
      key: undefined,
      operations: staleRead,
      failed,
      prefix: [
        { operation: first, state: 1 },
        { operation: second, state: 2 },
        { operation: open, state: 3 },
      ],
      state: 3,
      refused: [{ operation: failed, why: 'would have answered 3' }],
      smallest: [second, failed],
      isSmallest: true,
    });
  });

  it('names all that might have come next, the failed one first', () => {
    const history = [
      op('a', 0, 1, { acquire: 'a' }, true),
      op('d', 2, 9, { release: 'd' }, true),
      op('b', 2, 5, { acquire: 'b' }, true),
      op('c', 3, 6, { acquire: 'c' }, true),
    ];
    const { failed, refused } = counterexampleOf(history, lock);
    expect(failed).toBe(history[2]);
    expect(refused).toEqual([
      { operation: history[2], why: 'would have answered false' },
      { operation: history[1], why: 'would have answered false' },
      { operation: history[3], why: 'would have answered false' },
    ]);
  });

  it('has an order until just before the failed one returns, and there is none with it', () => {
    fc.assert(
      fc.property(
        anyHistory(fc.constantFrom('read' as const, 'increment' as const), fc.nat(3), 6),
        (history) => {
          const verdict = checkLinearizability(history, counter);
          fc.pre(verdict.outcome === 'not-linearizable');
          const { failed, prefix, state, refused } = verdict.counterexample;
          const called = history.filter((each) => each.calledAt <= failed.returnedAt);
          expect(isLinearizableByBruteForce(called, counter)).toBe(false);
          const placed = prefix.map(({ operation }) => operation);
          expect(placed).toEqual(
            expect.arrayContaining(
              called.filter((each) => isCompleted(each) && each.returnedAt < failed.returnedAt),
            ),
          );
          expect(placed).not.toContain(failed);
          const shown = checkLinearizability(placed, counter);
          expect(shown.outcome).toBe('linearizable');
          expect(prefix.at(-1)?.state ?? 0).toBe(state);
          expect(refused[0]!.operation).toBe(failed);
          for (const { operation, why } of refused) {
            expect(counter.apply(state, operation.input, operation.output ?? PENDING)).toEqual({ why });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the smallest history', () => {
  it.each<{ fault: string; history: Operation<'read' | 'increment', number>[]; kept: number[] }>([
    {
      fault: 'a lost update',
      history: [
        op('a', 0, 1, 'increment', 1),
        op('a', 2, 4, 'increment', 2),
        op('b', 3, 5, 'increment', 2),
        op('a', 6, 7, 'read', 2),
      ],
      kept: [1, 2],
    },
    {
      fault: 'a count that goes back',
      history: [
        op('a', 0, 20, 'increment', 1),
        op('b', 1, 2, 'read', 0),
        op('b', 3, 4, 'read', 1),
        lost('c', 4, 'read'),
        op('b', 5, 6, 'read', 0),
      ],
      kept: [2, 4],
    },
  ])('of $fault is what contradicts itself', ({ history, kept }) => {
    const { smallest } = counterexampleOf(history, counter);
    expect(smallest).toEqual(kept.map((index) => history[index]));
  });

  it('of a lock granted twice is its two grants', () => {
    const rounds = Array.from({ length: 20 }, (_, i) => [
      op('a', 10 * i, 10 * i + 1, { acquire: 'a' }, true),
      op('a', 10 * i + 2, 10 * i + 3, { release: 'a' }, true),
    ]).flat();
    const twice = [
      op('a', 300, 301, { acquire: 'a' }, true),
      op('b', 302, 303, { acquire: 'b' }, true),
      op('a', 304, 305, { release: 'a' }, true),
    ];
    expect(counterexampleOf([...rounds, ...twice], lock)).toMatchObject({
      smallest: twice.slice(0, 2),
      isSmallest: true,
    });
  });

  it('fails, whatever the others did, and with one less it need not', () => {
    fc.assert(
      fc.property(
        anyHistory(fc.constantFrom('read' as const, 'increment' as const), fc.nat(3), 6),
        (history) => {
          const verdict = checkLinearizability(history, counter);
          fc.pre(verdict.outcome === 'not-linearizable');
          const { smallest, isSmallest } = verdict.counterexample;
          const failsWith = (required: readonly unknown[]) =>
            !isLinearizableByBruteForce(
              history,
              counter,
              new Set(history.filter((each) => !required.includes(each))),
            );
          expect(isSmallest).toBe(true);
          expect(failsWith(smallest)).toBe(true);
          expect(checkLinearizability(smallest, counter).outcome).toBe('not-linearizable');
          for (const one of smallest) expect(failsWith(smallest.filter((each) => each !== one))).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is what could be found within the bound, and still fails', () => {
    const writes = Array.from({ length: 9 }, (_, i) => op(i, 0, 100, write(i), undefined));
    const reads = Array.from({ length: 6 }, (_, i) =>
      op('r', 10 * i + 1, 10 * i + 2, 'read' as const, i % 3),
    );
    const history = [...writes, ...reads];
    const { configurations } = checkLinearizability(history, register);
    const found = counterexampleOf(history, register, { configurationsMax: configurations + 1 });
    expect(found.isSmallest).toBe(false);
    expect(checkLinearizability(found.smallest, register).outcome).toBe('not-linearizable');
  });
});
