// At stake: a law that is said to hold under faults that never struck. Tried with each budget where it can be spent and where it cannot, and
// with numbers that are none.
import { expect, it } from 'vitest';
import { InvalidOptionError } from '../../errors.js';
import { advanceClock, command } from './commands.js';
import type { Invariant, SimulatedWorld } from './invariant.js';
import { searchInvariant } from './search-invariant.js';

const law: Invariant<void> = { name: 'nothing to break', modules: [], start: () => undefined };

it.each<[string, Partial<Invariant<void>>]>([
  ['faults.partitions', { faults: { partitions: 1 } }],
  ['faults.shardLosses', { faults: { shardLosses: 1 } }],
  ['faults.machineLosses', { faults: { machineLosses: 1 }, sideShards: 1 }],
  ['faults.losses', { faults: { losses: 1 }, sideShards: 1 }],
  ['faults.duplicates', { faults: { duplicates: 1 }, sideShards: 1, network: 'reliable' }],
  ['faults.crashes', { faults: { crashes: -1 } }],
  ['faults.stalls', { faults: { stalls: 1.5 } }],
  ['faults.crashable', { faults: { crashes: 1, crashable: ['nobody'] } }],
  ['faults.clockSkewMs', { faults: { clockSkewMs: Number.NaN } }],
  ['machines', { sideShards: 1, machines: [[1], [2]] }],
  ['machines', { sideShards: 1, machines: [[0]] }],
  ['withinMs', { withinMs: -1 }],
  ['stepsMax', { stepsMax: 0 }],
  ['runStepsMax', { runStepsMax: Number.NaN }],
  ['linkBytes', { linkBytes: 0 }],
])('refuses %s of %o', async (option, part) => {
  const error = await searchInvariant({ ...law, ...part }, { runs: 1 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect(error.option).toBe(option);
});

it.each<Partial<Invariant<void>>>([
  { faults: { partitions: 0, losses: 0, machineLosses: 0 } },
  { faults: { crashes: 1, stalls: 1, fullMailboxes: 1, delays: true } },
  { faults: { partitions: 1, shardLosses: 1 }, sideShards: 1 },
  { faults: { losses: 1, duplicates: 1 }, sideShards: 1, network: 'lossy' },
  { faults: { machineLosses: 1, clockSkewMs: 1 }, sideShards: 2, machines: [[1, 2]] },
])('takes %o', async (part) => {
  expect(await searchInvariant({ ...law, ...part }, { runs: 2 })).toMatchObject({ holds: true });
});

it.each<[string, (world: SimulatedWorld) => void]>([
  ['stall', (world) => void world.stall(undefined as never, Number.NaN)],
  ['cut', (world) => world.cut(0, 2, 10)],
  ['cut', (world) => world.cut(1, 1, 10)],
  ['cut', (world) => world.cut(0, 1, -1)],
])('refuses to %s what is not there, or for a time that is none: %#', async (option, run) => {
  const outcome = await searchInvariant(
    { ...law, sideShards: 1, commands: [command({ name: 'disturb', run })] },
    { runs: 5, shrink: false },
  );
  expect(outcome.holds).toBe(false);
  if (!outcome.holds) expect(outcome.counterexample.cause).toMatchObject({ option });
});

it('lets no less than a millisecond pass', () => {
  expect(() => advanceClock(0)).toThrow(InvalidOptionError);
});
