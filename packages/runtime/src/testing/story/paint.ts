import { styleText } from 'node:util';

type Formats = Exclude<Parameters<typeof styleText>[0], string>;

/** A meaning that has a colour. */
export type Paint =
  | 'plain'
  | 'faint'
  | 'strong'
  | 'tell'
  | 'ask'
  | 'reply'
  | 'begin'
  | 'warn'
  | 'bad'
  | 'worst';

const FORMATS: Readonly<Record<Paint, readonly Formats[number][]>> = {
  plain: [],
  faint: ['dim'],
  strong: ['bold'],
  tell: ['cyan'],
  ask: ['blue'],
  reply: ['green'],
  begin: ['green'],
  warn: ['yellow'],
  bad: ['red'],
  worst: ['red', 'bold'],
};

/** Text with the escape sequences of its colour, whatever it is written to. */
export function painted(text: string, paint: Paint): string {
  const formats = FORMATS[paint];
  return formats.length === 0 ? text : styleText([...formats], text, { validateStream: false });
}
