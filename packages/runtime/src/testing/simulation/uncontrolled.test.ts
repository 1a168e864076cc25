// At stake: a run that depends on the world cannot be run again, and a trap that stays open catches whoever comes next. Tried by
// reaching for each thing from inside actors, and from outside, before, during and after.
import { describe, expect, it } from 'vitest';
import { UncontrolledError } from '../errors.js';
import { createSimulation, type SimulatedSystem } from './create-simulation.js';
import type { Invariant } from './invariant.js';
import { type Reacher, reacher, reachNames } from './programs.test-fixtures.js';
import { searchInvariant } from './search-invariant.js';

const modules = [new URL('programs.test-fixtures.ts', import.meta.url)];
const globals = () => [
  Math.random,
  Date,
  Date.now,
  performance.now,
  setTimeout,
  setInterval,
  setImmediate,
  fetch,
  crypto.randomUUID,
  process.hrtime,
  process.hrtime.bigint,
];

function reaches(type: 'reach' | 'reachLater', what: string): Invariant<void> {
  return {
    name: `reaches for ${what}`,
    modules,
    start: ({ system }) => system.spawn(reacher, undefined, { name: 'reacher' }).send({ type, what }),
  };
}

describe.each(['reach', 'reachLater'] as const)('%s', (type) => {
  it.each(reachNames)('is refused by name: %s', async (what) => {
    const before = globals();
    const outcome = await searchInvariant(reaches(type, what), { runs: 1 });
    expect(outcome.holds ? undefined : outcome.counterexample.failure.violation).toEqual({
      law: 'uncontrolled',
      text: `/reacher reached for ${what}, which no seed controls.`,
    });
    expect(globals()).toEqual(before);
  });
});

it('lets calculate with a given time, and everybody else have the world', async () => {
  await using simulation = await createSimulation({ modules });
  const ref = simulation.system.spawn(reacher);
  ref.send({ type: 'dawdle' });
  await simulation.run();
  expect(simulation.system.metrics().handled).toBe(1);
  expect(Date.now()).toBeGreaterThan(0);
  expect(Math.random()).toBeLessThan(1);
});

it('puts everything back when the last of several simulations is given back', async () => {
  const before = globals();
  const simulations: SimulatedSystem[] = [];
  for (let i = 0; i < 2; i++) simulations.push(await createSimulation({ modules }));
  expect(globals()).not.toEqual(before);
  const deaths: string[] = [];
  for (const { system } of simulations)
    system.deadLetters.subscribe(({ cause }) => deaths.push((cause as Error).name));
  await simulations[0]![Symbol.asyncDispose]();
  await simulations[0]![Symbol.asyncDispose](); // twice is once
  const [, other] = simulations;
  other!.system.spawn(reacher).send({ type: 'reach', what: 'Date.now' });
  await other!.run();
  expect(deaths).toEqual(['UncontrolledError']);
  await other![Symbol.asyncDispose]();
  expect(globals()).toEqual(before);
});

it('refuses a handler that awaits something of the world', async () => {
  const law: Invariant<void> = {
    name: 'wonders',
    modules,
    start: ({ system }) => system.spawn(reacher, undefined, { name: 'reacher' }).send({ type: 'wonder' }),
  };
  const outcome = await searchInvariant(law, { runs: 1 });
  expect(outcome.holds ? undefined : outcome.counterexample.failure.violation).toEqual({
    law: 'uncontrolled',
    text: '/reacher reached for what its handler of `wonder` awaits, which no seed controls.',
  });
  await using simulation = await createSimulation({ modules });
  const ref = simulation.system.spawn<Reacher, unknown>(reacher);
  ref.send({ type: 'wonder' });
  await expect(
    simulation.until(simulation.system.stopActor(ref, { deadlineMs: 1e9 })),
  ).resolves.toBeUndefined();
  ref.send({ type: 'wonder' });
  const never = new Promise(() => undefined);
  await expect(simulation.until(never)).rejects.toThrow(RangeError);
  simulation.system.spawn(reacher).send({ type: 'wonder' });
  await expect(simulation.until(never)).rejects.toThrow(UncontrolledError);
});
