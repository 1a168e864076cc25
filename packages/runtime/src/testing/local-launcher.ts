import { setImmediate as nextImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createMemoryMesh, type Transport } from '@skein/transport';
import { type MessageLimits, payloadBytesMax } from '../remote/message-limits.js';
import { runShard } from '../scheduling/run-shard.js';
import type { ShardBoot } from '../scheduling/shard-boot.js';
import type { LaunchedShard, LinkTallies, ShardLauncher } from '../scheduling/shard-launcher.js';
import type { Shard } from '../shard/shard.js';
import { abandonShard } from '../shard/shutdown.js';
import type { Clock } from '../time/clock.js';

interface LocalShard {
  shard: Shard | undefined;
  readonly die: (error: Error) => void;
}

/**
 * Side shards inside the calling thread: the same code as on worker threads, over memory instead of rings,
 * on one clock that a test may own; and they can be made to die.
 */
export class LocalLauncher implements ShardLauncher {
  readonly #transports: readonly Transport[];
  readonly #clock: Clock;
  readonly #local = new Map<number, LocalShard>();

  constructor(threads: number, ringBytes: number, limits: MessageLimits, clock: Clock) {
    this.#transports = createMemoryMesh(threads + 1, {
      linkBytes: ringBytes,
      payloadBytesMax: payloadBytesMax(limits),
    });
    this.#clock = clock;
  }

  get transport(): Transport {
    return this.#transports[0]!;
  }

  launch(boot: ShardBoot): LaunchedShard {
    const { port1, port2 } = new MessageChannel();
    // The last reports are still on their way when the shard has ended; it closes its end after them.
    const closed = new Promise((resolve) => port1.once('close', resolve));
    const ended = new Promise<void>((resolve, reject) => {
      const local: LocalShard = { shard: undefined, die: reject };
      this.#local.set(boot.index, local);
      const onStarted = (shard: Shard): void => {
        local.shard = shard;
      };
      runShard(boot, port2, this.#transports[boot.index]!, this.#clock, { onStarted }).then(
        () => closed.then(() => resolve()),
        reject,
      );
    });
    ended.catch(() => port1.close());
    return { port: port1, ended, kill: () => this.kill(boot.index) };
  }

  /** Ends a shard as if its thread had ended: nothing is said, nothing is booked. */
  kill(index: number): void {
    const local = this.#local.get(index);
    if (local?.shard === undefined) throw new RangeError(`no shard ${index} is running`);
    abandonShard(local.shard);
    const transport = this.#transports[index]!;
    for (const peer of transport.peers) transport.dropOutbox(peer); // they die with their thread
    local.die(new Error('killed by the test'));
  }

  tallies(from: number, to: number): LinkTallies {
    const written = this.#transports[from]!.tallies(to);
    const read = this.#transports[to]!.tallies(from);
    return {
      framesWritten: written.framesWritten,
      countedWritten: written.countedWritten,
      framesRead: read.framesRead,
      countedRead: read.countedRead,
    };
  }

  nextLook(): Promise<unknown> {
    return nextImmediate();
  }

  async close(): Promise<void> {
    for (const transport of this.#transports) transport.close();
  }
}
