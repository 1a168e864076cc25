// At stake: on a page two things in one place cannot be told apart, and an arrow that goes up tells a lie. Tried with
// any story.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHUNK_ROWS, chunkOf, chunksOf } from './page-layout.js';
import { pageRows, placeOf } from './page-rows.js';
import { anyStory } from './random-stories.test-fixtures.js';
import { actor, tellStory } from './stories.test-fixtures.js';
import { readStory } from './story.js';

it('tells in one row what one step does', () => {
  const story = tellStory('compact');
  const [a, b, c] = [actor('/a'), actor('/b'), actor('/c')];
  for (const each of [a, b, c]) story.live('spawned', each); // row 0
  const begin = story.send('tell', a, b, 'begin'); // of the same step
  story.step().handle(begin); // row 1
  const votes = [a, c].map((each) => story.send('tell', b, each, 'vote'));
  for (const vote of votes) story.step().handle(vote); // rows 2 and 3
  story.violate('ledger', 'broken'); // row 5, under its pointers
  expect(pageRows(readStory(story.end()))).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 3, 5]);

  const lives = tellStory('lives');
  for (const what of ['spawned', 'stopped'] as const) for (const each of [a, b]) lives.live(what, each);
  expect(pageRows(readStory(lives.end()))).toEqual([0, 0, 1, 1]);
});

it('gives each event a place of its own, later ones never higher', () => {
  fc.assert(
    fc.property(anyStory({ paths: ['/a', '/b', '/c'], eventsMax: 80 }), (trace) => {
      const story = readStory(trace);
      const rows = pageRows(story);
      const taken = new Set<string>();
      const steps = new Map<number, number>();
      for (const [index, event] of story.events.entries()) {
        const row = rows[index]!;
        expect(row).toBeGreaterThanOrEqual(rows[index - 1] ?? 0);
        expect(steps.get(row) ?? event.step).toBe(event.step);
        steps.set(row, event.step);
        const place = placeOf(story, event);
        if (place === undefined) expect(rows.filter((other) => other === row)).toHaveLength(1);
        const flight = story.flightOf(event);
        if (event.kind === 'sent') continue;
        if (flight !== undefined) expect(row).toBeGreaterThan(rows[flight.sent]!);
        expect(taken.has(`${row} ${place}`)).toBe(false);
        taken.add(`${row} ${place}`);
      }
    }),
    { numRuns: 150 },
  );
});

it('draws a long arrow where it begins and ends, and in no more than four chunks', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(2000), (from, length) => {
      const chunks = chunksOf(from, from + length);
      expect(chunks[0]).toBe(chunkOf(from));
      expect(chunks.at(-1)).toBe(chunkOf(from + length));
      expect(chunks).toEqual([...new Set(chunks)].sort((one, other) => one - other));
      const crossed = chunkOf(from + length) - chunkOf(from) + 1;
      expect(chunks).toHaveLength(Math.min(4, crossed));
    }),
  );
  expect(chunksOf(-5, 0)).toEqual([0]);
  expect(chunksOf(0, 9 * CHUNK_ROWS)).toEqual([0, 1, 8, 9]);
});
