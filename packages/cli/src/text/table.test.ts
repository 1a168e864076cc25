// At stake: columns stand under each other, in colour or not, and nothing is drawn around them.
import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { formatTable } from './table.js';

const columns = [{ title: 'name' }, { title: 'nats', align: 'right' as const }, { title: 'note' }];
const plain = ['name   nats  note', 'cue   -0.69  best', 'left    0.1'].join('\n');

test('lays out text under titles, numbers from the right, without blanks at the end', () => {
  expect(
    formatTable(columns, [
      ['cue', '-0.69', 'best'],
      ['left', '0.1', ''],
    ]),
  ).toBe(plain);
});

test('colours change no width', () => {
  const { green } = picocolors.createColors(true);
  const table = formatTable(columns, [
    [green('cue'), green('-0.69'), 'best'],
    ['left', '0.1', ''],
  ]);
  expect(table).toContain(green('-0.69'));
  expect(stripVTControlCharacters(table)).toBe(plain);
});

test('without rows there are the titles', () => {
  expect(formatTable(columns, [])).toBe('name  nats  note');
});
