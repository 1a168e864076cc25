import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, PACKAGES } from './areas.js';
import { applyMutant, type Mutant } from './draw.js';
import { nearestFirst } from './nearest-first.js';
import { type Outcome, runSuite } from './suite.js';

/** Who noticed a fault: a test that failed, a test that did not come to its end, the compiler, or nobody. */
export type Notice = 'test' | 'time' | 'compiler' | 'nobody';

export interface Verdict {
  readonly notice: Notice;
  /** The test file that failed; empty for none. */
  readonly by: string;
  /** The test, or what the compiler said first. */
  readonly test: string;
}

/** A test, or the silence between two, has to last this many times longer than the longest without a fault, */
const SLOWNESS = 5;
/** and this much longer, s, before it is taken to hang. */
const SLACK_S = 10;
/** Limits without a fault, s: only who hangs reaches them. */
const CLEAN_TEST_S = 60;
const CLEAN_SILENCE_S = 90;

const NOBODY: Verdict = { notice: 'nobody', by: '', test: '' };

/** Some test files of the tree, and how they fare without a fault. */
interface Stage {
  readonly project: 'unit' | 'built';
  readonly files: readonly string[];
  readonly fileMs: ReadonlyMap<string, number>;
  readonly silenceMaxS: number;
  readonly testTimeoutMs: number;
}

/**
 * Judges faults in a copy of the tree, one at a time: first the tests that run from source, nearest first; a fault that they all pass is compiled, and then
 * meets the tests that need real threads.
 */
export class Judge {
  readonly #root: string;
  readonly #stages: readonly Stage[];

  private constructor(root: string, stages: readonly Stage[]) {
    this.#root = root;
    this.#stages = stages;
  }

  /**
   * Runs everything once without a fault.
   *
   * @param root of a copy that may be written to
   * @throws Error when a test fails, with its name: no fault could be told from none
   */
  static async create(root: string): Promise<Judge> {
    const said = compile(root);
    if (said !== '')
      throw new Error(`The copy does not compile, so nothing can be learned from faults in it: ${said}`);
    const tests = PACKAGES.flatMap((name) => filesUnder(root, `packages/${name}/src`)).filter((file) =>
      file.endsWith('.test.ts'),
    );
    const onThreads = (file: string): boolean => file.endsWith('.threads.test.ts');
    return new Judge(root, [
      await cleanStage(
        root,
        'unit',
        tests.filter((file) => !onThreads(file)),
      ),
      await cleanStage(root, 'built', tests.filter(onThreads)),
    ]);
  }

  /** The tree is as before when this settles. */
  async judge(mutant: Mutant): Promise<Verdict> {
    const path = join(this.#root, mutant.file);
    const text = readFileSync(path, 'utf8');
    const sources = PACKAGES.flatMap((name) => filesUnder(this.#root, `packages/${name}/src`))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ({ file, text: readFileSync(join(this.#root, file), 'utf8') }));
    writeFileSync(path, applyMutant(text, mutant));
    try {
      for (const stage of this.#stages) {
        if (stage.project === 'built') {
          const said = compile(this.#root);
          if (said !== '') return { notice: 'compiler', by: '', test: said };
        }
        const msOf = (file: string): number => stage.fileMs.get(file) ?? 0;
        // What threads run is built, and no imports tell what of it they use.
        const files =
          stage.project === 'built' ? stage.files : nearestFirst(mutant.file, stage.files, sources, msOf);
        const verdict = await this.#judgeBy(stage, files);
        if (verdict !== undefined) return verdict;
      }
      return NOBODY;
    } finally {
      writeFileSync(path, text);
    }
  }

  /**
   * What depends on time counts only if it happens again, for the machine may be busy; so does what threads do, and an error outside of all tests. A
   * test that fails once only is left out, and the others are asked.
   */
  async #judgeBy(stage: Stage, files: readonly string[]): Promise<Verdict | undefined> {
    if (files.length === 0) return undefined;
    const outcome = await this.#run(stage, files);
    if (outcome.kind === 'passed') return undefined;
    const verdict = verdictOf(outcome);
    const suspects = verdict.by === '' ? files : outcome.kind === 'silent' ? outcome.files : [outcome.file];
    if (verdict.notice === 'test' && stage.project === 'unit' && suspects !== files) return verdict;
    const again = await this.#run(stage, suspects);
    if (again.kind !== 'passed') return verdictOf(again);
    return this.#judgeBy(
      stage,
      files.filter((file) => !suspects.includes(file)),
    );
  }

  #run({ project, silenceMaxS, testTimeoutMs }: Stage, files: readonly string[]): Promise<Outcome> {
    return runSuite({ root: this.#root, project, files, testTimeoutMs }, silenceMaxS);
  }
}

async function cleanStage(root: string, project: Stage['project'], files: readonly string[]): Promise<Stage> {
  const outcome = await runSuite(
    { root, project, files, testTimeoutMs: CLEAN_TEST_S * 1000 },
    CLEAN_SILENCE_S,
  );
  if (outcome.kind !== 'passed') {
    const { by, test } = verdictOf(outcome);
    throw new Error(`${by} fails without any fault, so nothing can be learned from faults: ${test}`);
  }
  return {
    project,
    files,
    fileMs: outcome.fileMs,
    silenceMaxS: SLACK_S + SLOWNESS * outcome.silenceS,
    testTimeoutMs: SLACK_S * 1000 + SLOWNESS * outcome.slowestMs,
  };
}

function verdictOf(outcome: Exclude<Outcome, { kind: 'passed' }>): Verdict {
  if (outcome.kind === 'silent') return { notice: 'time', by: outcome.files.join(', '), test: 'no end' };
  return { notice: outcome.byTime ? 'time' : 'test', by: outcome.file, test: outcome.test };
}

/** Builds what threads run. Returns the first error, or nothing. */
function compile(root: string): string {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'packages', PACKAGES.at(-1)!);
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-b', project], { encoding: 'utf8' });
  return status === 0 ? '' : stdout.split('\n', 1)[0]!;
}
