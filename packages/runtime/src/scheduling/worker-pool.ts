import { setImmediate as nextImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import {
  createRingMesh,
  openRingTransport,
  type RingMesh,
  readRingTallies,
  type Transport,
} from '@skein/transport';
import { Piscina } from 'piscina';
import { type MessageLimits, payloadBytesMax } from '../remote/message-limits.js';
import type { ShardBoot } from './shard-boot.js';
import type { LaunchedShard, LinkTallies, ShardLauncher } from './shard-launcher.js';
import type { WorkerTask } from './worker-entry.js';

/**
 * Worker threads for shards: Piscina starts, names and replaces them; each runs exactly one task, its
 * shard, for as long as the system lives.
 */
export class WorkerPool implements ShardLauncher {
  readonly transport: Transport;
  readonly #mesh: RingMesh;
  readonly #piscina: Piscina;

  constructor(threads: number, ringBytes: number, limits: MessageLimits) {
    this.#mesh = createRingMesh(threads + 1, { ringBytes, payloadBytesMax: payloadBytesMax(limits) });
    this.transport = openRingTransport(this.#mesh, 0);
    this.#piscina = new Piscina({
      filename: new URL('./worker-entry.js', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      // The task never ends, and its thread must keep an event loop: no waiting for a next task.
      atomics: 'disabled',
    });
    // A thread that ends while it runs a task rejects that task, which is where we look; without a listener
    // the same news would be thrown here.
    this.#piscina.on('error', () => undefined);
  }

  launch(boot: ShardBoot): LaunchedShard {
    const { port1, port2 } = new MessageChannel();
    const task: WorkerTask = { boot, mesh: this.#mesh, port: port2 };
    const controller = new AbortController();
    // The last reports travel on another port than the end of the task; the shard closes its end after them.
    const closed = new Promise((resolve) => port1.once('close', resolve));
    const ended = this.#piscina.run(task, { transferList: [port2], signal: controller.signal }).then(
      async () => {
        await closed;
      },
      (error: unknown) => {
        port1.close();
        throw error;
      },
    );
    return { port: port1, ended, kill: () => controller.abort() };
  }

  tallies(from: number, to: number): LinkTallies {
    return readRingTallies(this.#mesh, from, to);
  }

  nextLook(): Promise<unknown> {
    return nextImmediate();
  }

  async close(): Promise<void> {
    this.transport.close();
    await this.#piscina.destroy();
  }
}
