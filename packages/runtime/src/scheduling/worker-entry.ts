import type { MessagePort } from 'node:worker_threads';
import { openRingTransport, type RingMesh } from '@skein/transport';
import { rehearse } from '../shard/rehearsal.js';
import { systemClock } from '../time/system-clock.js';
import { runShard } from './run-shard.js';
import type { ShardBoot } from './shard-boot.js';

/** What a Piscina task of ours is given. */
export interface WorkerTask {
  readonly boot: ShardBoot;
  readonly mesh: RingMesh;
  readonly port: MessagePort;
}

/** The one long-running task of a worker thread: its shard. Resolves when the shard was told to stop. */
export default async function runWorkerShard({ boot, mesh, port }: WorkerTask): Promise<void> {
  await rehearse();
  await runShard(boot, port, openRingTransport(mesh, boot.index), systemClock);
}
