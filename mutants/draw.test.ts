// At stake: figures of two runs can be compared, and a fault is a fault of one line that a compiler would read. Tried on the sources that are
// broken in earnest, with seeds and counts of all sizes.
import { fileURLToPath } from 'node:url';
import { fc } from '@fast-check/vitest';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { AREAS, areaOf, sourcesOf } from './areas.js';
import { applyMutant, drawMutants, placesIn } from './draw.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = AREAS.flatMap((area) => sourcesOf(root, area));
const textOf = new Map(sources.map(({ file, text }) => [file, text]));
const places = placesIn(sources);

const seeds = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

test('the sources are those of the kernel, the rings and supervision, and no tests', () => {
  const files = sources.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(['packages/runtime/src/kernel/mail-pool.ts']));
  expect(files).toEqual(expect.arrayContaining(['packages/transport/src/ring/spsc-ring.ts']));
  expect(files).toEqual(expect.arrayContaining(['packages/transport/src/frame.ts']));
  expect(files.filter((file) => /\.(test|test-fixtures|bench)\.ts$/.test(file))).toEqual([]);
  expect(new Set(files.map(areaOf))).toEqual(new Set(AREAS.map(({ name }) => name)));
});

describe('a drawn fault', () => {
  test('changes exactly the line that it names, to something that parses', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const mutant of drawMutants(places, seed, 1)) {
          const text = textOf.get(mutant.file)!;
          const mutated = applyMutant(text, mutant);
          const lines = text.split('\n');
          const changed = mutated.split('\n').flatMap((line, i) => (line === lines[i] ? [] : [i + 1]));
          expect(changed).toEqual([mutant.line]);
          expect(lines[mutant.line - 1]!.slice(mutant.column - 1)).toMatch(startingWith(mutant.before));
          expect(mutated.split('\n')).toHaveLength(lines.length);
          expect(syntaxErrors(mutated)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a draw', () => {
  test('is the same for the same seed, and begins as every longer one does', () => {
    fc.assert(
      fc.property(seeds, fc.nat(50), fc.nat(50), (seed, shorter, more) => {
        const long = drawMutants(places, seed, shorter + more);
        expect(drawMutants(places, seed, shorter)).toEqual(long.slice(0, shorter));
      }),
    );
  });

  test('takes every site once before it ends', () => {
    const all = drawMutants(places, 1, Number.POSITIVE_INFINITY);
    expect(all).toHaveLength(places.length);
    const taken = all.map(({ file, start, before }) => `${file} ${start} ${before.length}`);
    expect(new Set(taken).size).toBe(places.length);
  });

  test('has every site as likely as every other, and every fault of a site', () => {
    const text = Array.from({ length: 20 }, (_, i) => `f${i}(a < b);`).join('\n');
    const few = placesIn([{ file: 'a.ts', text }]);
    const counts = new Map<string, number>();
    const draws = 4000;
    for (let seed = 1; seed <= draws; seed++) {
      for (const { line, after } of drawMutants(few, seed, 2))
        counts.set(`${line} ${after}`, (counts.get(`${line} ${after}`) ?? 0) + 1);
    }
    const expected = (draws * 2) / 40; // faults drawn, over sites times faults of each
    expect(counts.size).toBe(40);
    const deviations = [...counts.values()].map((count) => Math.abs(count - expected) / Math.sqrt(expected));
    expect(Math.max(...deviations)).toBeLessThan(4);
  });

  test('of other seeds is another', () => {
    expect(drawMutants(places, 1, 20)).not.toEqual(drawMutants(places, 2, 20));
  });
});

function syntaxErrors(text: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}
