import type { Shard } from '../../shard/shard.js';
import type { DefinitionRegistry } from '../../system/definition-registry.js';
import type { SystemOptions } from '../../system/system-options.js';
import type { RunObserver } from './simulated-witness.js';

/** What a simulated system is made of. */
export interface SimulationOptions
  extends Omit<
    SystemOptions,
    'threads' | 'clock' | 'choices' | 'watchdog' | 'handleProcessSignals' | 'ringBytes'
  > {
  /** Shards beside the main one, count; default 0. */
  readonly sideShards?: number;
  /** Bytes on their way from one shard to another before frames wait for room; default 1 MiB. */
  readonly linkBytes?: number;
  /** By how much the clock of each shard is ahead, ms, the main one first; default 0. */
  readonly clockSkewsMs?: readonly number[];
  /** Time may pass though there is work to do; default false. */
  readonly delays?: boolean;
  /**
   * Turns may come between two continuations of one chain of promises, as they may on a thread; default true. Without, who awaits goes on
   * until nothing is left to go on with: fewer orders, for those who try all.
   */
  readonly betweenPromises?: boolean;
  /** The definitions, if they are loaded: what many systems of the same modules share. */
  readonly registry?: DefinitionRegistry;
  readonly observers?: readonly RunObserver[];
  /** Told when an actor reaches for what no seed controls; returns what to throw there. */
  readonly onUncontrolled?: (shard: Shard, path: string, what: string) => Error;
}
