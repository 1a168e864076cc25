import type { AnyRef } from '../../actor/actor-ref.js';
import { RUNNING } from '../../actor/lifecycle.js';
import { InvalidOptionError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { InjectedCrashError } from '../errors.js';
import type { SimulatedLauncher } from './simulated-launcher.js';
import type { SimulatedLink, SimulatedNetwork } from './simulated-network.js';
import type { SimulatedShards } from './simulated-shards.js';
import type { StepTouches } from './step-touches.js';

/** What a fault did, for a story, and to whom. */
export interface Strike {
  readonly text: string;
  readonly paths: readonly string[];
  /** Shards that are gone. */
  readonly shards?: readonly number[];
  readonly doubled?: boolean;
  /** How long it lasts, ms; nothing where it is over at once. */
  readonly forMs?: number;
}

/** What can go wrong in a simulated system. Each says what it did; undefined: there was nobody to strike. */
export class Disturbances {
  readonly #shards: SimulatedShards;
  readonly #network: SimulatedNetwork;
  readonly #launcher: SimulatedLauncher | undefined;
  readonly #touches: StepTouches;
  readonly #clock: Clock;
  /** Until when actors have no turn, ms, by the numbers under which they act. */
  readonly #stalled = new Map<number, number>();

  constructor(
    shards: SimulatedShards,
    network: SimulatedNetwork,
    launcher: SimulatedLauncher | undefined,
    touches: StepTouches,
    clock: Clock,
  ) {
    this.#shards = shards;
    this.#network = network;
    this.#launcher = launcher;
    this.#touches = touches;
    this.#clock = clock;
  }

  /** Crashes an actor between two messages, if it is in service. */
  crash(ref: AnyRef): Strike | undefined {
    const found = this.#shards.find(ref);
    if (found === undefined) return undefined;
    const { shard, slot } = found;
    if (shard.life.lifecycle(slot) !== RUNNING) return undefined;
    const { path } = shard.addressOf(slot);
    shard.life.fail(slot, new InjectedCrashError(path));
    return { text: `crash of ${path}`, paths: [path] };
  }

  /** Keeps an actor from its turns for so long, as a slow one. */
  stall(ref: AnyRef, durationMs: number): Strike | undefined {
    checkDuration('stall', durationMs);
    const found = this.#shards.find(ref);
    if (found === undefined) return undefined;
    const { shard, slot } = found;
    const process = this.#touches.actor(shard.index, slot);
    this.#stalled.set(process, this.#clock.now() + durationMs);
    this.#clock.setTimer(durationMs, () => this.#stalled.delete(process));
    const { path } = shard.addressOf(slot);
    return { text: `${path} is slow for ${durationMs} ms`, paths: [path], forMs: durationMs };
  }

  isStalled(process: number): boolean {
    return this.#stalled.size > 0 && (this.#stalled.get(process) ?? 0) > this.#clock.now();
  }

  /** Ends a side shard as if its thread had ended, if it runs. */
  loseShard(index: number): Strike | undefined {
    if (!this.#kill(index)) return undefined;
    return { text: `shard ${index} is lost`, paths: [], shards: [index] };
  }

  /** Ends those of a machine's shards that run. */
  loseMachine(number: number, shards: readonly number[]): Strike | undefined {
    const lost = shards.filter((index) => this.#kill(index));
    if (lost.length === 0) return undefined;
    return { text: `machine ${number} is lost, with shards ${lost.join(', ')}`, paths: [], shards: lost };
  }

  #kill(index: number): boolean {
    if (this.#launcher?.isRunning(index) !== true) return false;
    this.#launcher.kill(index);
    return true;
  }

  /** Cuts both directions between two shards for so long: what is sent meanwhile arrives later. @throws InvalidOptionError for shards that are not there */
  cut(a: number, b: number, durationMs: number): Strike {
    checkDuration('cut', durationMs);
    const { shardCount } = this.#network;
    const isShard = (shard: number): boolean => Number.isInteger(shard) && shard >= 0 && shard < shardCount;
    if (!isShard(a) || !isShard(b) || a === b)
      throw new InvalidOptionError('cut', `shards ${a} and ${b}`, `two of the ${shardCount} from 0 on`);
    const links = [this.#network.link(a, b), this.#network.link(b, a)];
    for (const link of links) link.cuts++;
    this.#clock.setTimer(durationMs, () => {
      for (const link of links) link.cuts--;
    });
    const text = `shards ${a} and ${b} are cut off from each other for ${durationMs} ms`;
    return { text, paths: [], forMs: durationMs };
  }

  /** Lets the mailboxes of a shard take nothing more for so long, as if its budget of bytes were used up. */
  fillMailboxes(index: number, durationMs: number): Strike {
    const { mail } = this.#shards.all[index]!.shard;
    const { bytesMax } = mail;
    if (bytesMax > 0) {
      mail.bytesMax = 0;
      this.#clock.setTimer(durationMs, () => {
        mail.bytesMax = bytesMax;
      });
    }
    const text = `the mailboxes of shard ${index} take nothing for ${durationMs} ms`;
    return { text, paths: [], forMs: durationMs };
  }

  /** The next message on a link is lost: it counts as dead, and nobody is told. */
  lose(link: SimulatedLink): Strike | undefined {
    if (!link.nextIsCounted || !this.#shards.isOpen(link.to)) return undefined;
    link.read(() => this.#shards.all[link.to]!.shard.row.add('dead', 1));
    return { text: `a message is lost ${wayOf(link)}`, paths: [] };
  }

  /** The next message on a link will arrive twice: it counts as sent twice, by who has sent it. */
  duplicate(link: SimulatedLink): Strike | undefined {
    if (!link.nextIsCounted || !this.#shards.isOpen(link.to) || !this.#shards.isOpen(link.from))
      return undefined;
    link.duplicateNext();
    this.#shards.all[link.from]!.shard.row.add('sent', 1);
    return { text: `a message is doubled ${wayOf(link)}`, paths: [], doubled: true };
  }
}

function wayOf({ from, to }: SimulatedLink): string {
  return `on the way from shard ${from} to shard ${to}`;
}

function checkDuration(option: string, durationMs: number): void {
  if (!(durationMs >= 0 && durationMs < Number.POSITIVE_INFINITY))
    throw new InvalidOptionError(option, durationMs, 'at least 0 ms, and an end');
}
