import type { Strike } from './disturbances.js';
import type { Invariant } from './invariant.js';
import type { Simulation } from './simulation.js';

/** What may go wrong: see `FaultBudget`. */
export type FaultKind =
  | 'crash'
  | 'shard-loss'
  | 'machine-loss'
  | 'cut'
  | 'loss'
  | 'duplicate'
  | 'stall'
  | 'full';

export const FAULT_KINDS: readonly FaultKind[] = [
  'crash',
  'shard-loss',
  'machine-loss',
  'cut',
  'loss',
  'duplicate',
  'stall',
  'full',
];

/** One fault of a run. */
export interface Fault {
  readonly kind: FaultKind;
  /** It strikes before the step of this number, from 0. */
  readonly at: number;
  /** Whom: one of those it may strike then, modulo their number. */
  readonly whom: number;
  /** How long a cut or stall lasts, ms. */
  readonly forMs: number;
}

/** What of a law is about faults. */
type FaultyLaw = Pick<Invariant<unknown>, 'faults' | 'sideShards' | 'machines' | 'network'>;

/** How many of each kind a run of a law may have. */
export function budgetOf(law: FaultyLaw): Record<FaultKind, number> {
  const { faults = {}, sideShards = 0, machines = [], network } = law;
  const spans = sideShards > 0;
  const isLossy = spans && network === 'lossy';
  return {
    crash: faults.crashes ?? 0,
    'shard-loss': spans ? (faults.shardLosses ?? 0) : 0,
    'machine-loss': machines.length > 0 ? (faults.machineLosses ?? 0) : 0,
    cut: spans ? (faults.partitions ?? 0) : 0,
    loss: isLossy ? (faults.losses ?? 0) : 0,
    duplicate: isLossy ? (faults.duplicates ?? 0) : 0,
    stall: faults.stalls ?? 0,
    full: faults.fullMailboxes ?? 0,
  };
}

/** Lets a fault strike. Says what it did; undefined: there was nobody to strike. */
export function strike(
  { shards, network, disturbances }: Simulation,
  { kind, whom, forMs }: Fault,
  { faults, machines = [] }: FaultyLaw,
): Strike | undefined {
  const oneOf = <T>(some: readonly T[]): T | undefined => some[whom % some.length];
  switch (kind) {
    case 'crash': {
      const { crashable } = faults ?? {};
      const actor = oneOf(
        shards.actors().filter(({ definition }) => crashable?.includes(definition) ?? true),
      );
      return actor && disturbances.crash(actor.ref);
    }
    case 'stall': {
      const actor = oneOf(shards.actors());
      return actor && disturbances.stall(actor.ref, forMs);
    }
    case 'shard-loss': {
      const side = oneOf(shards.running.filter(({ index }) => index > 0));
      return side && disturbances.loseShard(side.index);
    }
    case 'machine-loss':
      return disturbances.loseMachine(whom % machines.length, oneOf(machines) ?? []);
    case 'full':
      return disturbances.fillMailboxes(oneOf(shards.running)!.index, forMs);
    case 'cut': {
      const link = oneOf(network.links);
      return link && disturbances.cut(link.from, link.to, forMs);
    }
    default: {
      const link = oneOf(network.links.filter(({ nextIsCounted }) => nextIsCounted));
      return link && (kind === 'loss' ? disturbances.lose(link) : disturbances.duplicate(link));
    }
  }
}
