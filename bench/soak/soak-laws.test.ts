// At stake: a soak that looks on when a law is broken, or never ends. Tried with laws that hold and one that does not.
import type { Invariant } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { systemEnd } from '../laws/system-end.js';
import { type LawTurn, lawsNamed, skeinLaws, soakLaws } from './soak-laws.js';

const holds: Invariant<unknown> = { name: 'holds', modules: [], start: () => undefined };
const broken: Invariant<unknown> = {
  ...(systemEnd as Invariant<unknown>),
  name: 'broken',
  finally: () => false,
};

test('runs all laws in turn with new seeds until the time is over', async () => {
  const turns: LawTurn[] = [];
  const laws = [holds, { ...holds, name: 'holds too' }];
  expect(await soakLaws(0.002, 7, (turn) => turns.push(turn), laws)).toBeUndefined();
  expect(turns.length).toBeGreaterThan(0);
  for (const [at, { law, seed }] of turns.entries())
    expect({ law, seed }).toEqual({ law: laws[at % 2]!.name, seed: 7 + at });
});

test('stops at the first that is broken, and tells its story', async () => {
  const found = await soakLaws(1, 7, () => undefined, [holds, broken]);
  expect(found?.law).toBe('broken');
  expect(found?.counterexample.story).toContain('violation: finally');
});

test('a text chooses the laws that have it in their names', () => {
  expect(lawsNamed('SYSTEM: an').map(({ name }) => name)).toEqual([systemEnd.name]);
  expect(lawsNamed('')).toEqual(skeinLaws);
});

test('a text that is in no name is refused with all names', () => {
  expect(() => lawsNamed('no such law')).toThrow(systemEnd.name);
});
