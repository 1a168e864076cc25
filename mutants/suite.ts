import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryIn } from './copy-tree.js';

/** Test files to run, in this order. */
export interface SuiteOrder {
  /** The folder of a copy of the tree. */
  readonly root: string;
  /** A project of `vitest.config.ts`. */
  readonly project: 'unit' | 'built';
  /** Relative to the root. */
  readonly files: readonly string[];
  /** For tests that have no limit of their own. */
  readonly testTimeoutMs: number;
}

/** What the process of a run tells. */
export type SuiteNews =
  | { readonly news: 'begun' | 'ended'; readonly file: string }
  | { readonly news: 'passed'; readonly ms: number }
  | { readonly news: 'failed'; readonly file: string; readonly test: string; readonly byTime: boolean }
  | { readonly news: 'done'; readonly files: number };

/** How a run ended. */
export type Outcome =
  | {
      readonly kind: 'passed';
      /** How long each file took. */
      readonly fileMs: ReadonlyMap<string, number>;
      /** The longest time without a test ending, seconds. */
      readonly silenceS: number;
      /** How long the slowest test took. */
      readonly slowestMs: number;
    }
  | {
      readonly kind: 'failed';
      /** Empty for an error outside of all. */
      readonly file: string;
      readonly test: string;
      /** The test did nothing wrong but to take too long. */
      readonly byTime: boolean;
    }
  | {
      readonly kind: 'silent';
      /** The files that had begun and not ended. */
      readonly files: readonly string[];
    };

const PROCESS = fileURLToPath(new URL('./suite-process.js', import.meta.url));
/** A fault that hoards memory meets its end here, MiB. */
const HEAP_MIB = 2048;
const ERROR_UNITS_MAX = 2000;

/**
 * Runs tests until the first failure, the end, or `silenceMaxS` seconds in which no test ended: a loop without end has no other sign. All processes of
 * the run are then killed. Seconds are counted by ticks, so that a machine that stood still for a while accuses nobody.
 *
 * @throws Error when the tests did not run at all, with what the process said
 */
export function runSuite(order: SuiteOrder, silenceMaxS: number): Promise<Outcome> {
  const child = fork(PROCESS, [JSON.stringify(order)], {
    detached: true, // leads a group of processes, which is killed as one
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      TMPDIR: temporaryIn(order.root),
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
    },
  });
  const stop = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All have ended by themselves.
    }
  };
  process.prependOnceListener('exit', stop); // before the copy is removed

  return new Promise<Outcome>((resolve, reject) => {
    const begun = new Map<string, number>();
    const fileMs = new Map<string, number>();
    let said = '';
    let silenceS = 0;
    let longestSilenceS = 0;
    let slowestMs = 0;
    const tick = setInterval(() => {
      silenceS++;
      longestSilenceS = Math.max(longestSilenceS, silenceS);
      if (silenceS > silenceMaxS)
        resolve({ kind: 'silent', files: [...begun.keys()].filter((file) => !fileMs.has(file)) });
    }, 1000);
    child.stderr!.on('data', (data) => {
      said = (said + data).slice(-ERROR_UNITS_MAX);
    });
    child.on('message', (message) => {
      const news = message as SuiteNews;
      if (news.news !== 'begun') silenceS = 0;
      if (news.news === 'begun') begun.set(news.file, performance.now());
      else if (news.news === 'ended') fileMs.set(news.file, performance.now() - (begun.get(news.file) ?? 0));
      else if (news.news === 'passed') slowestMs = Math.max(slowestMs, news.ms);
      else if (news.news === 'failed') resolve({ ...news, kind: 'failed' });
      else if (news.news === 'done') {
        if (news.files === order.files.length)
          resolve({ kind: 'passed', fileMs, silenceS: longestSilenceS, slowestMs });
        else reject(new Error(`${news.files} of ${order.files.length} test files ran.`));
      }
    });
    child.on('error', reject);
    child.on('exit', () => {
      clearInterval(tick);
      reject(new Error(`The tests did not run: ${said}`));
    });
  }).finally(() => {
    stop();
    process.off('exit', stop);
  });
}
