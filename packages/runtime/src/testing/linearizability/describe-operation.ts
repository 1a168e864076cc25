import { inspect } from 'node:util';
import { isCompleted, type Operation } from './operation.js';

/** What a terminal would act on instead of showing it; every value must stay one line of plain cells. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]+/g;

/** An operation in a few words: `read → 1`, `{ write: 2 }`, `acquire by: 'ann' → true`; `→ ?` if nobody knows. */
export function describeOperation(operation: Operation<unknown, unknown>): string {
  const input = describeInput(operation.input);
  if (!isCompleted(operation)) return `${input} → ?`;
  return operation.output === undefined ? input : `${input} → ${describeValue(operation.output)}`;
}

/** A value on one line. */
export function describeValue(value: unknown): string {
  return printable(
    inspect(value, {
      breakLength: Number.POSITIVE_INFINITY,
      depth: 3,
      maxArrayLength: 8,
      maxStringLength: 40,
      sorted: true,
    }),
  );
}

/** Text with what is not printable taken out. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}

/** Text of at most `length` cells, cut with an ellipsis. */
export function cut(text: string, length: number): string {
  const cells = [...text];
  return cells.length <= length ? text : `${cells.slice(0, Math.max(0, length - 1)).join('')}…`;
}

/** A message is called by its type, and a text stands for itself. */
function describeInput(input: unknown): string {
  if (typeof input === 'string') return printable(input);
  if (typeof input !== 'object' || input === null || !('type' in input)) return describeValue(input);
  const { type, ...rest } = input;
  if (typeof type !== 'string') return describeValue(input);
  const fields = Object.entries(rest).map(([name, value]) => ` ${name}: ${describeValue(value)}`);
  return printable(type) + fields.join(',');
}
