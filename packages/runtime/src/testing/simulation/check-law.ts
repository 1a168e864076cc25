import { InvalidOptionError } from '../../errors.js';
import type { Invariant } from './invariant.js';

/** What of a law is numbers and names: the rest is functions. */
type LawOptions = Pick<
  Invariant<unknown>,
  'faults' | 'sideShards' | 'machines' | 'network' | 'linkBytes' | 'stepsMax' | 'runStepsMax' | 'withinMs'
>;

/** How often something goes wrong, and what it takes. */
const COUNTS = {
  crashes: 'nothing',
  stalls: 'nothing',
  fullMailboxes: 'nothing',
  shardLosses: 'shards',
  partitions: 'shards',
  machineLosses: 'machines',
  losses: 'lossy',
  duplicates: 'lossy',
} as const;

/**
 * Refuses laws that promise to try what cannot happen, or that no run could be held against: a search in which nothing goes wrong
 * would only look as if the law held.
 *
 * @throws InvalidOptionError
 */
export function checkLaw(law: LawOptions): void {
  const { faults = {}, sideShards = 0, machines = [] } = law;
  checkNumber('linkBytes', law.linkBytes, 1);
  checkNumber('stepsMax', law.stepsMax, 1);
  checkNumber('runStepsMax', law.runStepsMax, 1);
  checkNumber('withinMs', law.withinMs, 0);
  checkNumber('faults.clockSkewMs', faults.clockSkewMs, 0);
  for (const shard of machines.flat())
    if (!(Number.isInteger(shard) && shard >= 1 && shard <= sideShards))
      throw new InvalidOptionError('machines', shard, `side shards, from 1 to ${sideShards}`);
  for (const [name, count] of Object.entries(faults)) {
    if (!isCounted(name)) continue;
    if (!(Number.isSafeInteger(count) && (count as number) >= 0))
      throw new InvalidOptionError(`faults.${name}`, count, 'a count of at least 0');
    const lack = count === 0 ? undefined : lackOf(law, COUNTS[name]);
    if (lack !== undefined) throw new InvalidOptionError(`faults.${name}`, count, `0 ${lack}`);
  }
}

function isCounted(name: string): name is keyof typeof COUNTS {
  return name in COUNTS;
}

/** Why something of the kind can never happen; undefined if it can. */
function lackOf(
  { sideShards = 0, machines = [], network }: LawOptions,
  takes: (typeof COUNTS)[keyof typeof COUNTS],
): string | undefined {
  if (takes === 'nothing') return undefined;
  if (sideShards === 0) return 'without `sideShards`';
  if (takes === 'machines' && machines.length === 0) return 'without `machines`';
  if (takes === 'lossy' && network !== 'lossy') return "unless `network` is 'lossy'";
  return undefined;
}

function checkNumber(option: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(value >= least))
    throw new InvalidOptionError(option, value, `at least ${least}`);
}
