import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { goldenCommand, USAGE } from './golden-command.js';

// At stake: scripts read the exit code and the JSON; people read the table. Broken files must not pass for passing.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'golden-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const softmaxCase = (id: string, result: number[]) => ({
  id,
  inputs: { op: 'softmax', x: [0, 0] },
  expected: { result },
  tolerance: { abs: 1e-9 },
});
const file = (topic: string, cases: unknown[]): string => JSON.stringify({ format: 1, topic, cases });

function run(files: Readonly<Record<string, string>>, ...flags: string[]) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  let out = '';
  let error = '';
  const code = goldenCommand([folder, ...flags], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { code, out, error };
}

describe('goldenCommand', () => {
  test('prints a line a topic and the sum, and exits 0', () => {
    const { code, out } = run({
      'a.json': file('maths', [softmaxCase('one', [0.5, 0.5])]),
      'b.json': file('telepathy', [softmaxCase('two', [1])]),
      'notes.txt': 'not golden',
    });
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'topic      passed  failed  not supported',
      'maths           1       0              0',
      'telepathy       0       0              1',
      '',
      '1 passed, 0 failed, 1 not supported',
      '',
    ]);
  });

  test('lists what failed, where and by how much, and exits 1', () => {
    const { code, out } = run({ 'a.json': file('maths', [softmaxCase('off', [0.5, 0.6])]) });
    expect(code).toBe(1);
    expect(out).toContain('FAILED off\n  result[1]: expected 0.6, got 0.5 (within 1e-9 + 0 of it)\n');
    expect(out.endsWith('\n0 passed, 1 failed, 0 not supported\n')).toBe(true);
  });

  test('does not pass a case that has nothing to compare with', () => {
    const { code, error } = run({ 'a.json': file('maths', [{ ...softmaxCase('empty', []), expected: {} }]) });
    expect(code).toBe(2);
    expect(error).toContain('empty.expected');
  });

  test('with --json prints one object', () => {
    const cases = [softmaxCase('fine', [0.5, 0.5]), softmaxCase('off', [0.6, 0.6])];
    const { code, out } = run({ 'a.json': file('maths', cases) }, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      passed: 1,
      failed: 1,
      notSupported: 0,
      topics: [
        {
          topic: 'maths',
          passed: 1,
          failed: 1,
          notSupported: 0,
          failures: [
            { case: 'off', mismatchCount: 2, mismatches: [{ field: 'result[0]' }, { field: 'result[1]' }] },
          ],
        },
      ],
    });
  });

  test('with --backend simd says what ran where, and passes the same cases', () => {
    const inputs = {
      A: [
        [
          [0.9, 0.2],
          [0.1, 0.8],
        ],
      ],
      num_states: [2],
      prior: [[0.5, 0.5]],
      obs: [0],
    };
    const likely = { id: 'likely', inputs, expected: { qs: [[9 / 11, 2 / 11]] }, tolerance: { abs: 1e-5 } };
    const off = { ...likely, id: 'off', expected: { qs: [[0.5, 0.5]] } };
    // Impossible under its model: a population says so instead of inferring what an epsilon makes of it.
    const impossible = {
      ...likely,
      id: 'impossible',
      inputs: {
        ...inputs,
        A: [
          [
            [1, 1],
            [0, 0],
          ],
        ],
        obs: [1],
      },
      expected: { qs: [[0.5, 0.5]] },
    };
    const files = { 'a.json': file('fpi', [likely, off, impossible]) };
    const { code, out } = run(files, '--backend', 'simd');
    expect(code).toBe(1);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'topic  passed  failed  not supported  on simd  on both  on reference',
      'fpi         2       1              0        2        0             1',
    ]);
    expect(JSON.parse(run(files, '--backend', 'simd', '--json').out)).toMatchObject({
      backend: 'simd',
      topics: [{ ranOn: { simd: 2, both: 0, reference: 1 } }],
    });
    expect(run(files, '--backend', 'reference').out).toBe(run(files).out);
  });

  test('a case that cannot be run fails with the reason', () => {
    const bad = {
      id: 'bad',
      inputs: { A: [[[1], [1]]], num_states: [1], prior: [[1]], obs: [0] },
      expected: { qs: [[1]] },
      tolerance: { abs: 1 },
    };
    const { code, out } = run({ 'a.json': file('fpi', [bad]) });
    expect(code).toBe(1);
    expect(out).toContain('FAILED bad\n  ModelError: A[0] at [0]: expected a sum of 1');
  });

  test.each([
    { name: 'an operation', topic: 'maths', change: { inputs: { op: 'fourier' } } },
    { name: 'a field', topic: 'maths', change: { expected: { result: [0.5, 0.5], spin: 1 } } },
  ])('$name nobody knows is not supported', ({ topic, change }) => {
    const { code, out } = run({ 'a.json': file(topic, [{ ...softmaxCase('new', [0.5, 0.5]), ...change }]) });
    expect(code).toBe(0);
    expect(out).toContain('0 passed, 0 failed, 1 not supported');
  });

  test.each([
    { name: 'an empty folder', files: {}, message: 'no .json file' },
    { name: 'no JSON', files: { 'a.json': '{' }, message: 'is not JSON' },
    { name: 'a list', files: { 'a.json': '[]' }, message: 'expected an object' },
    { name: 'another format', files: { 'a.json': '{"format":2}' }, message: 'expected format 1, got 2' },
    { name: 'no topic', files: { 'a.json': '{"format":1}' }, message: 'expected a topic' },
    {
      name: 'no cases',
      files: { 'a.json': '{"format":1,"topic":"x"}' },
      message: 'expected a list of cases',
    },
    { name: 'a case without id', files: { 'a.json': file('x', [{}]) }, message: 'cases[0]: expected an id' },
    {
      name: 'a case without inputs',
      files: { 'a.json': file('x', [{ id: 'y' }]) },
      message: 'object inputs',
    },
    {
      name: 'inputs of another type',
      files: { 'a.json': file('maths', [{ ...softmaxCase('y', []), inputs: { op: 'softmax', x: 'z' } }]) },
      message: 'y.inputs: x',
    },
  ])('$name is malformed: exit 2, a message, nothing on stdout', ({ files, message }) => {
    const { code, out, error } = run(files, '--json');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toContain(message);
    expect(error).toContain('Give a folder of JSON files');
  });

  test('a folder that is not there is malformed too', () => {
    const errors: string[] = [];
    const output = { out: () => undefined, error: (text: string) => errors.push(text) };
    expect(goldenCommand([join(folder, 'nowhere')], output)).toBe(2);
    expect(errors.join('')).toContain('cannot read the folder');
  });

  test.each([
    { args: [] },
    { args: ['--json'] },
    { args: ['a', 'b'] },
    { args: ['--help'] },
    { args: ['a', '--backend'] },
    { args: ['a', '--backend', 'gpu'] },
  ])('with $args says how it is used and exits 2', ({ args }) => {
    const errors: string[] = [];
    const output = { out: () => undefined, error: (text: string) => errors.push(text) };
    expect(goldenCommand(args, output)).toBe(2);
    expect(errors.join('')).toContain(USAGE);
  });
});
