import fc from 'fast-check';
import type { Operation } from './operation.js';
import { PENDING, Refusal, type SequentialModel } from './sequential-model.js';

/** Well-formed histories that mostly mean nothing: any inputs, any outputs, few stamps and so many ties. */
export function anyHistory<Input, Output>(
  input: fc.Arbitrary<Input>,
  output: fc.Arbitrary<Output>,
  operationsMax: number,
): fc.Arbitrary<Operation<Input, Output>[]> {
  const step = fc.record({
    process: fc.nat(2),
    gap: fc.nat(3),
    length: fc.nat(4),
    input,
    output,
    end: fc.constantFrom('returned', 'returned', 'returned', 'abandoned'),
  });
  return fc.array(step, { maxLength: operationsMax, size: 'max' }).map((steps) => {
    const clocks = [0, 0, 0];
    return steps.map(({ process, gap, length, input, output, end }) => {
      const calledAt = clocks[process]! + gap;
      clocks[process] = calledAt + length;
      const endsAt = clocks[process];
      return end === 'returned'
        ? { process, input, output, calledAt, returnedAt: endsAt }
        : { process, input, calledAt, abandonedAt: endsAt };
    });
  });
}

/** What decides a correct history: inputs in their order, and for each how much wider than a moment it is. */
export interface CorrectStep<Input> {
  readonly input: Input;
  readonly before: number;
  readonly after: number;
  readonly end: 'returned' | 'lost' | 'never took effect';
}

export function correctSteps<Input>(
  input: fc.Arbitrary<Input>,
  operationsMax: number,
): fc.Arbitrary<CorrectStep<Input>[]> {
  const width = fc.nat(4);
  const end = fc.constantFrom(
    'returned' as const,
    'returned' as const,
    'returned' as const,
    'lost' as const,
    'never took effect' as const,
  );
  return fc.array(fc.record({ input, before: width, after: width, end }), {
    maxLength: operationsMax,
    size: 'max',
  });
}

/**
 * The history of a sequential run, each operation at a moment of its own, with its interval widened. Each goes to the
 * first process that is free.
 */
export function correctHistory<State, Input, Output>(
  steps: readonly CorrectStep<Input>[],
  model: SequentialModel<State, Input, Output>,
  outputs: (state: State, input: Input) => Output,
): Operation<Input, Output>[] {
  let state = model.initial();
  const freeAt: number[] = [];
  const planned = steps.map(({ input, before, after, end }, moment) => {
    const output = outputs(state, input);
    if (end !== 'never took effect') {
      const next = model.apply(state, input, end === 'lost' ? PENDING : output);
      if (next instanceof Refusal) throw new Error(next.why);
      state = next;
    }
    return { input, output, end, calledAt: moment - before, endsAt: moment + after };
  });
  return planned
    .sort((one, other) => one.calledAt - other.calledAt)
    .map(({ input, output, end, calledAt, endsAt }) => {
      const free = freeAt.findIndex((stamp) => stamp < calledAt);
      const process = free < 0 ? freeAt.length : free;
      freeAt[process] = endsAt;
      return end === 'returned'
        ? { process, input, output, calledAt, returnedAt: endsAt }
        : { process, input, calledAt, abandonedAt: endsAt };
    });
}
