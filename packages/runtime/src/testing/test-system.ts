import { ActorSystem } from '../system/actor-system.js';
import type { SystemOptions } from '../system/system-options.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import { LocalLauncher } from './local-launcher.js';
import { checkedMs } from './time/checked-ms.js';
import { passTime } from './time/pass-time.js';

/** A system's options, without those that a test system decides. */
export interface TestSystemOptions extends Omit<SystemOptions, 'threads' | 'clock'> {
  /** Shards beside the main one, inside this thread; default 0. */
  readonly sideShards?: number;
}

/** A system whose time the test moves and whose shards it can end. */
export interface TestSystem {
  readonly system: ActorSystem;
  /** Stands still until advanced. */
  readonly clock: SimulatedClock;
  /**
   * Lets time pass, and everything that happens on the way happen at its own time: the clock moves from timer to timer, and the system comes
   * to rest before each. `clock.advance` alone fires all that is due before any actor has met it.
   *
   * @throws InvalidOptionError, QuietTimeoutError
   */
  advance(durationMs: number): Promise<void>;
  /** Ends a side shard as if its thread had ended. */
  killShard(index: number): void;
}

/**
 * Creates a system for a test: the production code on one thread, with a simulated clock, strict messages
 * and a fixed seed unless given.
 */
export async function createTestSystem(options: TestSystemOptions): Promise<TestSystem> {
  const { sideShards = 0, ...rest } = options;
  const clock = new SimulatedClock();
  let launcher: LocalLauncher | undefined;
  const system = await ActorSystem.create(
    { seed: 1, strict: true, handleProcessSignals: false, ...rest, threads: sideShards },
    {
      createLauncher: (resolved) => {
        launcher = new LocalLauncher(resolved.threads, resolved.ringBytes, resolved, clock);
        return launcher;
      },
      clock,
    },
  );
  return {
    system,
    clock,
    advance: async (durationMs) => {
      await passTime(system, clock, clock.now() + checkedMs('durationMs', durationMs));
      await system.quiet({ withCalls: false });
    },
    killShard: (index) => launcher!.kill(index),
  };
}
