// At stake: that what is written into a page replaces what was there before, and nothing else.
import { expect, test } from 'vitest';
import { betweenMarkers } from './between-markers.js';

const page = `before
<!-- bench bugs: begin -->
<!-- bench bugs: end -->
between
<!-- bench swarm ticks: begin -->
kept
<!-- bench swarm ticks: end -->
after
`;

test('stands between the markers of its name, in the place of what was there before', () => {
  const once = betweenMarkers(page, 'bugs', 'old');
  expect(betweenMarkers(once, 'bugs', 'new')).toBe(
    page.replace('bugs: begin -->\n', 'bugs: begin -->\n\nnew\n\n'),
  );
});

test('a page without them is refused', () => {
  expect(() => betweenMarkers(page, 'actors', 'new')).toThrow('bench actors: begin');
});
