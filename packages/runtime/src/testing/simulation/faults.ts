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

/** What a fault did, for a story, and to whom; undefined if there was nobody to strike. */
export interface Strike {
  readonly text: string;
  readonly paths: readonly string[];
  /** Shards that are gone. */
  readonly shards?: readonly number[];
  readonly doubled?: boolean;
}

/** Lets a fault strike. */
export function strike(simulation: Simulation, fault: Fault, law: FaultyLaw): Strike | undefined {
  const { kind, whom, forMs } = fault;
  switch (kind) {
    case 'crash':
    case 'stall': {
      const names = kind === 'crash' ? law.faults?.crashable : undefined;
      const actors = simulation.actors().filter(({ definition }) => names?.includes(definition) ?? true);
      if (actors.length === 0) return undefined;
      const { ref, path } = actors[whom % actors.length]!;
      if (kind === 'crash')
        return simulation.crash(ref) ? { text: `crash of ${path}`, paths: [path] } : undefined;
      simulation.stall(ref, forMs);
      return { text: `${path} is slow for ${forMs} ms`, paths: [path] };
    }
    case 'shard-loss': {
      const running = simulation.shards.map(({ index }) => index).filter((index) => index > 0);
      const index = running[whom % running.length];
      if (index === undefined || !simulation.loseShard(index)) return undefined;
      return { text: `shard ${index} is lost`, paths: [], shards: [index] };
    }
    case 'machine-loss': {
      const { machines = [] } = law;
      const number = whom % machines.length;
      const lost = (machines[number] ?? []).filter((index) => simulation.loseShard(index));
      if (lost.length === 0) return undefined;
      return { text: `machine ${number} is lost, with shards ${lost.join(', ')}`, paths: [], shards: lost };
    }
    case 'full': {
      const { shards } = simulation;
      const { index } = shards[whom % shards.length]!;
      simulation.fillMailboxes(index, forMs);
      return { text: `the mailboxes of shard ${index} take nothing for ${forMs} ms`, paths: [] };
    }
    case 'cut': {
      const { links } = simulation.network;
      const link = links[whom % links.length];
      if (link === undefined) return undefined;
      const { from, to } = link;
      simulation.cut(from, to, forMs);
      return { text: `shards ${from} and ${to} are cut off from each other for ${forMs} ms`, paths: [] };
    }
    default: {
      const busy = simulation.network.links.filter(({ nextIsCounted }) => nextIsCounted);
      const link = busy[whom % busy.length];
      if (link === undefined) return undefined;
      const way = `on the way from shard ${link.from} to shard ${link.to}`;
      if (kind === 'loss')
        return simulation.lose(link) ? { text: `a message is lost ${way}`, paths: [] } : undefined;
      if (!simulation.duplicate(link)) return undefined;
      return { text: `a message is doubled ${way}`, paths: [], doubled: true };
    }
  }
}
