import { inspect } from 'node:util';

/** A message in a line of at most this many characters. */
const LINE_MAX = 200;

/** A message in one line: its type, and in brackets the rest of it. */
export function describeMessage({ type, ...rest }: { readonly type: string }): string {
  const content =
    Object.keys(rest).length === 0 ? '' : ` ${inspect(rest, { breakLength: Infinity, depth: 4 })}`;
  const line = `${type}${content}`;
  return line.length <= LINE_MAX ? line : `${line.slice(0, LINE_MAX - 1)}…`;
}

/** Lines that an error shows of what there was. */
const LINES_MAX = 20;

/** The first of some things in words, a line each, and how many more there are. */
export function describeSome<T>(things: readonly T[], describe: (thing: T) => string): string[] {
  const lines = things.slice(0, LINES_MAX).map(describe);
  if (things.length > LINES_MAX) lines.push(`… and ${things.length - LINES_MAX} more`);
  return lines;
}
