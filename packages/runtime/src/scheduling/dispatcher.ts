import { RUNNING, STARTING } from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import { type ActorTable, offsetOf, pageOf } from '../kernel/actor-table.js';
import type { BatchGroup } from '../kernel/batch-group.js';
import { ReadyQueue } from '../kernel/ready-queue.js';
import { BATCH, CRITICAL, FIRST_GROUP, type Role, STANDARD } from '../kernel/role.js';
import { type DispatcherChoices, fairChoices } from './dispatcher-choices.js';

// See `local-post.ts`.
const { BLOCKED, LIFECYCLE_MASK, MAIL_HEAD, QUEUED, ROLE, STATUS } = record;

/** Turns of other classes after which a batch actor that is ready has one. */
const TURNS_BEFORE_BATCH = 63;

/**
 * The actors of one shard that have something to do, each at most once, and who comes next: critical ones first, then standard ones, then batch; but of 64
 * turns one is a batch actor's if any is ready. Fair within a class: an actor that still has mail after its turn goes to the end.
 *
 * Actors that meet messages in batches stand in a queue of their own, and all together have one place in their class, which the
 * group's stand-in keeps for them.
 */
export class Dispatcher {
  readonly #choices: DispatcherChoices;
  readonly #fair: boolean;
  readonly #pages: readonly Int32Array[];
  readonly #roles: readonly Role[];
  readonly #classes: readonly [ReadyQueue, ReadyQueue, ReadyQueue];
  readonly #critical: ReadyQueue;
  readonly #standard: ReadyQueue;
  #turnsSinceBatch = 0;
  /** Actors and groups in line, count. */
  readyCount = 0;

  constructor(choices: DispatcherChoices, table: ActorTable<unknown>, roles: readonly Role[]) {
    this.#choices = choices;
    this.#fair = choices === fairChoices;
    this.#pages = table.pages;
    this.#roles = roles;
    this.#classes = [new ReadyQueue(table.pages), new ReadyQueue(table.pages), new ReadyQueue(table.pages)];
    this.#critical = this.#classes[CRITICAL];
    this.#standard = this.#classes[STANDARD];
  }

  /** Puts an actor in line, if it is not in it and a turn would do anything. */
  offer(slot: number): void {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const status = page[at + STATUS]!;
    const lifecycle = status & LIFECYCLE_MASK;
    if ((status & QUEUED) !== 0) return;
    if (
      lifecycle !== STARTING &&
      (lifecycle !== RUNNING || (status & BLOCKED) !== 0 || page[at + MAIL_HEAD] === 0)
    )
      return;
    page[at + STATUS] = status | QUEUED;
    this.push(slot, this.#roles[page[at + ROLE]!]!.queue);
  }

  /** Puts an actor in line that is known to be ready, and is marked as queued. `queue` is its role's. */
  push(slot: number, queue: number): void {
    if (queue >= FIRST_GROUP) {
      const role = this.#roles[queue - FIRST_GROUP]!;
      role.group!.line.push(slot);
      this.offerGroup(role.group!, role.rank);
      return;
    }
    this.#classes[queue as 0].push(slot);
    this.readyCount++;
  }

  /** The same with one that was there before all others of its class. */
  pushFirst(slot: number, queue: number): void {
    this.#classes[queue as 0].unshift(slot);
    this.readyCount++;
  }

  /** Counts the turn of one that stood in no line. */
  countTurn(): void {
    this.#turnsSinceBatch++;
  }

  /** Puts a group in line, if it is not in it and one of its actors waits. */
  offerGroup(group: BatchGroup, rank: number): void {
    if (group.line.length > 0 || group.scattered.count > 0) this.offerWaiting(group, rank);
  }

  /** Puts a group in line of which an actor waits, or is about to, if it is not in it. */
  offerWaiting(group: BatchGroup, rank: number): void {
    const page = this.#pages[pageOf(group.standIn)]!;
    const at = offsetOf(group.standIn);
    if ((page[at + STATUS]! & QUEUED) !== 0) return;
    page[at + STATUS]! |= QUEUED;
    this.#classes[rank as 0].push(group.standIn);
    this.readyCount++;
  }

  /**
   * Takes the next actor, or the next group's stand-in, out of the line; 0 when there is none. It stays marked as queued for the turn that
   * it has now, so that nobody offers it again; whoever gives the turn sees to that at its end.
   */
  next(): number {
    if (this.readyCount === 0) return 0;
    if (this.#fair && this.#standard.length === this.readyCount) {
      // Nearly always: nobody but standard actors waits.
      this.readyCount--;
      this.#turnsSinceBatch++;
      return this.#standard.shift();
    }
    const rank = this.#nextClass();
    const queue = this.#classes[rank];
    const slot = this.#fair ? queue.shift() : queue.takeAt(this.#choose(queue.length));
    this.readyCount--;
    this.#turnsSinceBatch = rank === BATCH ? 0 : this.#turnsSinceBatch + 1;
    return slot;
  }

  /** Those of whom one has the next turn, to look at. Costs nothing but is for a simulation, which chooses. */
  nextLine(): ReadyQueue {
    return this.#classes[this.#nextClass()];
  }

  /** Nobody waits, and there is nothing to choose: who has its turn would have the next one, too. */
  get isEmpty(): boolean {
    return this.readyCount === 0 && this.#fair;
  }

  /** A critical actor waits for its turn. */
  get criticalWaits(): boolean {
    return this.#critical.length > 0;
  }

  /** How many actors of a group have a turn together. */
  batchSize({ line, sizeMax }: BatchGroup): number {
    const waiting = line.length;
    const most = Math.min(waiting, sizeMax);
    const choice = this.#choices.batchSizeMax?.(waiting);
    if (choice === undefined) return most;
    if (!(Number.isInteger(choice) && choice >= 1))
      throw new RangeError(`batchSizeMax(${waiting}) chose ${choice}`);
    return Math.min(most, choice);
  }

  turnMessagesMax(): number {
    return this.#choices.turnMessagesMax();
  }

  #nextClass(): 0 | 1 | 2 {
    const [critical, standard, batch] = this.#classes;
    if (batch.length > 0 && this.#turnsSinceBatch >= TURNS_BEFORE_BATCH) return BATCH;
    if (critical.length > 0) return CRITICAL;
    return standard.length > 0 ? STANDARD : BATCH;
  }

  #choose(count: number): number {
    const choice = this.#choices.nextReady(count);
    if (!(Number.isInteger(choice) && choice >= 0 && choice < count))
      throw new RangeError(`nextReady(${count}) chose ${choice}`);
    return choice;
  }
}
