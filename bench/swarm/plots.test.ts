// At stake: the guide shows what the benchmarks' page says. Tried by drawing the pictures from the page again.
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { plotsOfPage } from './plots.js';

const docs = new URL('../../docs/', import.meta.url);

test('the pictures of the guide are those of the figures, and all are shown', async () => {
  const files = plotsOfPage(await readFile(new URL('benchmarks-swarms.md', docs), 'utf8'));
  const guide = await readFile(new URL('guides/swarms.md', docs), 'utf8');
  const pictures = new URL('guides/swarms/', docs);
  expect((await readdir(pictures)).sort()).toEqual([...files.keys()].sort());
  for (const [name, svg] of files) {
    expect(await readFile(new URL(name, pictures), 'utf8'), name).toBe(svg);
    expect(guide).toContain(`](swarms/${name})`);
  }
});
