// At stake: a suite takes a minute and most faults are noticed within a second, if the right test is asked first. Tried on a small tree of imports.
import { expect, test } from 'vitest';
import { nearestFirst } from './nearest-first.js';

const sources = [
  { file: 'packages/transport/src/ring/ring.ts', text: '' },
  { file: 'packages/transport/src/ring/ring.test.ts', text: "import { ring } from './ring.js';" },
  { file: 'packages/transport/src/index.ts', text: "export { ring } from './ring/ring.js';" },
  { file: 'packages/transport/src/frame.test.ts', text: "import { frame } from './frame.js';" },
  { file: 'packages/runtime/src/links.ts', text: "import type { ring } from '@skein/transport';" },
  { file: 'packages/runtime/src/links.test.ts', text: "import { links } from './links.js';" },
  { file: 'packages/runtime/src/slow.test.ts', text: "import '../../transport/src/ring/ring.js';" },
];
const tests = sources.map(({ file }) => file).filter((file) => file.endsWith('.test.ts'));
const msOf = (file: string): number => (file.includes('slow') ? 500 : 5);

test('first come those that import the file, the quickest before the others; those that do not are spared', () => {
  expect(nearestFirst('packages/transport/src/ring/ring.ts', tests.toReversed(), sources, msOf)).toEqual([
    'packages/transport/src/ring/ring.test.ts',
    'packages/runtime/src/slow.test.ts',
    'packages/runtime/src/links.test.ts',
  ]);
});

test('what nobody imports is tried by no test', () => {
  expect(nearestFirst('packages/runtime/src/other.ts', tests, sources, msOf)).toEqual([]);
});
