import type { Transport } from '@skein/transport';
import type { DispatcherChoices } from '../../scheduling/dispatcher-choices.js';
import { type ShardSeams, startShard } from '../../scheduling/run-shard.js';
import type { ShardBoot } from '../../scheduling/shard-boot.js';
import type { LaunchedShard, LinkTallies, ShardLauncher } from '../../scheduling/shard-launcher.js';
import type { Shard } from '../../shard/shard.js';
import { abandonShard } from '../../shard/shutdown.js';
import type { DefinitionRegistry } from '../../system/definition-registry.js';
import type { Clock } from '../../time/clock.js';
import type { SimulatedNetwork } from './simulated-network.js';
import { ControlWay, createControlPorts } from './simulated-ports.js';

/** A side shard that runs. */
interface Launched {
  readonly shard: Shard;
  readonly toMain: ControlWay;
  readonly die: (error: Error) => void;
}

/** Starts the side shards of a simulated system: the code of worker threads, on ways and clocks that the simulation moves. */
export class SimulatedLauncher implements ShardLauncher {
  /** The ways of orders and reports, of shards that are gone too while something is on them. */
  readonly ways: ControlWay[] = [];
  readonly #network: SimulatedNetwork;
  readonly #registry: DefinitionRegistry;
  readonly #clockOf: (shard: number) => Clock;
  readonly #seams: ShardSeams;
  readonly #choicesOf: (shard: number) => DispatcherChoices;
  readonly #launched = new Map<number, Launched>();
  #looks: (() => void)[] = [];

  constructor(
    network: SimulatedNetwork,
    registry: DefinitionRegistry,
    clockOf: (shard: number) => Clock,
    choicesOf: (shard: number) => DispatcherChoices,
    seams: ShardSeams,
  ) {
    this.#choicesOf = choicesOf;
    this.#network = network;
    this.#registry = registry;
    this.#clockOf = clockOf;
    this.#seams = seams;
  }

  get transport(): Transport {
    return this.#network.ends[0]!;
  }

  launch(boot: ShardBoot): LaunchedShard {
    const { index } = boot;
    const toShard = new ControlWay(index);
    const toMain = new ControlWay(index);
    this.ways.push(toShard, toMain);
    const [mainEnd, shardEnd] = createControlPorts(toShard, toMain);
    const ended = new Promise<void>((resolve, reject) => {
      const onStarted = (shard: Shard): void => {
        this.#launched.set(index, { shard, toMain, die: reject });
      };
      const transport = this.#network.ends[index]!;
      void startShard(boot, this.#registry, shardEnd, transport, this.#clockOf(index), {
        ...this.#seams,
        choices: this.#choicesOf(index),
        onStarted,
      }).then(resolve);
    });
    ended.then(
      () => this.#launched.delete(index),
      () => mainEnd.close(),
    );
    return { port: mainEnd, ended, kill: () => this.kill(index) };
  }

  isRunning(index: number): boolean {
    return this.#launched.has(index);
  }

  /** Ends a shard that runs as if its thread had ended: nothing is said, nothing is booked. The main shard hears of it by and by. */
  kill(index: number): void {
    const launched = this.#launched.get(index);
    if (launched === undefined) return;
    this.#launched.delete(index);
    abandonShard(launched.shard);
    const transport = this.#network.ends[index]!;
    for (const peer of transport.peers) transport.dropOutbox(peer); // they die with their thread
    launched.toMain.send(() => launched.die(new Error('its thread has ended')));
  }

  tallies(from: number, to: number): LinkTallies {
    return this.#network.link(from, to).tallies;
  }

  /** Something was said to a shard, or by one. */
  arrived(): void {
    const looks = this.#looks;
    this.#looks = [];
    for (const look of looks) look();
  }

  nextLook(): Promise<void> {
    return new Promise((resolve) => {
      this.#looks.push(resolve);
    });
  }

  async close(): Promise<void> {}
}
