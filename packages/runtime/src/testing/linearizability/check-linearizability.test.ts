// At stake: a verdict that people believe. What is not linearizable must be found, what is must pass. Tried with
// histories that everybody knows, and beside a search through all orders on any small ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinearizableByBruteForce } from './brute-force.test-fixtures.js';
import { checkLinearizability } from './check-linearizability.js';
import {
  auction,
  bank,
  counter,
  lock,
  lost,
  op,
  queue,
  type RegisterInput,
  type RegistersInput,
  register,
  registers,
} from './models.test-fixtures.js';
import { isCompleted, type Operation } from './operation.js';
import { anyHistory, correctHistory, correctSteps } from './random-histories.test-fixtures.js';
import { PENDING, Refusal, refuse, type SequentialModel } from './sequential-model.js';
import type { Verdict } from './verdict.js';

const write = (value: number) => ({ write: value });
const YES = 'linearizable';
const NO = 'not-linearizable';

describe('a register', () => {
  it.each<[string, Operation<RegisterInput, number | undefined>[], string]>([
    ['nothing at all', [], YES],
    ['a read of what was written', [op('a', 0, 1, write(1), undefined), op('b', 2, 3, 'read', 1)], YES],
    ['a stale read', [op('a', 0, 1, write(1), undefined), op('b', 2, 3, 'read', 0)], NO],
    [
      'an old value while a write is open',
      [op('a', 0, 3, write(1), undefined), op('b', 1, 2, 'read', 0)],
      YES,
    ],
    [
      'a new value while a write is open',
      [op('a', 0, 3, write(1), undefined), op('b', 1, 2, 'read', 1)],
      YES,
    ],
    [
      'new, then old, while a write is open',
      [op('a', 0, 9, write(1), undefined), op('b', 1, 2, 'read', 1), op('b', 3, 4, 'read', 0)],
      NO,
    ],
    [
      'two readers who see two writes in opposite orders',
      [
        op('a', 0, 9, write(1), undefined),
        op('b', 0, 9, write(2), undefined),
        op('c', 1, 2, 'read', 1),
        op('c', 5, 6, 'read', 2),
        op('d', 3, 4, 'read', 2),
        op('d', 7, 8, 'read', 1),
      ],
      NO,
    ],
    ['a value that nobody wrote', [op('a', 0, 1, 'read', 7)], NO],
    ['a touch, which is an overlap', [op('a', 0, 1, write(1), undefined), op('b', 1, 2, 'read', 0)], YES],
    [
      'a touch within one process, which is none',
      [op('a', 0, 1, write(1), undefined), op('a', 1, 2, 'read', 0)],
      NO,
    ],
    [
      'a process all of whose operations share a stamp',
      [op('a', 5, 5, write(1), undefined), op('a', 5, 5, 'read', 0)],
      NO,
    ],
    [
      'the same, listed the other way round',
      [op('a', 5, 5, 'read', 0), op('a', 5, 5, write(1), undefined)],
      YES,
    ],
    ['a lost write that was seen', [lost('a', 0, write(1)), op('b', 5, 6, 'read', 1)], YES],
    ['a lost write that was not seen', [lost('a', 0, write(1)), op('b', 5, 6, 'read', 0)], YES],
    [
      'a lost write that was seen and then not',
      [lost('a', 0, write(1)), op('b', 5, 6, 'read', 1), op('b', 7, 8, 'read', 0)],
      NO,
    ],
    ['a lost write that was seen before it', [op('b', 0, 1, 'read', 1), lost('a', 2, write(1))], NO],
    [
      'a given up write that comes late',
      [
        lost('a', 0, write(1), 1),
        op('a', 2, 3, write(2), undefined),
        op('b', 4, 5, 'read', 2),
        op('b', 6, 7, 'read', 1),
      ],
      YES,
    ],
    ['one lost write for two effects', [lost('a', 0, write(1)), ...oneTwoOne()], NO],
    [
      'two lost writes for two effects',
      [lost('a', 0, write(1)), lost('b', 0, write(1)), ...oneTwoOne()],
      YES,
    ],
  ])('%s', (_, history, outcome) => {
    expect(checkLinearizability(history, register).outcome).toBe(outcome);
  });

  function oneTwoOne() {
    return [
      op('c', 1, 2, 'read' as const, 1),
      op('c', 3, 4, write(2), undefined),
      op('c', 5, 6, 'read' as const, 1),
    ];
  }
});

describe('other objects', () => {
  const verdictsOf = <S, I, O>(model: SequentialModel<S, I, O>, histories: [Operation<I, O>[], string][]) => {
    for (const [history, outcome] of histories)
      expect(checkLinearizability(history, model).outcome, JSON.stringify(history)).toBe(outcome);
  };

  it('a queue, as in the first figure of Herlihy and Wing (1990)', () => {
    const enqueue = (item: string) => ({ enqueue: item });
    verdictsOf(queue, [
      [
        [
          op('a', 0, 2, enqueue('x'), undefined),
          op('b', 1, 3, enqueue('y'), undefined),
          op('b', 4, 6, 'dequeue', 'x'),
          op('a', 5, 7, 'dequeue', 'y'),
          op('a', 8, 9, enqueue('z'), undefined),
        ],
        YES,
      ],
      [
        [
          op('a', 0, 1, enqueue('x'), undefined),
          op('b', 2, 3, enqueue('y'), undefined),
          op('a', 4, 5, 'dequeue', 'y'),
        ],
        NO,
      ],
      [[op('a', 0, 9, enqueue('x'), undefined), op('b', 1, 2, 'dequeue', 'x')], YES],
      [
        [
          op('a', 0, 2, enqueue('x'), undefined),
          op('b', 1, 3, enqueue('y'), undefined),
          op('a', 4, 6, 'dequeue', 'y'),
          op('b', 5, 7, 'dequeue', 'y'),
        ],
        NO,
      ],
    ]);
  });

  it('a counter: a lost update, and a reading that goes back', () => {
    verdictsOf(counter, [
      [[op('a', 0, 2, 'increment', 1), op('b', 1, 3, 'increment', 2)], YES],
      [[op('a', 0, 2, 'increment', 2), op('b', 1, 3, 'increment', 1)], YES],
      [[op('a', 0, 2, 'increment', 1), op('b', 1, 3, 'increment', 1)], NO],
      [[op('a', 0, 9, 'increment', 1), op('b', 1, 2, 'read', 1), op('b', 3, 4, 'read', 0)], NO],
    ]);
  });

  it('a lock: granted to two, and to another after the first was lost', () => {
    const acquire = (who: string) => ({ acquire: who });
    const release = (who: string) => ({ release: who });
    verdictsOf(lock, [
      [[op('a', 0, 3, acquire('a'), true), op('b', 1, 4, acquire('b'), true)], NO],
      [[op('a', 0, 3, acquire('a'), true), op('b', 1, 4, acquire('b'), false)], YES],
      [
        [op('a', 0, 1, acquire('a'), true), lost('a', 2, release('a')), op('b', 3, 4, acquire('b'), true)],
        YES,
      ],
      [
        [op('a', 0, 1, acquire('a'), true), op('b', 3, 4, acquire('b'), true), lost('a', 5, release('a'))],
        NO,
      ],
      [[lost('a', 0, acquire('a')), op('b', 1, 2, acquire('b'), false)], YES],
    ]);
  });

  it('a bank: money spent twice', () => {
    const pay = (from: string, to: string, amount: number) => ({ from, to, amount });
    verdictsOf(bank, [
      [[op('a', 0, 2, pay('ann', 'bob', 10), true), op('b', 1, 3, pay('ann', 'bob', 10), true)], NO],
      [[op('a', 0, 2, pay('ann', 'bob', 10), true), op('b', 1, 3, pay('ann', 'bob', 10), false)], YES],
      [[op('a', 0, 3, pay('bob', 'ann', 5), true), op('b', 1, 2, pay('ann', 'bob', 7), true)], YES],
    ]);
  });

  it('an auction: a bid that leads after a higher one, and a winner who did not', () => {
    const bid = (bidder: string, amount: number) => ({ bidder, bid: amount });
    verdictsOf(auction, [
      [
        [op('a', 0, 2, bid('a', 5), true), op('b', 1, 3, bid('b', 3), true), op('c', 4, 5, 'close', 'a')],
        YES,
      ],
      [[op('a', 0, 1, bid('a', 5), true), op('b', 2, 3, bid('b', 3), true), op('c', 4, 5, 'close', 'a')], NO],
      [[op('a', 0, 1, bid('a', 5), true), op('b', 2, 3, bid('b', 7), true), op('c', 4, 5, 'close', 'a')], NO],
      [[op('a', 0, 1, bid('a', 5), true), lost('b', 2, bid('b', 7)), op('c', 4, 5, 'close', 'b')], YES],
    ]);
  });

  it('one that may answer as it likes', () => {
    const dice: SequentialModel<null, 'roll', number> = {
      initial: () => null,
      apply: (state, _, eyes) =>
        eyes === PENDING || (eyes >= 1 && eyes <= 6) ? state : refuse('has six sides'),
    };
    verdictsOf(dice, [
      [[op('a', 0, 1, 'roll', 6), op('a', 2, 3, 'roll', 1), lost('b', 0, 'roll')], YES],
      [[op('a', 0, 1, 'roll', 7)], NO],
    ]);
  });
});

const registerInput = fc.oneof(fc.constant('read' as const), fc.nat(2).map(write));
const registerOutput = (state: number, input: RegisterInput) => (input === 'read' ? state : undefined);

/** Any reads and writes; a write answers nothing, or it would never be explained. */
const anyRegisterHistory = (operationsMax: number) =>
  anyHistory(registerInput, fc.nat(2), operationsMax).map(
    (history) =>
      history.map((each) =>
        isCompleted(each) && each.input !== 'read' ? { ...each, output: undefined } : each,
      ) as Operation<RegisterInput, number | undefined>[],
  );

/** The order is one: what must be in it is, once; no two stand against their time; the model agrees to each state. */
function expectWitness<S, I, O>(
  verdict: Verdict<S, I, O>,
  history: readonly Operation<I, O>[],
  model: SequentialModel<S, I, O>,
) {
  if (verdict.outcome !== YES) throw new Error(`is ${verdict.outcome}`);
  const placed = verdict.linearizations.flatMap(({ order }) => order.map(({ operation }) => operation));
  expect(new Set(placed).size).toBe(placed.length);
  expect(placed).toEqual(expect.arrayContaining(history.filter(isCompleted)));
  for (const { key, order } of verdict.linearizations) {
    let state = model.initial(key);
    for (const [i, { operation, state: expected }] of order.entries()) {
      const next = model.apply(state, operation.input, isCompleted(operation) ? operation.output : PENDING);
      if (next instanceof Refusal) throw new Error(next.why);
      expect(next).toEqual(expected);
      state = next;
      for (const { operation: later } of order.slice(i + 1))
        expect((later.returnedAt ?? Number.POSITIVE_INFINITY) >= operation.calledAt).toBe(true);
    }
  }
}

describe('the search', () => {
  it('agrees with trying all orders, and its order is one', () => {
    const seen = { [YES]: 0, [NO]: 0 };
    fc.assert(
      fc.property(anyRegisterHistory(6), (history) => {
        const verdict = checkLinearizability(history, register);
        const expected = isLinearizableByBruteForce(history, register) ? YES : NO;
        expect(verdict.outcome).toBe(expected);
        if (expected === YES) expectWitness(verdict, history, register);
        seen[expected]++;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen[YES], seen[NO])).toBeGreaterThan(200);
  });

  it('agrees on a lock, whose every operation may change the state', () => {
    const input = fc.oneof(
      fc.constantFrom('x', 'y').map((who) => ({ acquire: who })),
      fc.constantFrom('x', 'y').map((who) => ({ release: who })),
    );
    fc.assert(
      fc.property(anyHistory(input, fc.boolean(), 6), (history) => {
        const expected = isLinearizableByBruteForce(history, lock) ? YES : NO;
        expect(checkLinearizability(history, lock).outcome).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('lets pass what a sequential run was, however its intervals are widened', () => {
    fc.assert(
      fc.property(correctSteps(registerInput, 60), (steps) => {
        const history = correctHistory(steps, register, registerOutput);
        expectWitness(checkLinearizability(history, register), history, register);
      }),
      { numRuns: 200 },
    );
  });

  it('judges a changed output as trying all orders does', () => {
    fc.assert(
      fc.property(correctSteps(registerInput, 7), fc.nat(), fc.nat(3), (steps, which, output) => {
        const history = correctHistory(steps, register, registerOutput);
        const reads = history.flatMap((each, index) =>
          isCompleted(each) && each.input === 'read' ? index : [],
        );
        fc.pre(reads.length > 0);
        const index = reads[which % reads.length]!;
        const changed = history.with(index, { ...history[index]!, output } as (typeof history)[number]);
        const expected = isLinearizableByBruteForce(changed, register) ? YES : NO;
        expect(checkLinearizability(changed, register).outcome).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('tries lost operations of one input in one order only', () => {
    const increments = Array.from({ length: 30 }, (_, i) => lost(i, i, 'increment' as const));
    const verdict = checkLinearizability([...increments, op('r', 40, 41, 'read' as const, 31)], counter);
    expect(verdict.outcome).toBe(NO);
    expect(verdict.configurations).toBe(30);
  });

  it('says unknown at its bound, and neither yes nor no', () => {
    fc.assert(
      fc.property(anyRegisterHistory(8), fc.integer({ min: 1, max: 20 }), (history, configurationsMax) => {
        const unbounded = checkLinearizability(history, register);
        const bounded = checkLinearizability(history, register, { configurationsMax });
        if (bounded.outcome === 'unknown') {
          expect(bounded).toMatchObject({ configurationsMax, configurations: configurationsMax });
          expect(unbounded.configurations).toBeGreaterThanOrEqual(configurationsMax);
        } else expect(bounded.outcome).toBe(unbounded.outcome);
      }),
    );
  });
});

describe('partition', () => {
  const key = fc.constantFrom('x', 'y', 'z');
  const input: fc.Arbitrary<RegistersInput> = fc.oneof(
    fc.record({ key, read: fc.constant(true as const) }),
    fc.record({ key, write: fc.nat(2) }),
  );
  const parted = { ...registers, partition: (each: RegistersInput) => each.key };
  const outputOf = (state: Readonly<Record<string, number>>, each: RegistersInput) =>
    'read' in each ? (state[each.key] ?? 0) : undefined;

  it('changes no verdict', () => {
    const seen = { [YES]: 0, [NO]: 0, unknown: 0 };
    fc.assert(
      fc.property(correctSteps(input, 20), fc.nat(), fc.nat(2), (steps, which, output) => {
        const correct = correctHistory(steps, registers, outputOf);
        fc.pre(correct.length > 0);
        const index = which % correct.length;
        const one = correct[index]!;
        const history =
          isCompleted(one) && 'read' in one.input ? correct.with(index, { ...one, output }) : correct;
        const whole = checkLinearizability(history, registers);
        const verdict = checkLinearizability(history, parted);
        expect(verdict.outcome).toBe(whole.outcome);
        if (verdict.outcome === YES) expectWitness(verdict, history, parted);
        if (verdict.outcome === NO)
          expect(verdict.counterexample.failed.input.key).toBe(verdict.counterexample.key);
        seen[verdict.outcome]++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen[YES], seen[NO])).toBeGreaterThan(30);
  });

  it('keeps the order of its parts, and gives each its own first state', () => {
    const opened = { ...register, initial: (part?: string | number) => (part === 'y' ? 5 : 0) };
    const model: SequentialModel<number, RegistersInput, number | undefined> = {
      initial: opened.initial,
      apply: (state, each, output) => register.apply(state, 'read' in each ? 'read' : each, output),
      partition: (each) => each.key,
    };
    const history = [
      op('a', 0, 1, { key: 'y', read: true as const }, 5),
      op('a', 2, 3, { key: 'y', read: true as const }, 5),
      op('a', 4, 5, { key: 'x', read: true as const }, 0),
    ];
    const verdict = checkLinearizability(history, model);
    expect(verdict).toMatchObject({ outcome: YES, linearizations: [{ key: 'y' }, { key: 'x' }] });
  });

  it('finds what is wrong in a short part though a long one takes too many configurations', () => {
    const read = (at: number, name: string, value: number) =>
      op(`${name}${at}`, at, at + 1, { key: name, read: true as const }, value);
    const history = [...Array.from({ length: 50 }, (_, i) => read(2 * i, 'x', 0)), read(200, 'y', 1)];
    expect(checkLinearizability(history, parted, { configurationsMax: 10 })).toMatchObject({
      outcome: NO,
      counterexample: { key: 'y' },
    });
    expect(checkLinearizability(history.slice(0, 50), parted, { configurationsMax: 10 })).toMatchObject({
      outcome: 'unknown',
      key: 'x',
    });
  });
});

describe('what a model must not', () => {
  it('change the state that it is given', () => {
    const tally: SequentialModel<number[], number, undefined> = {
      initial: () => [],
      apply: (state, input) => {
        state.push(input);
        return state;
      },
    };
    expect(() => checkLinearizability([op('a', 0, 1, 1, undefined)], tally)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'apply' }),
    );
  });

  it('have states that cannot be told apart, unless it says how', () => {
    class Box {
      readonly value: number;
      constructor(value: number) {
        this.value = value;
      }
    }
    const boxed: SequentialModel<Box, RegisterInput, number | undefined> = {
      initial: () => new Box(0),
      apply: (box, input, output) => {
        const answer = register.apply(box.value, input, output);
        return answer instanceof Refusal ? answer : new Box(answer);
      },
    };
    const history = [op('a', 0, 1, write(1), undefined), op('a', 2, 3, 'read' as const, 1)];
    expect(() => checkLinearizability(history, boxed)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'stateKey' }),
    );
    const keyed = { ...boxed, stateKey: (box: Box) => box.value };
    expect(checkLinearizability(history, keyed).outcome).toBe(YES);
  });

  it.each([0, -1, Number.NaN])('explore %s configurations', (configurationsMax) => {
    expect(() => checkLinearizability([], register, { configurationsMax })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'configurationsMax' }),
    );
  });
});
