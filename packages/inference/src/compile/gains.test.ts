// At stake: G is `- [H(A q) + gain . q]`; a wrong gain sends every agent the wrong way. Tried against utility and
// information gain worked out from their definitions, for every form that a tensor can be given in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logSoftmaxColumns } from '../math/softmax.js';
import { type ModelTensor, sparseFromDense } from '../model/sparse-tensor.js';
import { randomColumns, randomSource } from '../random-model.test-fixtures.js';
import { expectedGains } from './gains.js';
import { likelihoodMatrix } from './matrix.js';

test('a gain is expected preference less ambiguity, of each state and step', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.record({ utility: fc.boolean(), stateInformation: fc.boolean() }),
      fc.constantFrom(null, 3),
      fc.constantFrom('dense', 'none', 'detect'),
      (seed, terms, steps, kept) => {
        const random = randomSource(seed);
        const A = randomColumns([3, 4], random, 0.4);
        if (seed % 2 === 0) A.data.set([0.5, 0.5, 0.5, 0.25], 0);
        const C = { shape: steps === null ? [3] : [3, steps], data: new Float64Array(3 * (steps ?? 1)) };
        C.data.forEach((_, i) => {
          C.data[i] = 4 * random() - 2;
        });
        const logs = logSoftmaxColumns(C);
        const source: ModelTensor = kept === 'dense' ? A : sparseFromDense(A, { background: kept });
        const gains = expectedGains(likelihoodMatrix(source), logs, terms);
        expect(gains).toHaveLength(4 * (steps ?? 1));
        gains.forEach((gain, i) => {
          const [step, state] = [Math.floor(i / 4), i % 4];
          let want = 0;
          for (let o = 0; o < 3; o++) {
            const p = A.data[4 * o + state]!;
            if (terms.utility) want += p * logs.data[o * (steps ?? 1) + step]!;
            if (terms.stateInformation && p > 0) want += p * Math.log(p);
          }
          expect(Math.abs(gain - want)).toBeLessThan(8 * 2 ** -23 * (1 + Math.abs(want)));
        });
      },
    ),
  );
});
