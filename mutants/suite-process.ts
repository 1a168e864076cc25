/** One run of test files in a process of its own, which tells its parent what happens; see `suite.ts`. */
import { setPriority } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSequencer, TestSpecification } from 'vitest/node';
import { startVitest } from 'vitest/node';
import type { SuiteNews, SuiteOrder } from './suite.js';

/** Whoever works on the machine meanwhile goes first. */
const NICENESS = 15;
const FORKS = 2;

const { root, project, files, testTimeoutMs } = JSON.parse(process.argv[2]!) as SuiteOrder;

class AsOrdered implements TestSequencer {
  shard(specifications: TestSpecification[]): TestSpecification[] {
    return specifications;
  }

  sort(specifications: TestSpecification[]): TestSpecification[] {
    const placeOf = ({ moduleId }: TestSpecification): number => files.indexOf(nameOf(moduleId));
    return specifications.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

const reporter: Reporter = {
  onTestModuleStart: (module) => tell({ news: 'begun', file: nameOf(module.moduleId) }),
  onTestCaseResult: (test) => {
    const { state, errors } = test.result();
    if (state === 'failed') tellFailure(test.module, test, errors ?? []);
    else tell({ news: 'passed', ms: test.diagnostic()?.duration ?? 0 });
  },
  onTestModuleEnd: (module) => {
    if (!module.ok()) tellFailure(module, undefined, module.errors());
    tell({ news: 'ended', file: nameOf(module.moduleId) });
  },
  onTestRunEnd: (modules, errors) => {
    if (errors.length > 0)
      tell({ news: 'failed', file: '', test: String(errors[0]!.message), byTime: false });
    else tell({ news: 'done', files: modules.length });
  },
};

setPriority(NICENESS);
await startVitest('test', [...files], {
  root,
  project: [project],
  watch: false,
  cache: false,
  maxWorkers: FORKS,
  reporters: [reporter],
  sequence: { sequencer: AsOrdered },
  testTimeout: testTimeoutMs,
  hookTimeout: testTimeoutMs,
});

function tellFailure(
  module: TestModule,
  test: TestCase | undefined,
  errors: readonly { readonly message: string }[],
): void {
  const byTime = errors.some(({ message }) => /^(Test|Hook) timed out/.test(message));
  tell({
    news: 'failed',
    file: nameOf(module.moduleId),
    test: test?.fullName ?? errors[0]?.message ?? '',
    byTime,
  });
}

/** A file as the order names it. */
function nameOf(moduleId: string): string {
  return relative(root, isAbsolute(moduleId) ? moduleId : join(root, moduleId)).replaceAll('\\', '/');
}

function tell(news: SuiteNews): void {
  process.send!(news);
}
