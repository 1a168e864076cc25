// At stake: a counterexample that is not found, is not the smallest, or cannot be run again. Tried with planted faults of which the smallest
// failure is known.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { defineActor } from '../../actor/definition.js';
import { InvalidOptionError } from '../../errors.js';
import { InvariantBrokenError } from '../errors.js';
import { checkInvariant } from './check-invariant.js';
import { advanceClock, command } from './commands.js';
import { readFailure } from './failure.js';
import type { Invariant } from './invariant.js';
import { circle, lostCount } from './planted.test-fixtures.js';
import { replayFailure } from './replay-failure.js';
import { searchInvariant } from './search-invariant.js';

it.each([1, 2, 3, 4, 5])('a planted failure comes down to what matters (seed %d)', async (seed) => {
  const outcome = await searchInvariant(lostCount, { runs: 500, seed });
  if (outcome.holds) throw new Error('nothing was found');
  const { failure, first, story } = outcome.counterexample;
  const names = failure.commands.map(({ command }) => command);
  expect(new Set(names).size).toBe(2); // two clerks
  expect(names).not.toContain('rest');
  expect(names).toHaveLength(2);
  expect(failure.faults).toEqual([]);
  expect(failure.tape.length).toBeLessThanOrEqual(Math.max(2, first.switches));
  expect(failure.tape.length).toBeLessThanOrEqual(4);
  expect(story).toContain('violation: finally');
});

it('the same seed finds the same, and its replay is the run that was found', async () => {
  const [one, other] = [
    await searchInvariant(lostCount, { runs: 500, seed: 9 }),
    await searchInvariant(lostCount, { runs: 500, seed: 9 }),
  ];
  if (one.holds || other.holds) throw new Error('nothing was found');
  expect(other.counterexample).toEqual(one.counterexample);
  const { failure } = one.counterexample;
  const { report, trace } = await replayFailure(lostCount, failure);
  expect(report.hash).toBe(failure.hash);
  expect(report.violation?.text).toBe(failure.violation.text);
  const steps = trace.events.map(({ step }) => step);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(trace.events.at(-1)?.kind).toBe('violation');
});

it('names those who wait for each other, in their order', async () => {
  const outcome = await searchInvariant(circle, { runs: 300, seed: 1 });
  if (outcome.holds) throw new Error('nothing was found');
  const { violation, commands } = outcome.counterexample.failure;
  expect(violation.law).toBe('deadlock');
  expect(violation.text).toMatch(
    /^each waits for the next: (\/a → \/b → \/c → \/a|\/b → \/c → \/a → \/b|\/c → \/a → \/b → \/c)$/,
  );
  expect(commands).toHaveLength(3);
});

it('proves a small program when it has tried all orders', async () => {
  const program = [{ command: 'count 0' }, { command: 'rest' }];
  const { exhaustive, runs } = await checkInvariant(lostCount, {
    scheduler: 'exhaustive',
    program,
    runs: 100_000,
  });
  expect(exhaustive?.proves).toBe('all');
  expect(runs).toBeGreaterThan(1);
});

it('does not make smaller what has no end: the run is told by its seed', async () => {
  let runs = 0;
  const endless: Invariant<void> = {
    name: 'endless',
    modules: [import.meta.url],
    runStepsMax: 50,
    start: ({ system }) => {
      runs++;
      system.spawn(beater).send({ type: 'beat' });
    },
    commands: [
      command({ name: 'wait', run: ({ now }) => (now() === 0 ? new Promise(() => undefined) : undefined) }),
    ],
  };
  await expect(searchInvariant(endless, { seed: 3, commandsMax: 1 })).rejects.toMatchObject({
    code: 'RUNTIME_RUN_TOO_LONG',
    seed: 3,
  });
  expect(runs).toBeLessThan(5);
});

it('writes a file to replay and a page, says where, and runs that again when it is told to', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'failures-'));
  try {
    const error = await checkInvariant(lostCount, { runs: 500, seed: 1, failures: folder }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(InvariantBrokenError);
    expect((await readdir(folder)).sort()).toEqual(['every-count-counts.html', 'every-count-counts.json']);
    expect((await readFailure(error.file)).law).toBe(lostCount.name);
    vi.stubEnv('SKEIN_REPLAY', error.file);
    await expect(checkInvariant(lostCount)).rejects.toMatchObject({ story: error.story });
    expect(await checkInvariant(circle)).toMatchObject({ runs: 0 }); // it is another's
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});

it('a failure is replayed though the law has got further commands, and not when it has lost one', async () => {
  const outcome = await searchInvariant(lostCount, { runs: 500, seed: 9, failures: false });
  if (outcome.holds) throw new Error('nothing was found');
  const { failure } = outcome.counterexample;
  const { commands = [] } = lostCount;
  const further = command<unknown>({ name: 'further', run: () => undefined });
  const grown = { ...lostCount, commands: [further, ...[...commands].reverse()] };
  expect((await replayFailure(grown, failure)).report.hash).toBe(failure.hash);
  await expect(replayFailure({ ...lostCount, commands: [further] }, failure)).rejects.toThrow(
    /its law has no command "count \d"/,
  );
});

it('two commands of one name are refused', async () => {
  const twice = { ...lostCount, commands: [advanceClock(5), advanceClock(500)] };
  await expect(searchInvariant(twice)).rejects.toThrow(InvalidOptionError);
});

it.each([
  { runs: 0 },
  { seed: 0.5 },
  { commandsMax: 0 },
  { timeMs: Number.NaN },
  { timeMs: -1 },
  { scheduler: [] },
  { scheduler: 'exhaustive' as const },
  { program: [{ command: 'no such' }] },
])('refuses %o', async (options) => {
  await expect(searchInvariant(lostCount, options)).rejects.toThrow(InvalidOptionError);
});

it.each(['invariant', 'eventually', 'finally'] as const)(
  "a promise is no verdict: `%s` that returns one is refused, and its rejection is nobody's",
  async (part) => {
    const rejecting = { ...circle, [part]: async () => Promise.reject(new Error('nobody hears of this')) };
    await expect(searchInvariant(rejecting, { runs: 5, seed: 1 })).rejects.toMatchObject({
      code: 'RUNTIME_INVALID_OPTION',
      option: part,
    });
  },
);

it('a command that waits for what will not come is a failure, told by its name', async () => {
  const waiting: Invariant<void> = {
    name: 'waiting',
    modules: [],
    start: () => undefined,
    commands: [command({ name: 'wait', run: () => new Promise<void>(() => undefined) })],
  };
  const outcome = await searchInvariant(waiting, { runs: 5, seed: 1 });
  expect(outcome.holds ? undefined : outcome.counterexample.failure.violation).toEqual({
    law: 'command',
    text: 'wait waits for something that will not come',
  });
});

it('a command may return whatever it likes: only promises are waited for', async () => {
  const counting = { name: 'count', run: () => 1 } as unknown as Parameters<typeof command<unknown>>[0];
  const law = { ...circle, commands: [command(counting)] };
  expect(await searchInvariant(law, { runs: 5, seed: 1 })).toMatchObject({ holds: true });
});

it('a search that has no time for a single run ends all the same', async () => {
  expect(await searchInvariant(circle, { timeMs: 1e-9, seed: 1 })).toMatchObject({ holds: true });
});

export const beater = defineActor<{ beat: {} }>()({
  name: 'beater',
  initial: () => undefined,
  receive: { beat: (_, message, context) => void context.schedule(1, message) },
});
