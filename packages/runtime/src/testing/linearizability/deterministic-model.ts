import { inspect } from 'node:util';
import { InvalidOptionError } from '../../errors.js';
import { PENDING, refuse, type SequentialModel } from './sequential-model.js';
import { structuralKey } from './structural-key.js';

/** An object whose state decides what each operation does and answers. */
export interface DeterministicObject<State, Input, Output>
  extends Omit<SequentialModel<State, Input, Output>, 'apply'> {
  /** The state after `input`, and its output. Must not change the state that it is given. */
  readonly apply: (state: State, input: Input) => readonly [State, Output];
  /** Whether an output is the one that was to be. Default: they have the same structure. */
  readonly sameOutput?: ((expected: Output, actual: Output) => boolean) | undefined;
}

/**
 * The model of an object whose state decides its outputs: an operation is refused if it answered anything else,
 * and one that never returned has its effect, whatever it would have answered.
 *
 * @throws InvalidOptionError while checking, if outputs have no structure to compare and `sameOutput` is missing
 * @example
 * const register = deterministicModel({
 *   initial: () => 0,
 *   apply: (value, input: 'read' | { write: number }) =>
 *     input === 'read' ? [value, value] : [input.write, undefined],
 * });
 */
export function deterministicModel<State, Input, Output>(
  object: DeterministicObject<State, Input, Output>,
): SequentialModel<State, Input, Output> {
  const { apply, sameOutput = haveSameStructure, ...rest } = object;
  return {
    ...rest,
    apply: (state, input, output) => {
      const [next, expected] = apply(state, input);
      if (output === PENDING || sameOutput(expected, output)) return next;
      return refuse(`would have answered ${inspect(expected, { breakLength: Number.POSITIVE_INFINITY })}`);
    },
  };
}

function haveSameStructure(expected: unknown, actual: unknown): boolean {
  return Object.is(expected, actual) || keyOfOutput(expected) === keyOfOutput(actual);
}

function keyOfOutput(output: unknown): string {
  const key = structuralKey(output);
  if (key === undefined)
    throw new InvalidOptionError(
      'sameOutput',
      undefined,
      'a function that compares outputs other than plain data',
    );
  return key;
}
