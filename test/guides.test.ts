/**
 * At stake: that the guides to the runtime are true. Their snippets are the first code that a newcomer copies. Tried
 * by compiling all of them as a person would, and by running each program beside what it is said to print.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSnippets } from './compile-snippets.js';
import { runCommand } from './run-command.js';
import { printedBy } from './snippets.js';

/** The programs among the snippets of each guide. */
const guides = {
  actors: ['main', 'read', 'enter', 'print', 'count-words', 'walk', 'shop'],
  observing: ['count', 'inspect', 'watch'],
  resilience: ['main'],
  routing: ['main', 'watch'],
  statecharts: ['toast'],
  supervision: ['main'],
  swarms: ['main', 'ask-one', 'commute', 'mixed', 'costs', 'live', 'draw', 'watch-together'],
  testing: ['search', 'register'],
  'testing-actors': ['till-alone', 'fetch-alone', 'probe', 'letters', 'walk'],
  topics: ['watch-city'],
} as const;

const pageOf = (name: string): URL => new URL(`../docs/guides/${name}.md`, import.meta.url);
let folder: string;

beforeAll(async () => {
  folder = await compileSnippets(Object.keys(guides).map(pageOf), true);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(Object.entries(guides))('the guide to %s', (name, programs) => {
  test.each(programs)('says what %s.ts prints', async (program) => {
    const { stdout, stderr, exitCode } = await runCommand(
      process.execPath,
      [join('dist', name, `${program}.js`)],
      { cwd: folder },
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n').slice(0, -1)).toEqual(printedBy(pageOf(name), `${program}.ts`));
  });
});
