import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Two projects. `unit` runs every package from its TypeScript source. `built` runs what needs real
 * files on disk, worker threads and the examples, against `dist`: build first.
 */
const source = { conditions: ['@skein/source', 'module', 'node', 'development|production'] };

/** Vitest begins with files that took long, and in a fresh clone, where it knows none, with large ones: this one is short, and takes half a minute. */
const TAKES_LONG = 'test/api-pages.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const takesLong = ({ moduleId }: TestSpecification): number => (moduleId.endsWith(TAKES_LONG) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => takesLong(a) - takesLong(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // One worker fewer than there are cores, as is the default, would leave one of two idle.
    maxWorkers: '100%',
    projects: [
      {
        resolve: source,
        ssr: { resolve: source },
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'bench/**/*.test.ts',
            'bugs/src/**/*.test.ts',
            'mutants/**/*.test.ts',
          ],
          exclude: ['**/*.threads.test.ts', '**/node_modules/**'],
          // Files share a process, and the modules loaded in it: to load them anew for each took half the time of 49 files. A test must leave
          // behind what it has found, and expect nothing of what others have loaded.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'built',
          include: [
            'packages/*/src/**/*.threads.test.ts',
            'bench/**/*.threads.test.ts',
            'examples/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          exclude: ['**/dist/**', '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
