import type { ChoicePoint, Scheduler } from '../scheduler.js';

/**
 * One step for each process in turn, in order of their numbers. Without a seed and without chance: it shows what a
 * fair machine would do. Each run begins with another process than the one before; a run is repeated once all have
 * been first.
 *
 * Of several ways of one process it takes the first. Time, commands and faults have their turns like actors and links.
 */
export class RoundRobinScheduler implements Scheduler {
  readonly name = 'round-robin';
  #runs = 0;
  #last = -1;
  /** Highest number of a process in any run so far. */
  #highest = 0;

  beginRun(): boolean {
    this.#last = (this.#runs++ % (this.#highest + 1)) - 1;
    return true;
  }

  choose({ count, processes }: ChoicePoint): number {
    let lowest = 0;
    let next = -1;
    for (let way = 0; way < count; way++) {
      const process = processes[way]!;
      if (process < processes[lowest]!) lowest = way;
      if (process > this.#last && (next < 0 || process < processes[next]!)) next = way;
    }
    const way = next < 0 ? lowest : next;
    this.stepped(processes[way]!);
    return way;
  }

  /** Who had no alternative had its turn, too. */
  stepped(process: number): void {
    this.#last = process;
    if (process > this.#highest) this.#highest = process;
  }
}
