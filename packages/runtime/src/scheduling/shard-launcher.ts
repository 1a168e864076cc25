import type { Transport } from '@skein/transport';
import type { ControlOrder, ControlReport } from '../system/control.js';
import type { ShardBoot } from './shard-boot.js';

/** One end of the way of orders and reports between the main shard and another: a `MessagePort`, or a simulated one. */
export interface ControlPort {
  postMessage(what: ControlOrder | ControlReport): void;
  // biome-ignore lint/suspicious/noExplicitAny: what comes is an order at one end and a report at the other
  on(event: 'message', listener: (what: any) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  close(): void;
}

/** A shard on its way up, or running. */
export interface LaunchedShard {
  /** The main thread's end of its control port. */
  readonly port: ControlPort;
  /** Resolves when it has stopped as told; rejects when its thread ended by itself. */
  readonly ended: Promise<void>;
  /** Ends its thread at once, whatever it is doing. */
  kill(): void;
}

/** How many frames have passed from one shard to another, at both ends. */
export interface LinkTallies {
  readonly framesWritten: number;
  readonly framesRead: number;
  readonly countedWritten: number;
  readonly countedRead: number;
}

/** Brings shards beside the main one to life: on worker threads, or inside this one for tests. */
export interface ShardLauncher {
  /** The main shard's end of the rings. */
  readonly transport: Transport;
  launch(boot: ShardBoot): LaunchedShard;
  /** Readable whatever has become of the threads at either end. */
  tallies(from: number, to: number): LinkTallies;
  /** Resolves when it makes sense to look again whether all shards have taken their orders. */
  nextLook(): Promise<unknown>;
  close(): Promise<void>;
}
