import * as fc from 'fast-check';
import { type Choices, choicesArbitrary } from './choices-arbitrary.js';
import { budgetOf, FAULT_KINDS, type Fault, type FaultKind } from './faults.js';
import type { Invariant } from './invariant.js';
import type { RunInput } from './run-law.js';

/** Steps among which faults strike: runs are seldom longer, and a fault that comes too late is none. */
const FAULT_STEPS = 60;
/** How long a cut or stall lasts, ms. */
const FAULT_MS = 500;

/** Everything that a run depends on. */
export interface RunPlan extends RunInput {
  readonly choices: Choices;
}

/**
 * Commands, faults and choices of a run as one arbitrary, so that a failure shrinks as a whole.
 *
 * @param program the commands, if they are given and not generated
 */
export function runArbitrary<Subject>(
  law: Invariant<Subject>,
  commandsMax: number,
  program: RunInput['commands'] | undefined,
): fc.Arbitrary<RunPlan> {
  return fc.record({
    commands: program === undefined ? commandsArbitrary(law, commandsMax) : fc.constant(program),
    faults: faultsArbitrary(law),
    choices: choicesArbitrary(),
  });
}

function commandsArbitrary<Subject>(
  { commands = [] }: Invariant<Subject>,
  commandsMax: number,
): fc.Arbitrary<RunInput['commands']> {
  if (commands.length === 0) return fc.constant([]);
  const each = commands.map(({ input }, command) => fc.record({ command: fc.constant(command), input }));
  return fc.array(fc.oneof(...each), { minLength: 1, maxLength: commandsMax, size: 'max' });
}

function faultsArbitrary<Subject>(law: Invariant<Subject>): fc.Arbitrary<readonly Fault[]> {
  const budget = budgetOf(law);
  const lists = FAULT_KINDS.filter((kind) => budget[kind] > 0).map((kind) =>
    fc.array(faultArbitrary(kind), { maxLength: budget[kind], size: 'max' }),
  );
  return lists.length === 0 ? fc.constant([]) : fc.tuple(...lists).map((each) => each.flat());
}

function faultArbitrary(kind: FaultKind): fc.Arbitrary<Fault> {
  return fc.record({
    kind: fc.constant(kind),
    at: fc.nat({ max: FAULT_STEPS }),
    whom: fc.nat({ max: 63 }),
    forMs: fc.integer({ min: 1, max: FAULT_MS }),
  });
}
