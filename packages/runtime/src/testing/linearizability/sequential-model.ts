/** Stands in place of an output that nobody saw, of an operation that never returned. */
export const PENDING: unique symbol = Symbol('pending');

/** What a model answers to an operation that could not have happened in a state. Made by {@link refuse}. */
export class Refusal {
  /** In words, as in `would have answered 2`. */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** A model's answer that an operation could not have happened, and `why`. */
export function refuse(why: string): Refusal {
  return new Refusal(why);
}

/**
 * What an object does when it meets one operation at a time: the meaning of `correct` in
 * {@link checkLinearizability}. Where the state decides every output, {@link deterministicModel} is shorter.
 *
 * @example
 * // A lock that may refuse anybody at any time, but never grants twice.
 * const lock: SequentialModel<string | undefined, { acquire: string } | { release: string }, boolean> = {
 *   initial: () => undefined,
 *   apply: (holder, input, granted) => {
 *     if ('release' in input) return undefined;
 *     if (granted === false) return holder;
 *     return holder === undefined ? input.acquire : refuse(`is held by ${holder}`);
 *   },
 * };
 */
export interface SequentialModel<State, Input, Output> {
  /** The state before all operations; `key` is that of the part, where there is a `partition`. */
  readonly initial: (key?: string | number) => State;
  /**
   * The state after `input` gave `output`, or the refusal of what cannot be. Of an operation whose output nobody
   * saw it is {@link PENDING}: answer with the state after it had its effect. Must not change the state that it
   * is given. If several states are possible, let `State` be the set of them.
   */
  readonly apply: (state: State, input: Input, output: Output | typeof PENDING) => State | Refusal;
  /**
   * A key, equal for those states that are equal. Default: by structure, for states of plain data, Maps, Sets,
   * Dates and typed arrays, without regard to the order of properties and of the members of Maps and Sets.
   */
  readonly stateKey?: ((state: State) => string | number) | undefined;
  /**
   * The part of the object that an operation concerns, such as the key of a map. Give it where operations on
   * different parts have nothing to do with each other: each part is then checked by itself, which is much
   * cheaper, and begins with an `initial` state of its own. Of operations of one process whose stamps are equal, the
   * order across parts is lost.
   */
  readonly partition?: ((input: Input) => string | number) | undefined;
}
