import type { ActorCell } from '../shard/actor-cell.js';
import type { DispatcherChoices } from './dispatcher-choices.js';

/**
 * The actors of one shard that have something to do, each at most once, and who comes next. Fair: an actor
 * that still has mail after its turn goes to the end.
 */
export class Dispatcher {
  readonly #choices: DispatcherChoices;
  #ready: (ActorCell | undefined)[] = [];
  #head = 0;

  constructor(choices: DispatcherChoices) {
    this.#choices = choices;
  }

  get readyCount(): number {
    return this.#ready.length - this.#head;
  }

  /** Puts an actor in line, if it is not in it and a turn would do anything. */
  offer(cell: ActorCell): void {
    if (cell.queued || !cell.isReady) return;
    cell.queued = true;
    this.#ready.push(cell);
  }

  /** Takes the next actor out of the line. */
  next(): ActorCell | undefined {
    const count = this.readyCount;
    if (count === 0) return undefined;
    const choice = this.#choices.nextReady(count);
    if (!(Number.isInteger(choice) && choice >= 0 && choice < count))
      throw new RangeError(`nextReady(${count}) chose ${choice}`);
    const at = this.#head + choice;
    const cell = this.#ready[at]!;
    if (choice === 0) this.#ready[at] = undefined;
    else this.#ready.splice(at, 1);
    if (choice === 0) this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) this.#compact();
    cell.queued = false;
    return cell;
  }

  turnMessagesMax(): number {
    return this.#choices.turnMessagesMax();
  }

  #compact(): void {
    this.#ready = this.#ready.slice(this.#head);
    this.#head = 0;
  }
}
