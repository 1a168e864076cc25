import { InvalidFailureFileError } from '../errors.js';
import type { Failure } from './failure.js';
import type { Invariant } from './invariant.js';
import { prepareLaw } from './prepared-law.js';
import { runLaw } from './run-law.js';
import type { RunReport } from './run-report.js';
import { ReplayScheduler } from './schedulers/replay-scheduler.js';
import type { Trace } from './trace.js';
import { Tracer } from './tracer.js';
import { trapUncontrolled } from './uncontrolled.js';

/**
 * Runs a failure again.
 *
 * @throws InvalidFailureFileError if the law has no commands of these names any more; whatever is wrong with its modules
 */
export async function replayFailure<Subject>(
  law: Invariant<Subject>,
  failure: Failure,
): Promise<{ readonly report: RunReport; readonly trace: Trace }> {
  const prepared = await prepareLaw(law);
  const missing = failure.commands.find(({ command }) => !prepared.commands.has(command));
  if (missing !== undefined)
    throw new InvalidFailureFileError(
      `The failure of "${law.name}"`,
      `its law has no command "${missing.command}"`,
    );
  const release = trapUncontrolled();
  try {
    const tracer = new Tracer(law.name);
    const scheduler = new ReplayScheduler(failure.tape);
    scheduler.beginRun();
    const report = await runLaw(prepared, failure, scheduler, tracer);
    return { report, trace: tracer.trace };
  } finally {
    release();
  }
}
