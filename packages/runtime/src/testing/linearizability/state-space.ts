import { InvalidOptionError } from '../../errors.js';
import type { Operation } from './operation.js';
import { PENDING, Refusal, type SequentialModel } from './sequential-model.js';
import { structuralKey } from './structural-key.js';

/** In place of a state: the model refused. */
export const REFUSED = -1;

/** Answers of the model that are remembered, count; at this bound all are forgotten. */
const ANSWERS_MAX = 2 ** 18;

/**
 * What a model says of the operations of one history, with its states as numbers from 0. The model is asked once about
 * a state and an input with its output: operations that share these share the answer.
 */
export class StateSpace<State, Input, Output> {
  readonly #model: SequentialModel<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #states: State[] = [];
  readonly #numbers = new Map<string | number, number>();
  readonly #kinds: KindsOfOperations;
  readonly #answers = new Map<number, number>();
  /** The number of the state before all operations. */
  readonly initial = 0;

  constructor(
    model: SequentialModel<State, Input, Output>,
    part: string | number | undefined,
    operations: readonly Operation<Input, Output>[],
    states: readonly State[] = [model.initial(part)],
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#kinds = kindsOf(operations);
    for (const state of states) this.#numberOf(state);
  }

  /** The same model and the same states for other operations. */
  over(operations: readonly Operation<Input, Output>[]): StateSpace<State, Input, Output> {
    return new StateSpace(this.#model, undefined, operations, this.#states);
  }

  /** States that it has come to, count. */
  get size(): number {
    return this.#states.length;
  }

  /** The state of a number. */
  stateOf(number: number): State {
    return this.#states[number]!;
  }

  /** A number that is the same for operations of the same input. */
  inputKind(op: number): number {
    return this.#kinds.unseen[op]!;
  }

  /**
   * The state after an operation, or {@link REFUSED}.
   *
   * @param seen whether its output counts
   * @throws InvalidOptionError if the model changed the state that it was given, or states have no structure
   */
  next(state: number, op: number, seen: boolean): number {
    const kind = (seen ? this.#kinds.seen : this.#kinds.unseen)[op]!;
    const question = state * this.#kinds.count + kind;
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    const next = this.#ask(state, op, seen);
    this.#answers.set(question, next);
    return next;
  }

  /** Why the model refuses an operation; undefined if it does not. */
  whyNot(state: number, op: number, seen: boolean): string | undefined {
    const answer = this.#apply(state, op, seen);
    return answer instanceof Refusal ? answer.why : undefined;
  }

  #ask(state: number, op: number, seen: boolean): number {
    const answer = this.#apply(state, op, seen);
    if (answer instanceof Refusal) return REFUSED;
    const next = this.#numberOf(answer);
    // One object, another key: it was changed in place, and with it all that was found out about it.
    if (answer === this.#states[state] && next !== state)
      throw new InvalidOptionError('apply', this.#model.apply, 'a function that changes no state in place');
    return next;
  }

  #apply(state: number, op: number, seen: boolean): State | Refusal {
    const { input, output } = this.#operations[op]!;
    return this.#model.apply(this.#states[state]!, input, seen ? (output as Output) : PENDING);
  }

  #numberOf(state: State): number {
    const key = this.#keyOf(state);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#states.length;
    this.#states.push(state);
    this.#numbers.set(key, number);
    return number;
  }

  #keyOf(state: State): string | number {
    const key = this.#model.stateKey === undefined ? structuralKey(state) : this.#model.stateKey(state);
    if (key === undefined)
      throw new InvalidOptionError('stateKey', undefined, 'a function for states other than plain data');
    return key;
  }
}

/** Numbers of operations, the same for those that a model cannot tell apart. */
interface KindsOfOperations {
  /** By input and output. */
  readonly seen: Int32Array;
  /** By input alone. */
  readonly unseen: Int32Array;
  readonly count: number;
}

/** What has no structure is of a kind of its own. */
function kindsOf(operations: readonly Operation<unknown, unknown>[]): KindsOfOperations {
  const kinds = new Map<string, number>();
  let count = 0;
  const kindOf = (key: string | undefined): number => {
    const known = key === undefined ? undefined : kinds.get(key);
    if (known !== undefined) return known;
    if (key !== undefined) kinds.set(key, count);
    return count++;
  };
  const seen = new Int32Array(operations.length);
  const unseen = new Int32Array(operations.length);
  for (const [op, { input, output }] of operations.entries()) {
    const inputKey = structuralKey(input);
    const outputKey = structuralKey(output);
    unseen[op] = kindOf(inputKey);
    seen[op] = kindOf(
      inputKey === undefined || outputKey === undefined ? undefined : `${inputKey}=${outputKey}`,
    );
  }
  return { seen, unseen, count };
}
