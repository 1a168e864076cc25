// At stake: that plots show the figures of the page. Tried on what is written for a page, read back.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownOf, measure } from './measure.js';
import { numberIn, tablesOf } from './page-tables.js';

test('what was written for a page is read back, to the digits that are written', () => {
  const value = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
  const agents = fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(agents, value, (counts, first) => {
      const written = counts.map((count, i) =>
        measure({
          bench: 'steps',
          model: 'ii',
          agents: count,
          threads: 1,
          metric: 'p50',
          unit: 'ms',
          value: first / (i + 1),
          least: 1,
          most: 2,
        }),
      );
      const page = `# A page\n\n**steps**\n\n${markdownOf(written)}\n\n**others**\n\n${markdownOf(written.slice(1))}\n\nEnd.\n`;
      const rows = tablesOf(page).get('steps')!;
      expect(rows.map((row) => numberIn(row.get('agents')))).toEqual(counts);
      for (const [i, row] of rows.entries())
        expect(numberIn(row.get('p50, ms'))! / written[i]!.value).toBeCloseTo(1, 1);
      expect(numberIn('')).toBeUndefined();
    }),
  );
});
