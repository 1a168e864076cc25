// At stake: a failure that cannot be read again is lost, and a file comes from anywhere. Tried with any inputs that data can be, and with
// files that are none.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InvalidFailureFileError, InvalidTapeError } from '../errors.js';
import { type Failure, readFailure, writeFailure } from './failure.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'failures-'));
});
afterAll(() => rm(folder, { recursive: true }));

const failure: Failure = {
  format: 2,
  law: 'one leader, at most!',
  module: 'laws.ts',
  violation: { law: 'invariant', text: 'two lead' },
  commands: [],
  faults: [{ kind: 'crash', at: 3, whom: 1, forMs: 10 }],
  betweenPromises: true,
  tape: [
    { at: 2, way: 1 },
    { at: 7, way: 3 },
  ],
  foundBy: { scheduler: 'pct', seed: 5, path: '0:1' },
  hash: '0123456789abcdef',
  node: 'v20.0.0',
};

it('comes back as it was written, whatever the inputs of its commands are', async () => {
  const input = fc.oneof(
    fc.jsonValue(),
    fc.constant(undefined),
    fc.uint8Array(),
    fc.double(),
    fc.record({ bytes: fc.uint8Array(), when: fc.constant(undefined) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(input, { maxLength: 3 }), async (inputs) => {
      const commands = inputs.map((each, at) => ({ command: `command ${at}`, input: each }));
      const file = await writeFailure(folder, { ...failure, commands });
      expect(await readFailure(file)).toEqual({ ...failure, commands });
    }),
    { numRuns: 100 },
  );
});

it('is named for its law, and stays in its folder', async () => {
  const inside = path.join(folder, 'inside');
  for (const law of ['one leader, at most!', '../../etc/passwd', '', '…'])
    expect(path.dirname(await writeFailure(inside, { ...failure, law }))).toBe(inside);
  expect((await readdir(inside)).sort()).toEqual(['etc-passwd.json', 'law.json', 'one-leader-at-most.json']);
});

it.each([
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['another format', { ...failure, format: 1 }],
  ['no law', { ...failure, law: 7 }],
  ['commands that are none', { ...failure, commands: [{ command: 7 }] }],
  ['commands that are null', { ...failure, commands: [null] }],
  ['no list of commands', { ...failure, commands: {} }],
  ['faults of no kind', { ...failure, faults: [{ kind: 'earthquake', at: 0, whom: 0, forMs: 0 }] }],
  ['faults before the beginning', { ...failure, faults: [{ kind: 'crash', at: -1, whom: 0, forMs: 0 }] }],
  ['faults that are null', { ...failure, faults: [null] }],
])('refuses a file with %s', async (_, content) => {
  const file = path.join(folder, 'hostile.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  await expect(readFailure(file)).rejects.toThrow(InvalidFailureFileError);
});

it('refuses a tape that is none', async () => {
  const file = path.join(folder, 'hostile.json');
  await writeFile(file, JSON.stringify({ ...failure, tape: [{ at: 1, way: -1 }] }));
  await expect(readFailure(file)).rejects.toThrow(InvalidTapeError);
});

it('refuses a file that is not there', async () => {
  await expect(readFailure(path.join(folder, 'nowhere.json'))).rejects.toThrow(InvalidFailureFileError);
});

it('laws of any language have a file of their own, and names that are too long for one are cut', async () => {
  const names = ['Ω gewinnt', '一票', '二票', 'a'.repeat(500)];
  const files = await Promise.all(names.map((law) => writeFailure(folder, { ...failure, law })));
  expect(files.map((file) => path.basename(file))).toEqual([
    'ω-gewinnt.json',
    '一票.json',
    '二票.json',
    `${'a'.repeat(80)}.json`,
  ]);
  expect((await readFailure(files[1]!)).law).toBe('一票');
});
