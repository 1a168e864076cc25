import { cutEnd, tidy, wrap } from './cells.js';
import { describeLife, LIFE_SIGNS, labelOf } from './labels.js';
import { createMargin } from './margin.js';
import { shortenNames } from './names.js';
import { type Paint, painted } from './paint.js';
import type { MessageRow, StoryRow } from './rows.js';
import type { Story } from './story.js';
import { lineAt, type StoryLine } from './story-lines.js';

/** Of a line, a name takes at most this part. */
const NAME_SHARE = 1 / 3;

/** A list, and the full names of those it shortens. */
export interface List {
  readonly lines: readonly StoryLine[];
  readonly shortened: ReadonlyMap<string, string>;
}

/** A story without a picture: one row, one line; only a violation takes as many as its text needs. */
export function listRows(story: Story, rows: readonly StoryRow[], width: number, color: boolean): List {
  const margin = createMargin(rows);
  const full = story.cast.lifelines.map(({ name }) => name);
  const names = shortenNames(full, Math.floor((width - margin.cells) * NAME_SHARE));
  const used = new Set<number>();
  const nameOf = (lifeline: number) => {
    used.add(lifeline);
    return names[lifeline]!;
  };
  const lines = rows.flatMap((row) => {
    const { text, paint } = describeRow(story, row, nameOf);
    const room = width - margin.cells;
    const parts = row.kind === 'violation' ? wrap(text, room) : [cutEnd(text, room)];
    const moment = margin.next(row);
    return parts.map((part, i) => {
      const left = i === 0 ? moment : margin.blank;
      return lineAt(row.step, color ? painted(left, 'faint') + painted(part, paint) : left + part);
    });
  });
  const cut = [...used].filter((each) => names[each] !== full[each]);
  return { lines, shortened: new Map(cut.map((each) => [names[each]!, full[each]!])) };
}

function describeRow(
  story: Story,
  row: StoryRow,
  nameOf: (lifeline: number) => string,
): { readonly text: string; readonly paint: Paint } {
  switch (row.kind) {
    case 'message':
      return { text: describeMessage(row, nameOf), paint: row.end?.kind === 'dead' ? 'bad' : 'plain' };
    case 'life': {
      const [first] = row.lives;
      const names = row.lives.map(({ actor }) => nameOf(story.cast.indexOf(actor))).join(', ');
      return { text: `${LIFE_SIGNS[first!.what]} ${describeLife(first!)}  ${names}`, paint: 'strong' };
    }
    case 'rule':
      return { text: `── ${row.event.kind}: ${tidy(row.event.text)}`, paint: 'warn' };
    case 'violation':
      return { text: `violation: ${tidy(row.event.law)}: ${tidy(row.event.text)}`, paint: 'worst' };
  }
}

function describeMessage(
  { flight, part, end, mark }: MessageRow,
  nameOf: (lifeline: number) => string,
): string {
  const isAnswer = flight.event.form === 'reply' || flight.event.form === 'rejection';
  const stroke = isAnswer ? '⇢' : '→';
  const arrow = { whole: stroke, sending: `${stroke} ${mark || '…'}`, end: `${mark} ${stroke}` }[part];
  const reason = end?.kind === 'dead' ? `  ✗ ${tidy(end.reason)}` : '';
  return `${nameOf(flight.from)} ${arrow} ${nameOf(flight.to)}  ${labelOf(flight.event)}${reason}`;
}
