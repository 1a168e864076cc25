import { TOUCHES_ALL } from './scheduler.js';

const SINGLES: readonly string[] = ['time', 'test', 'promises'];

/**
 * Small numbers for whoever acts in a run and whatever is acted upon, in the order in which they are first met, and what the
 * step being taken has touched.
 */
export class StepTouches {
  readonly #numbers = new Map<number, number>();
  /** The first {@link count} are numbers of what the step has touched. */
  touched: Int32Array = new Int32Array(16);
  count = 0;

  begin(): void {
    this.count = 0;
  }

  touch(number: number): void {
    if (this.count === this.touched.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.touched);
      this.touched = larger;
    }
    this.touched[this.count++] = number;
  }

  touchAll(): void {
    this.touch(TOUCHES_ALL);
  }

  /** An actor: its state and its lifecycle. */
  actor(shard: number, slot: number): number {
    return this.#number((shard * 2 ** 32 + slot) * 8);
  }

  /** The end of its mailbox that messages are put in. Who takes one out touches it only if there may be no room. */
  mailbox(shard: number, slot: number): number {
    return this.#number((shard * 2 ** 32 + slot) * 8 + 1);
  }

  link(from: number, to: number): number {
    return this.#number((from * 2 ** 16 + to) * 8 + 2);
  }

  control(way: number): number {
    return this.#number(way * 8 + 3);
  }

  /** What there is only one of. */
  single(what: 'time' | 'test' | 'promises'): number {
    return this.#number(SINGLES.indexOf(what) * 8 + 4);
  }

  #number(key: number): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
