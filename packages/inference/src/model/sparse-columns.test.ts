import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomColumns, randomSource } from '../random-model.test-fixtures.js';
import { randomSparseForm } from './sparse.test-fixtures.js';
import { compressColumns, findEntry, indexRows, mixColumns, sumColumns } from './sparse-columns.js';
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

const forms = fc
  .tuple(fc.integer(), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }))
  .map(([seed, shape]) => {
    const random = randomSource(seed);
    const source = randomColumns(shape, random, 0.5);
    return { source, sparse: randomSparseForm(source, random), random };
  });

test('the row index lists every entry once, row by row, its columns ascending', () => {
  fc.assert(
    fc.property(forms, ({ sparse }) => {
      const { starts, columns, entries } = indexRows(sparse, sparse.shape[0]!);
      expect(Array.from(entries).sort((a, b) => a - b)).toEqual(Array.from(sparse.values.keys()));
      for (let row = 0; row < sparse.shape[0]!; row++) {
        for (let k = starts[row]!; k < starts[row + 1]!; k++) {
          expect(findEntry(sparse, columns[k]!, row)).toBe(entries[k]);
          if (k > starts[row]!) expect(columns[k]!).toBeGreaterThan(columns[k - 1]!);
        }
      }
    }),
  );
});

test('a column that lists every row owes the background nothing, not even rounding', () => {
  const columns = {
    background: Float64Array.of(0.1, 0.2, 0.3, 1e-17),
    starts: Int32Array.of(0, 4, 4),
    rows: Int32Array.of(0, 1, 2, 3),
    values: Float64Array.of(0, 0, 1e-30, 0),
  };
  expect(sumColumns(columns, (entry) => entry)[0]).toBe(1e-30);
  // Nor is what only a slight weight allows lost beside a great one that hides it.
  const joint = { offsets: Int32Array.of(0, 1), weights: Float64Array.of(1, 1e-20) };
  expect(mixColumns(columns, 4, joint)[0]).toBe(0.1 * 1e-20);
});
