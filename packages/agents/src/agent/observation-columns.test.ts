// At stake: a population never sees what it would refuse, and is shown everything that it takes. Tried with good and bad observations, beside the
// reference that takes them one by one.
import { inferStates, NOT_OBSERVED, type Observation, prepareModel, SOFT_OUTCOME } from '@skein/inference';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lamp, track } from './lane-agents.test-fixtures.js';
import { type LaneObservation, ObservationColumns } from './observation-columns.js';

const prepared = prepareModel(lamp);

it('takes exactly what the reference takes', () => {
  const number = fc.oneof(
    fc.integer({ min: -2, max: 3 }),
    fc.constantFrom(Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 32),
  );
  const good = fc.constantFrom<Observation>(0, 1, null, [0.25, 0.75], [1, 0]);
  const weights = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1, -1, Number.NaN), { maxLength: 3 });
  const one = fc.oneof(number, weights, fc.constantFrom(null, undefined as never, 'one' as never));
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.oneof(fc.array(one, { maxLength: 3 }), fc.tuple(good, fc.oneof(good, one))),
      (observations) => {
        const columns = new ObservationColumns(lamp.shape, 2);
        const attempt = (take: () => unknown): string | undefined => {
          try {
            take();
            return undefined;
          } catch (error) {
            return (error as { code?: string }).code ?? 'none';
          }
        };
        const refusal = attempt(() => inferStates(prepared, { observations }));
        expect(attempt(() => columns.write(1, observations))).toBe(refusal);
        seen[refusal === undefined ? 'taken' : 'refused']++;
        if (refusal !== undefined) return;
        for (const [m, observation] of observations.entries()) {
          const outcome = columns.outcomes[m]![1]!;
          if (observation === null) expect(outcome).toBe(NOT_OBSERVED);
          else if (typeof observation === 'number') expect(outcome).toBe(observation);
          else {
            expect(outcome).toBe(SOFT_OUTCOME);
            expect(Array.from(columns.weights[m]!.subarray(2, 4))).toEqual(observation);
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(seen.taken).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(500);
});

it('takes a bare outcome for a model of one modality, and a row of a column', () => {
  const one = new ObservationColumns(track.shape, 1);
  one.write(0, 3);
  expect(one.outcomes[0]![0]).toBe(3);
  one.write(0, -1);
  expect(one.outcomes[0]![0]).toBe(NOT_OBSERVED);
  const two = new ObservationColumns(lamp.shape, 1);
  two.write(0, Int32Array.of(-1, 1));
  expect(two.outcomes.map(([outcome]) => outcome)).toEqual([NOT_OBSERVED, 1]);
  for (const wrong of [1, Int32Array.of(-2, 0), Int32Array.of(0, 2), Int32Array.of(0), undefined])
    expect(() => two.write(0, wrong as LaneObservation)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OBSERVATION_INVALID' }),
    );
});
