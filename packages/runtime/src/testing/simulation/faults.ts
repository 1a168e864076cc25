import type { FaultBudget } from './invariant.js';
import type { Simulation } from './simulation.js';

/** What may go wrong: see {@link FaultBudget}. */
export type FaultKind = 'crash' | 'shard-loss' | 'cut' | 'loss' | 'duplicate' | 'stall';

export const FAULT_KINDS: readonly FaultKind[] = ['crash', 'shard-loss', 'cut', 'loss', 'duplicate', 'stall'];

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

/** How many of each kind a run may have. */
export function budgetOf(
  faults: FaultBudget,
  sideShards: number,
  isLossy: boolean,
): Record<FaultKind, number> {
  return {
    crash: faults.crashes ?? 0,
    'shard-loss': sideShards > 0 ? (faults.shardLosses ?? 0) : 0,
    cut: sideShards > 0 ? (faults.partitions ?? 0) : 0,
    loss: sideShards > 0 && isLossy ? (faults.losses ?? 0) : 0,
    duplicate: sideShards > 0 && isLossy ? (faults.duplicates ?? 0) : 0,
    stall: faults.stalls ?? 0,
  };
}

/** What a fault did, for a story, and to whom; undefined if there was nobody to strike. */
export interface Strike {
  readonly text: string;
  readonly paths: readonly string[];
  /** A shard that is gone. */
  readonly shard?: number;
  readonly doubled?: boolean;
}

/** Lets a fault strike. */
export function strike(simulation: Simulation, fault: Fault, budget: FaultBudget): Strike | undefined {
  const { kind, whom, forMs } = fault;
  switch (kind) {
    case 'crash':
    case 'stall': {
      const names = kind === 'crash' ? budget.crashable : undefined;
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
      return { text: `shard ${index} is lost`, paths: [], shard: index };
    }
    case 'cut': {
      const { links } = simulation.network;
      const { from, to } = links[whom % links.length]!;
      simulation.cut(from, to, forMs);
      return { text: `shards ${from} and ${to} are cut off from each other for ${forMs} ms`, paths: [] };
    }
    default: {
      const busy = simulation.network.links.filter(
        ({ next }) => next !== undefined && (next.flags & 1) === 1,
      );
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
