/** At stake: the committed town is the one its script draws, so that whoever changes the script changes the town. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('riverside.map is what generate.ts draws', () => {
  const script = new URL('../../dist/04-search-swarm/maps/generate.js', import.meta.url);
  const drawn = execFileSync(process.execPath, [script.pathname], { encoding: 'utf8' });
  expect(drawn).toBe(readFileSync(new URL('riverside.map', import.meta.url), 'utf8'));
});
