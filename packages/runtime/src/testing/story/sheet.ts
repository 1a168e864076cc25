import type { LifeEvent } from '../simulation/trace.js';
import { type Presence, presenceAfter, presencesAtFirst } from './alive.js';
import { drawArrow } from './arrow.js';
import { putBeside } from './beside.js';
import { toBlame } from './causal-past.js';
import { cutEnd, tidy, widthOf } from './cells.js';
import { type Columns, leftOf } from './columns.js';
import { drawFrame } from './frame.js';
import { describeLife, LIFE_SIGNS } from './labels.js';
import { createLine, type Line } from './line.js';
import type { Paint } from './paint.js';
import type { LifeRow, RuleRow, StoryRow, ViolationRow } from './rows.js';
import type { Story } from './story.js';

const LIFELINES: Readonly<Record<Presence, string>> = { alive: '│', down: '╎', absent: ' ' };
const LIFE_PAINTS: Readonly<Record<LifeEvent['what'], Paint>> = {
  spawned: 'begin',
  failed: 'worst',
  restarted: 'warn',
  stopped: 'faint',
  suspended: 'warn',
  resumed: 'begin',
};
/** Cells of a rule left of its text, and at least right of it. */
const INDENT = 2;

const STRUCK = '↯';
const RULES: Readonly<Record<RuleRow['event']['kind'], { stroke: string; sign: string; paint: Paint }>> = {
  command: { stroke: '─', sign: '▸ ', paint: 'strong' },
  fault: { stroke: '━', sign: `${STRUCK} `, paint: 'warn' },
  time: { stroke: '╌', sign: '', paint: 'faint' },
  note: { stroke: '·', sign: '', paint: 'faint' },
};
const POINTER = '▼';

/** Where a story is drawn, row after row from its first on. */
export interface Sheet {
  /** The shards over the names; none if there is but one. */
  shards(): Line[];
  /** The names over the columns. */
  names(): Line;
  /** The next row of the story. */
  draw(row: StoryRow): Line[];
}

/** How a sheet is divided. */
export interface SheetOptions {
  /** Places in the cast, rising. */
  readonly lifelines: readonly number[];
  /** One a lifeline. */
  readonly headings: readonly string[];
  /** One a lifeline. */
  readonly columns: Columns;
  /** The most cells of a line, at least as wide as the columns. */
  readonly room: number;
}

/**
 * A blank sheet.
 *
 * @param before the rows before the first that is drawn: they say who lives
 */
export function createSheet(story: Story, before: readonly StoryRow[], options: SheetOptions): Sheet {
  const { lifelines, headings, columns, room } = options;
  const { cast } = story;
  const cells = new Map(lifelines.map((lifeline, column) => [lifeline, columns.at[column]!]));
  const presences = presencesAtFirst(story);
  const live = ({ lives }: LifeRow) => {
    for (const life of lives) presences[cast.indexOf(life.actor)] = presenceAfter(life);
  };
  for (const row of before) if (row.kind === 'life') live(row);

  const withLifelines = (): Line => {
    const line = createLine(room);
    for (const [lifeline, cell] of cells) line.put(cell, LIFELINES[presences[lifeline]!], 'faint');
    return line;
  };

  const drawLives = (row: LifeRow): Line => {
    live(row);
    const { lives } = row;
    const line = withLifelines();
    for (const life of lives) {
      const cell = cells.get(cast.indexOf(life.actor))!;
      const text = lives.length === 1 ? describeLife(life) : '';
      line.put(cell, LIFE_SIGNS[life.what], LIFE_PAINTS[life.what]);
      putBeside(line, { from: cell, to: cell, room }, text, LIFE_PAINTS[life.what]);
    }
    return line;
  };

  const drawRule = ({ event }: RuleRow): Line => {
    const { stroke, sign, paint } = RULES[event.kind];
    const line = createLine(room);
    const text = ` ${sign}${tidy(event.text)} `;
    const width = Math.min(room, Math.max(columns.width, widthOf(text) + 2 * INDENT));
    line.put(0, stroke.repeat(width), paint);
    for (const struck of event.kind === 'fault' ? event.actors : []) {
      const cell = cells.get(cast.indexOf(struck));
      if (cell !== undefined) line.put(cell, STRUCK, paint);
    }
    line.put(INDENT, cutEnd(text, width - 2 * INDENT), paint);
    return line;
  };

  const drawViolation = ({ event, events }: ViolationRow): Line[] => {
    const pointers = withLifelines();
    for (const blamed of toBlame(story, event, events[0]!)) {
      const cell = cells.get(blamed);
      if (cell !== undefined) pointers.put(cell, POINTER, 'worst');
    }
    return [pointers, ...drawFrame(event, columns.width, room)];
  };

  return {
    shards() {
      const actors = lifelines.filter((each) => !cast.lifelines[each]!.isTest);
      const shards = [...new Set(actors.map((each) => cast.lifelines[each]!.shard))];
      if (shards.length < 2) return [];
      const line = createLine(room);
      for (const shard of shards) {
        const edges = actors
          .filter((each) => cast.lifelines[each]!.shard === shard)
          .map((each) => {
            const heading = widthOf(headings[lifelines.indexOf(each)]!);
            const left = cells.get(each)! - leftOf(heading);
            return { left, right: left + Math.max(1, heading) };
          });
        const { left } = edges[0]!;
        const width = edges.at(-1)!.right - left;
        line.put(left, '─'.repeat(width), 'faint');
        line.put(left, cutEnd(`shard ${shard} `, width), 'faint');
      }
      return [line];
    },
    names() {
      const line = createLine(room);
      for (const [column, heading] of headings.entries()) {
        line.put(columns.at[column]! - leftOf(widthOf(heading)), heading, 'strong');
      }
      return line;
    },
    draw(row) {
      switch (row.kind) {
        case 'message': {
          const { from, to } = row.flight;
          const line = withLifelines();
          const [tail, tip] = [cells.get(from)!, cells.get(to)!];
          drawArrow(line, row, { at: columns.at, tail, tip, room });
          return [line];
        }
        case 'life':
          return [drawLives(row)];
        case 'rule':
          return [drawRule(row)];
        case 'violation':
          return drawViolation(row);
      }
    },
  };
}
