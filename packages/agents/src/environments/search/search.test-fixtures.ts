import fc from 'fast-check';
import { parseMovingAiMap } from '../moving-ai-map.js';
import { cutIntoSectors, type SectorGraph } from '../sector-graph.js';

/** A graph of a few dozen cells, each of them a sector, with walls at random. */
export const smallGraph: fc.Arbitrary<SectorGraph> = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 }))
  .chain(([width, height]) =>
    fc.array(fc.string({ unit: fc.constantFrom('.', '.', '.', '@'), minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  )
  .filter((rows) => rows.some((row) => row.includes('.')))
  .map((rows) => graphOf(rows));

export function graphOf(rows: readonly string[], sectorCount = 1024): SectorGraph {
  const text = `type octile\nheight ${rows.length}\nwidth ${rows[0]!.length}\nmap\n${rows.join('\n')}\n`;
  return cutIntoSectors(parseMovingAiMap(text, 'fixture.map'), { sectorCount });
}

/** An open square of sectors, one cell each. */
export function openGraph(side: number): SectorGraph {
  return graphOf(new Array<string>(side).fill('.'.repeat(side)));
}

/** Beliefs about targets: random rows that sum to 1; some of the targets removed. */
export function beliefsOf(graph: SectorGraph, targetCount: number): fc.Arbitrary<Float64Array> {
  const stateCount = graph.sectorCount + 1;
  const row = fc
    .record({
      logits: fc.array(fc.double({ min: -30, max: 0, noNaN: true }), {
        minLength: graph.sectorCount,
        maxLength: graph.sectorCount,
      }),
      removed: fc.boolean(),
    })
    .map(({ logits, removed }) => {
      if (removed) return [...logits.map(() => 0), 1];
      const weights = logits.map(Math.exp);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return [...weights.map((weight) => weight / sum), 0];
    });
  return fc
    .array(row, { minLength: targetCount, maxLength: targetCount })
    .map((rows) =>
      Float64Array.from(
        { length: targetCount * stateCount },
        (_, i) => rows[Math.floor(i / stateCount)]![i % stateCount]!,
      ),
    );
}
