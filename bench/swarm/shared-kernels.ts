import type { CompiledModel } from '@skein/inference';
import { BareKernels } from './bare-kernels.js';
import { SharedRounds } from './shared-rounds.js';

/** What the worker is given: its half of columns that both threads see. */
export interface KernelsHalf {
  /** Name of a model. */
  readonly model: string;
  /** What each of its agents sees and does, i32[agents]. */
  readonly outcomes: Int32Array;
  readonly actions: Int32Array;
}

/**
 * The kernels of agents of whom one half is on the main thread and the other on a worker, without actors: what actors on two threads stand beside.
 * What agents see and do stands in memory of both threads, so that nothing is sent but the words of {@link SharedRounds}.
 */
export class SharedKernels {
  /** For the next step, an outcome for each agent, i32[agents]; to be written by the caller. */
  readonly outcomes: Int32Array;
  /** What each has done, i32[agents]. */
  readonly actions: Int32Array;
  readonly #ownHalf: BareKernels;
  readonly #ownOutcomes: readonly [Int32Array];
  readonly #rounds: SharedRounds;

  constructor(compiled: CompiledModel, model: string, agents: number) {
    this.outcomes = sharedColumn(agents);
    this.actions = sharedColumn(agents);
    const middle = Math.floor(agents / 2);
    this.#ownHalf = new BareKernels(compiled, middle, this.actions.subarray(0, middle));
    this.#ownOutcomes = [this.outcomes.subarray(0, middle)];
    const [outcomes, actions] = [this.outcomes.subarray(middle), this.actions.subarray(middle)];
    const half: KernelsHalf = { model, outcomes, actions };
    this.#rounds = new SharedRounds(new URL('./shared-kernels-worker.js', import.meta.url), half);
  }

  /** A step of all. @returns ms until both halves are done */
  async step(): Promise<number> {
    return this.#rounds.round(() => this.#ownHalf.step(this.#ownOutcomes));
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
    this.#ownHalf.dispose();
  }
}

function sharedColumn(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
