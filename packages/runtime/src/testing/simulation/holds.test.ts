// At stake: that a law is a test in one line, with time enough, and that what it prints points to that line. Tried with a law
// that holds, one that does not, and a runner that only remembers.
import { describe, expect, test } from 'vitest';
import { defineActor } from '../../actor/definition.js';
import { InvariantBrokenError } from '../errors.js';
import { holds } from './holds.js';
import type { Invariant } from './invariant.js';

/** Does nothing. */
export const idler = defineActor<{ nudge: {} }>()({
  name: 'idler',
  initial: () => undefined,
  receive: { nudge: () => undefined },
});

const law = (name: string, invariant: () => unknown, module?: string): Invariant<unknown> => ({
  name,
  ...(module !== undefined && { module }),
  modules: [import.meta.url],
  start: ({ system }) => system.spawn(idler),
  invariant,
});

/** Registers a law as a test, and gives what was registered. */
function registered(...[each, options]: Parameters<ReturnType<typeof holds>>) {
  const tests: { name: string; run: () => Promise<void>; timeout: number }[] = [];
  holds((name, run, timeout) => tests.push({ name, run, timeout }))(each, options);
  expect(tests).toHaveLength(1);
  return tests[0]!;
}

const options = { runs: 3, failures: false } as const;

describe('a law as a test', () => {
  test('has its name, and passes', async () => {
    const { name, run } = registered(
      law('all is well', () => true),
      options,
    );
    expect(name).toBe('all is well');
    await run();
  });

  test('has time for its search, and to make a failure smaller', () => {
    const one = law('all is well', () => true);
    expect(registered(one).timeout).toBe(120_000);
    expect(registered(one, { timeMs: 5000 }).timeout).toBe(65_000);
  });

  test('fails with its story, and a stack that begins where it was named', async () => {
    const { run } = registered(
      law('never', () => 'so it is'),
      options,
    );
    const error = await run().catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(InvariantBrokenError);
    const { message, stack } = error as InvariantBrokenError;
    expect(message).toMatch(/^"never" does not hold\.\ninvariant: so it is\nfound in run 1 by/);
    expect(stack?.slice(message.length)).toMatch(/^[^\n]*\n {4}at registered .*holds\.test\.ts/);
  });
});
