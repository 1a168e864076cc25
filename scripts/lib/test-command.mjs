// The command behind `npm test`: install, build, then every check, one line each. Checks that do not
// depend on one another all run, so that the summary is complete; nothing runs against a failed install,
// and no test against a failed build. The last line on stdout is `N passed, N failed, N skipped`.

import { build } from './build.mjs';
import { forgetGreenRecord, readGreenRecord, treeState, writeGreenRecord } from './green-record.mjs';
import { install } from './install.mjs';
import { runScript } from './run-program.mjs';
import { step } from './step.mjs';
import { Trouble, tell } from './trouble.mjs';
import { runVitest } from './vitest-run.mjs';

const usage = 'Usage: npm test [-- --force]   (--force: run the checks though nothing has changed)';

/** @param args  what follows `npm test --` */
export async function test(args) {
  if (args.some((arg) => arg !== '--force')) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const mayReuse = !args.includes('--force') && !process.env.CI;
  try {
    process.exitCode = (await runChecks(counts, mayReuse)) ? 0 : 1;
  } finally {
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

/** Runs the steps and adds to `counts`. True when all of them passed. */
async function runChecks(counts, mayReuse) {
  console.log(`Checks of Skein on Node ${process.versions.node}\n`);
  let failedSteps = 0;
  const attempt = async (name, work) => {
    try {
      await step(name, work);
      return true;
    } catch (error) {
      failedSteps++;
      tell(error);
      return false;
    }
  };

  const installed = await attempt('1 install', install);
  const state = treeState();
  const record = installed && mayReuse ? readGreenRecord(state) : undefined;
  // A compiler keeps one core busy: what needs none of its work is done beside it, and told in its turn.
  const lint = installed && !record && runScript('lint');
  const built = installed && (await attempt('2 build', build));
  if (built && record) {
    Object.assign(counts, record.counts);
    const time = record.finishedAt.slice(0, 16).replace('T', ' ');
    console.log(`\nNothing has changed since every check passed (${time} UTC); this is that result.`);
    console.log('To run the checks all the same: npm test -- --force\n');
    return true;
  }
  forgetGreenRecord();

  const testStep = (name, script) => attempt(name, () => tests(script, counts));
  if (lint) await attempt('3 lint', () => check('lint', lint, 'Biome found something to correct.'));
  if (installed) {
    const types = runScript('types');
    if (built) await testStep('4 tests from source', 'test:unit');
    await attempt('5 types of tests and examples', () => check('types', types, 'The type check failed.'));
  }
  if (built) await testStep('6 threads, examples, packages', 'test:built');
  console.log(closing(installed, built, failedSteps));
  if (failedSteps > 0)
    counts.failed = Math.max(counts.failed, 1); // a lint error is no test, yet nobody should read "0 failed"
  else if (treeState() === state) writeGreenRecord(state, counts);
  return failedSteps === 0;
}

/** A check without tests: a package.json script, on its way, that succeeds or does not. */
async function check(script, running, sentence) {
  const { exitCode, output } = await running;
  if (exitCode !== 0) {
    const fix =
      script === 'lint' ? 'run `npm run format`, and correct by hand what it leaves.' : rerun(script);
    throw new Trouble(sentence, fix, output);
  }
  return 'ok';
}

async function tests(script, total) {
  const { counts, exitCode, output } = await runVitest(script);
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (exitCode !== 0)
    throw new Trouble(`${counts.failed} failed, ${counts.passed} passed.`, rerun(script), output);
  return `${counts.passed} passed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
}

function rerun(script) {
  return `read the messages above; \`npm run ${script}\` runs this step alone.`;
}

function closing(installed, built, failedSteps) {
  if (!installed) return 'Nothing else was run, since the dependencies are not installed.\n';
  if (!built) return '\nNo test was run, since the build failed.\n';
  return failedSteps === 0 ? '' : `\n${failedSteps} of the steps failed.\n`;
}
