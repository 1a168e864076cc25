// At stake: an agent that another population takes over goes on as if it had never been anywhere else: belief, last action, what it has learned and
// what it draws. Tried by having one go back and forth between two populations of a model, beside one that stays.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { gridWorld } from '../models/grid-world.js';
import { createPopulation } from './create-population.js';
import { BACKENDS, randomOutcomes, resultOf, stateOf, twoFactors } from './population.test-fixtures.js';

const model = twoFactors();
const pA = model.A.map((tensor) => {
  const dense = toDense(tensor);
  return { ...dense, data: dense.data.map((p) => 3 * p) };
});
const settings = { selection: 'stochastic', gamma: 1 } as const;

describe.each(BACKENDS)('on the %s backend', (backend) => {
  it.each([false, true])('an agent that wanders is one that stays (learning: %s)', (learns) => {
    const compiled = [1, 2].map(() =>
      compileModel(model, { backend, ...settings, ...(learns && { learning: { pA } }) }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (seed, moves) => {
        const homes = compiled.map((each) => createPopulation(each, { capacity: 3 }));
        homes[1]!.addMany(seed % 2 === 0 ? 1 : 2);
        const stayer = homes[0]!.add({ key: 7 });
        let home = 0;
        let wanderer = homes[0]!.add({ key: 7 });
        for (const [step, isToMove] of moves.entries()) {
          if (isToMove) {
            const before = stateOf(homes[home]!, wanderer);
            const left = wanderer;
            wanderer = homes[1 - home]!.adopt(wanderer, homes[home]!);
            expect(homes[home]!.has(left)).toBe(false);
            home = 1 - home;
            expect(stateOf(homes[home]!, wanderer)).toEqual(before);
          }
          const outcomes = randomOutcomes(model, 1, seed + step);
          homes[0]!.step({ agents: [stayer], outcomes });
          const expected = resultOf(homes[0]!, 0);
          homes[home]!.step({ agents: [wanderer], outcomes });
          expect(resultOf(homes[home]!, 0)).toEqual(expected);
          expect(stateOf(homes[home]!, wanderer)).toEqual(stateOf(homes[0]!, stayer));
          if (learns) expect(homes[home]!.readCounts(wanderer)).toEqual(homes[0]!.readCounts(stayer));
        }
        for (const each of homes.toReversed()) each[Symbol.dispose]();
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what cannot go on here, and changes nothing', () => {
    const home = createPopulation(compileModel(model, { backend }), { capacity: 2 });
    const agent = home.add();
    const before = stateOf(home, agent);
    const invalid = expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID' });
    const other = createPopulation(compileModel(gridWorld({ width: 2, height: 2 }), { backend }), {
      capacity: 1,
    });
    const learner = createPopulation(compileModel(model, { backend, learning: { pA } }), { capacity: 1 });
    expect(() => other.adopt(agent, home)).toThrow(invalid);
    expect(() => learner.adopt(agent, home)).toThrow(invalid);
    expect(() => home.adopt(agent, home)).toThrow(invalid);
    const full = createPopulation(compileModel(model, { backend }), { capacity: 1 });
    full.add();
    expect(() => full.adopt(agent, home)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POPULATION_FULL' }),
    );
    expect(() => full.adopt(agent + 1, home)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_AGENT_UNKNOWN' }),
    );
    expect([home.size, other.size, learner.size, full.size]).toEqual([1, 0, 0, 1]);
    expect(stateOf(home, agent)).toEqual(before);
  });
});
