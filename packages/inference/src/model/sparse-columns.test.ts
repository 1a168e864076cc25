import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomColumns, randomSource } from '../random-model.test-fixtures.js';
import { compressColumns } from './sparse-columns.js';
import { elementCount } from './tensor.js';

// At stake: predictions read B only through this form; it must be the same tensor.
test('spreading the columns out again gives the tensor back, and no zero is kept', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      (seed, shape) => {
        const source = randomColumns(shape, randomSource(seed), 0.5);
        const { starts, rows, values } = compressColumns(source);
        const columnCount = elementCount(shape.slice(1));
        const back = new Float64Array(source.data.length);
        for (let column = 0; column < columnCount; column++) {
          for (let k = starts[column]!; k < starts[column + 1]!; k++) {
            expect(values[k]).not.toBe(0);
            back[rows[k]! * columnCount + column] = values[k]!;
          }
        }
        expect(back).toEqual(source.data);
      },
    ),
  );
});
