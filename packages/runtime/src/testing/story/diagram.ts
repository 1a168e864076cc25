import { widthOf } from './cells.js';
import { placeColumns } from './columns.js';
import { distancesOf } from './distances.js';
import { createMargin } from './margin.js';
import { shortenNames } from './names.js';
import { painted } from './paint.js';
import type { StoryRow } from './rows.js';
import { createSheet } from './sheet.js';
import type { Story } from './story.js';
import { BEFORE, lineAt, type StoryLine } from './story-lines.js';

/** Labels and names are tried at these lengths, cells, until the diagram is narrow enough. */
const LIMITS = [
  { label: 48, name: 32 },
  { label: 36, name: 24 },
  { label: 30, name: 24 },
  { label: 26, name: 20 },
  { label: 22, name: 16 },
  { label: 18, name: 14 },
  { label: 14, name: 12 },
  { label: 11, name: 10 },
] as const;

/** Rows of which one hardly sees first and last at once, count: the names then stand below them once more. */
const ROWS_IN_SIGHT = 24;

/** A sequence diagram, and the full names of those whose headings are shortened. */
export interface Diagram {
  readonly lines: readonly StoryLine[];
  readonly shortened: ReadonlyMap<string, string>;
}

/** What of a story to draw, and how. */
export interface DiagramOptions {
  /** The rows that are not drawn since they are too long ago; they say who lives. */
  readonly before: readonly StoryRow[];
  /** The rows to draw. */
  readonly drawn: readonly StoryRow[];
  /** Places in the cast, rising; those of the rows to draw are all among them. */
  readonly lifelines: readonly number[];
  /** The most cells a line may have. */
  readonly width: number;
  readonly color: boolean;
}

/**
 * A sequence diagram, time from top to bottom, one column a lifeline.
 *
 * @returns undefined if it cannot be that narrow
 */
export function drawDiagram(story: Story, options: DiagramOptions): Diagram | undefined {
  const { before, drawn, lifelines, width, color } = options;
  const margin = createMargin(drawn);
  const room = width - margin.cells;
  const names = lifelines.map((each) => story.cast.lifelines[each]!.name);
  const columnOf = new Map(lifelines.map((lifeline, column) => [lifeline, column]));
  for (const limits of LIMITS) {
    const headings = shortenNames(names, limits.name);
    const distances = distancesOf(drawn, (lifeline) => columnOf.get(lifeline)!, limits.label);
    const columns = placeColumns(headings.map(widthOf), distances);
    if (columns.width > room) continue;
    const sheet = createSheet(story, before, { lifelines, headings, columns, room });
    const line = (left: string, drawing: { text(color: boolean): string }) => {
      const right = drawing.text(color);
      return right === '' ? left.trimEnd() : (color ? painted(left, 'faint') : left) + right;
    };
    const blocks = drawn.map((row) => {
      const moment = margin.next(row);
      return sheet
        .draw(row)
        .map((drawing, i) => lineAt(row.step, line(i === 0 ? moment : margin.blank, drawing)));
    });
    if (drawn.length > ROWS_IN_SIGHT) {
      const end = drawn.at(-1)!.kind === 'violation' ? -1 : blocks.length;
      const { step } = drawn.at(-1)!;
      blocks.splice(end, 0, [lineAt(step, line(margin.blank, sheet.names()))]);
    }
    const lines = [
      ...sheet.shards().map((drawing) => lineAt(BEFORE, line(margin.blank, drawing))),
      lineAt(BEFORE, line(margin.heading, sheet.names())),
      ...blocks.flat(),
    ];
    const cut = names.flatMap((name, i): [string, string][] =>
      headings[i] === name ? [] : [[headings[i]!, name]],
    );
    return { lines, shortened: new Map(cut) };
  }
  return undefined;
}
