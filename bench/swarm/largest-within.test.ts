// At stake: the number of agents that fit into a tick is the largest that does, and is soon found. Tried on limits that are known, and on rounds that
// are as uneven as those of a busy machine.
import { quantileOf } from '@skein/cli';
import { keyedUniform } from '@skein/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestWithin, type Trial } from './largest-within.js';
import { roundsWithin } from './rounds-within.js';

/** What a trial says where the limit is known, and suggestions are off by some factor. */
function trialOf(count: number, limit: number, off: number): Trial {
  return { isWithin: count <= limit, suggested: Math.max(limit, 0.1) * off };
}

const limits = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2000 }));

test('the largest within a limit is found, wherever the search begins and whatever is suggested', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        limit: limits,
        first: fc.integer({ min: 1, max: 1500 }),
        most: fc.integer({ min: 1, max: 1000 }),
        off: fc.double({ min: 0.01, max: 100, noNaN: true }),
      }),
      async ({ limit, first, most, off }) => {
        const tried: number[] = [];
        const attempt = async (count: number): Promise<Trial> => {
          tried.push(count);
          return trialOf(count, limit, off);
        };
        expect(await largestWithin(attempt, { first, most, precision: 0 })).toBe(Math.min(limit, most));
        expect(tried.every((count) => count >= 1 && count <= most)).toBe(true);
      },
    ),
  );
});

test('a precision saves tries, and costs no more than it says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0.97, max: 1.03, noNaN: true }),
      async (limit, off) => {
        let tries = 0;
        const attempt = async (count: number): Promise<Trial> => {
          tries++;
          return trialOf(count, limit, off);
        };
        const found = await largestWithin(attempt, { first: 1000, most: 200_000, precision: 0.1 });
        expect(found).toBeLessThanOrEqual(limit);
        expect(limit - found).toBeLessThanOrEqual(Math.max(0, 0.1 * found));
        expect(tries).toBeLessThanOrEqual(10);
      },
    ),
  );
});

test('what only hasty trials call within is not the answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1000 }), fc.integer({ min: 0, max: 300 }), async (limit, luck) => {
      const attempt = async (count: number, isThorough: boolean): Promise<Trial> =>
        trialOf(count, isThorough ? limit : limit + luck, 1);
      const range = { first: 100, most: 5000, precision: 0.1 };
      const found = await largestWithin(attempt, range);
      expect(found).toBeLessThanOrEqual(limit);
      expect(limit - found).toBeLessThanOrEqual(Math.max(1, 0.2 * limit));
    }),
  );
});

/** Rounds that take so long for each agent, some a third longer, and now and then one a pause of some ms. */
class UnevenMachine {
  spentMs = 0;
  readonly #msPerAgent: number;
  readonly #random: () => number;

  constructor(msPerAgent: number, seed: number) {
    this.#msPerAgent = msPerAgent;
    let draws = 0;
    this.#random = () => keyedUniform(seed, 0, draws++, 0);
  }

  round(agents: number): number {
    const random = this.#random;
    const pauseMs = random() < 0.004 ? 20 * random() : 0;
    const ms = agents * this.#msPerAgent * (1 + 0.33 * random()) + pauseMs;
    this.spentMs += ms;
    return ms;
  }
}

test('of uneven rounds it finds the number whose 99th percentile is at the limit, within seconds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -4000, max: 1500 }),
      fc.double({ min: 0.3, max: 2, noNaN: true }),
      fc.integer({ min: 1, max: 2 ** 31 }),
      async (logMs, guessedOff, seed) => {
        const msPerAgent = 10 ** (logMs / 1000);
        const machine = new UnevenMachine(msPerAgent, seed);
        const limitMs = 10;
        let final = Number.NaN;
        const attempt = async (count: number, isThorough: boolean): Promise<Trial> => {
          const rule = { limitMs, share: 0.99, rounds: isThorough ? 300 : 100 };
          const verdict = await roundsWithin(() => machine.round(count), rule, isThorough);
          if (isThorough && verdict.isWithin) final = verdict.rounds;
          return { isWithin: verdict.isWithin, suggested: (count * limitMs) / verdict.quantileMs };
        };
        const first = Math.ceil((guessedOff * limitMs) / msPerAgent / 2);
        const found = await largestWithin(attempt, { first, most: 200_000, precision: 0.1 });
        const { spentMs } = machine;
        if (found === 0) {
          expect(msPerAgent * 1.33).toBeGreaterThan(0.97 * limitMs);
          return;
        }
        expect(final).toBe(300);
        const samples = Array.from({ length: 20_000 }, () => machine.round(found));
        const p99Ms = quantileOf(samples, 0.99);
        expect(p99Ms).toBeLessThan(1.05 * limitMs);
        expect(p99Ms * Math.max(1.2, (1.1 * (found + 1)) / found)).toBeGreaterThan(limitMs);
        expect(spentMs).toBeLessThan(12_000);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
}, 60_000);

test('rounds are looked at until it is decided', async () => {
  const rule = { limitMs: 10, share: 0.99, rounds: 200 };
  const take = async (ms: number, isThorough: boolean) => roundsWithin(() => ms, rule, isThorough);
  expect(await take(30, true)).toEqual({ isWithin: false, quantileMs: 30, rounds: 3 });
  expect(await take(30, false)).toEqual({ isWithin: false, quantileMs: 30, rounds: 2 });
  expect(await take(1, false)).toEqual({ isWithin: true, quantileMs: 1, rounds: 40 });
  expect(await take(1, true)).toEqual({ isWithin: true, quantileMs: 1, rounds: 200 });
  expect(await take(9, false)).toEqual({ isWithin: true, quantileMs: 9, rounds: 200 });
});
