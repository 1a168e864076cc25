import * as fc from 'fast-check';
import { type Choices, choicesArbitrary } from './choices-arbitrary.js';
import { budgetOf, FAULT_KINDS, type Fault, type FaultKind } from './faults.js';
import type { Invariant } from './invariant.js';
import type { RunInput } from './run-input.js';

/** How long a cut or stall lasts, ms. */
const FAULT_MS = 500;

/** Everything that a run depends on. */
export interface RunPlan extends RunInput {
  readonly choices: Choices;
}

/**
 * Commands, faults and choices of a run as one arbitrary, so that a failure shrinks as a whole.
 *
 * @param stepsExpected of a run, count: faults strike among so many, as one that comes too late is none; undefined: nothing goes wrong, whatever
 *   the law allows
 */
export function runArbitrary<Subject>(
  law: Invariant<Subject>,
  commands: fc.Arbitrary<RunInput['commands']>,
  stepsExpected: number | undefined,
): fc.Arbitrary<RunPlan> {
  const faults = stepsExpected === undefined ? fc.constant([]) : faultsArbitrary(law, stepsExpected);
  return fc.record({ commands, faults, choices: choicesArbitrary() });
}

/** Between one and so many commands of a law, with their inputs; none if it has none. */
export function commandsArbitrary<Subject>(
  { commands = [] }: Invariant<Subject>,
  commandsMax: number,
): fc.Arbitrary<RunInput['commands']> {
  if (commands.length === 0) return fc.constant([]);
  const each = commands.map(({ name, input }) => fc.record({ command: fc.constant(name), input }));
  // At least one would do, but then fast-check never tries to leave out the last.
  return fc.array(fc.oneof(...each), { maxLength: commandsMax, size: 'max' });
}

function faultsArbitrary<Subject>(
  law: Invariant<Subject>,
  stepsExpected: number,
): fc.Arbitrary<readonly Fault[]> {
  const budget = budgetOf(law);
  const lists = FAULT_KINDS.filter((kind) => budget[kind] > 0).map((kind) =>
    fc.array(faultArbitrary(kind, stepsExpected), { maxLength: budget[kind], size: 'max' }),
  );
  return lists.length === 0 ? fc.constant([]) : fc.tuple(...lists).map((each) => each.flat());
}

function faultArbitrary(kind: FaultKind, stepsExpected: number): fc.Arbitrary<Fault> {
  return fc.record({
    kind: fc.constant(kind),
    at: fc.nat({ max: stepsExpected }),
    whom: fc.nat({ max: 63 }),
    forMs: fc.integer({ min: 1, max: FAULT_MS }),
  });
}
