// Runs one vitest project quietly and reads the counts from vitest's own JSON report.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runScript } from './run-program.mjs';
import { notes, root } from './workspace.mjs';

/**
 * Runs the package.json script `name` (`test:unit`, `test:built`), which is a vitest command.
 *
 * @returns { counts: { passed, failed, skipped }, exitCode, output }. Tests marked `todo` count as skipped.
 *          A run that failed without one failing test (a file that does not load, an error outside any
 *          test, no report at all) counts one failure, so that a total can never look better than the run.
 */
export async function runVitest(name) {
  const report = `node_modules/.skein/${name.replace(':', '-')}.json`;
  mkdirSync(notes, { recursive: true });
  rmSync(`${root}${report}`, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { exitCode, output } = await runScript(name, reporters);
  const counts = readCounts(`${root}${report}`);
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return { counts, exitCode, output };
}

function readCounts(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
