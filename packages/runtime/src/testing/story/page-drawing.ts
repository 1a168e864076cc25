import type { LifeEvent, TraceEvent, ViolationEvent, WorldEvent } from '../simulation/trace.js';
import { type CausalPast, toBlame } from './causal-past.js';
import { cutEnd, tidy } from './cells.js';
import { describeLife, describeTime, LIFE_SIGNS, labelOf } from './labels.js';
import { element, type Markup } from './markup.js';
import {
  BEFORE_ALL,
  CHUNK_ROWS,
  COLUMN_WIDTH,
  chunkOf,
  chunksOf,
  ROW_HEIGHT,
  type Stretch,
  xOf,
  yOf,
} from './page-layout.js';
import type { EndEvent, Flight, Story } from './story.js';

/** A label keeps within its column, cells. */
const LABEL_CELLS = 23;

/** What an actor's life brings may reach into the next columns: it is alone in its row, mostly. */
const LIFE_CELLS = 48;

/** A text across a picture is said again after so many px, lest it be out of sight. */
const ACROSS_PX = 1100;
const ACROSS_CELLS = 140;

/** Height of what goes across, px. */
const BAR_HEIGHT = 20;

/** A message to oneself leaves its lifeline so far, px. */
const LOOP_PX = 34;

/** Of the way to the receiver, what is drawn of a message that never got there. */
const STUB = 0.4;

/** Length of an arrow's tip, px, and half the angle at which it opens. */
const TIP_PX = 10;
const TIP_ANGLE = 0.36;

/** Where a page leads whoever wants to see the violation at once. */
export const VIOLATION_ID = 'violation';

const ACROSS_SIGNS: Readonly<Record<WorldEvent['kind'], string>> = {
  command: '▸ ',
  fault: '↯ ',
  time: '',
  note: '',
};

/** A story with the row of each event, from which its pieces are drawn. */
export interface Drawing {
  readonly story: Story;
  /** Row of each event; those before 0 are not drawn. */
  readonly rows: readonly number[];
  readonly past: CausalPast;
  /** Width of the diagram, px. */
  readonly width: number;
}

/** A piece of a drawing, and in which chunk it goes: on its ground, under its texts, or among them. */
export interface Piece {
  readonly chunk: number;
  readonly layer: 'ground' | 'under' | 'over';
  readonly markup: Markup;
}

/** All that is drawn for one event. A message is drawn with its end, or with its sending if it has none. */
export function drawEvent(drawing: Drawing, index: number): Piece[] {
  const { story, rows } = drawing;
  const event = story.events[index]!;
  const flight = story.flightOf(event);
  const here = { chunk: chunkOf(rows[index]!), layer: 'over' } as const;
  switch (event.kind) {
    case 'sent':
      return flight!.ends.length === 0 ? [{ ...here, markup: drawStub(drawing, flight!, index) }] : [];
    case 'handled':
    case 'dead':
      return flight === undefined ? [] : drawMessage(drawing, flight, event, index);
    case 'life':
      return [{ ...here, markup: drawLife(drawing, event, index) }];
    case 'violation':
      return drawViolation(drawing, event, index);
    default:
      return drawAcross(drawing, event, index);
  }
}

function drawMessage(drawing: Drawing, flight: Flight, end: EndEvent, index: number): Piece[] {
  const { story, rows } = drawing;
  const { from, to, event } = flight;
  const [fromRow, row] = [rows[flight.sent]!, rows[index]!];
  const [x, y] = [xOf(to), yOf(row)];
  const reason = end.kind === 'dead' ? `✗ ${tidy(end.reason)}` : '';
  const told = [
    `${nameOf(story, from)} → ${nameOf(story, to)}: ${labelOf(event)}`,
    `sent ${momentOf(event)}`,
    `${reason || 'handled'} ${momentOf(end)}`,
  ].join('\n');
  const kind = `message ${end.kind === 'dead' ? 'dead' : event.form}`;
  const arrow = group(drawing, index, kind, [from, to], told, [
    element('path', { class: 'arrow', d: arrowPath(from, to, fromRow, row) }),
    element('circle', { cx: xOf(from), cy: yOf(fromRow), r: 2.5 }),
    ...(end.kind === 'dead' ? [] : [element('path', { class: 'tip', d: tipPath(from, to, fromRow, row) })]),
  ]);
  const words = group(drawing, index, kind, [from, to], told, [
    ...(end.kind === 'dead' ? [element('text', { class: 'sign', x, y: y + 5 }, '✗')] : []),
    // On the side from which the arrow does not come.
    label(
      x,
      y,
      from < to ? 'right' : 'left',
      cutEnd(`${labelOf(event)} ${reason}`.trimEnd(), reason ? LIFE_CELLS : LABEL_CELLS),
    ),
  ]);
  const arrows = chunksOf(fromRow, row).map((chunk) => ({ chunk, layer: 'under', markup: arrow }) as const);
  return [...arrows, { chunk: chunkOf(row), layer: 'over', markup: words }];
}

/** A message that never got to its receiver. */
function drawStub(drawing: Drawing, { from, to, event }: Flight, index: number): Markup {
  const { story, rows } = drawing;
  const [x, y] = [xOf(from), yOf(rows[index]!)];
  const way = from <= to ? 1 : -1;
  const told = [
    `${nameOf(story, from)} → ${nameOf(story, to)}: ${labelOf(event)}`,
    `sent ${momentOf(event)}`,
    'under way still',
  ].join('\n');
  return group(drawing, index, `message open ${event.form}`, [from, to], told, [
    element('path', { class: 'arrow', d: `M${x} ${y}l${way * COLUMN_WIDTH * STUB} ${ROW_HEIGHT * STUB}` }),
    element('circle', { cx: x, cy: y, r: 2.5 }),
    label(x, y, way > 0 ? 'left' : 'right', cutEnd(`… ${labelOf(event)}`, LABEL_CELLS)),
  ]);
}

function drawLife(drawing: Drawing, event: LifeEvent, index: number): Markup {
  const { story, rows } = drawing;
  const lifeline = story.cast.indexOf(event.actor);
  const [x, y] = [xOf(lifeline), yOf(rows[index]!)];
  const told = `${nameOf(story, lifeline)}: ${describeLife(event)} (${momentOf(event)})`;
  return group(drawing, index, `life ${event.what}`, [lifeline], told, [
    element('text', { class: 'sign', x, y: y + 5 }, LIFE_SIGNS[event.what]),
    label(x, y, 'right', cutEnd(describeLife(event), LIFE_CELLS)),
  ]);
}

/** What concerns the whole picture: a bar under the arrows, its text over them. */
function drawAcross(drawing: Drawing, event: WorldEvent, index: number): Piece[] {
  const { story, rows } = drawing;
  const y = yOf(rows[index]!);
  const struck = event.actors.map(story.cast.indexOf);
  const text = ACROSS_SIGNS[event.kind] + tidy(event.text);
  const rings = struck.map((each) => element('circle', { class: 'struck', cx: xOf(each), cy: y, r: 7 }));
  return barWith(drawing, index, event.kind, text, rings);
}

/** The violation, in the row under that in which whom to blame is pointed at. */
function drawViolation(drawing: Drawing, event: ViolationEvent, index: number): Piece[] {
  const { story, rows } = drawing;
  const pointers = toBlame(story, event, index).map((each) =>
    element('text', { class: 'sign', x: xOf(each), y: yOf(rows[index]! - 1) + 8 }, '▼'),
  );
  const pieces = barWith(drawing, index, 'violation', `${event.law}: ${tidy(event.text)}`, []);
  const chunk = chunkOf(rows[index]! - 1);
  return [...pieces, { chunk, layer: 'over', markup: element('g', { class: 'pointers' }, pointers) }];
}

function barWith(
  { story, rows, width }: Drawing,
  index: number,
  kind: string,
  text: string,
  signs: readonly Markup[],
): Piece[] {
  const y = yOf(rows[index]!);
  const chunk = chunkOf(rows[index]!);
  const isViolation = (event: TraceEvent) => event.kind === 'violation';
  const id = story.events.findIndex(isViolation) === index ? VIOLATION_ID : undefined;
  const bar = element('rect', { id, x: 0, y: y - BAR_HEIGHT / 2, width, height: BAR_HEIGHT });
  const told = element('title', {}, `${text} (${momentOf(story.events[index]!)})`);
  const words = [told, ...signs, ...across(text, y, width)];
  return [
    { chunk, layer: 'ground', markup: element('g', { class: `across ${kind}` }, bar) },
    { chunk, layer: 'over', markup: element('g', { class: `across ${kind}` }, words) },
  ];
}

/** The stretches of lifelines in one chunk, one path for each way of drawing them. */
export function drawLifelines({ past }: Drawing, stretches: readonly Stretch[], chunk: number): Markup[] {
  const [top, bottom] = [chunk * CHUNK_ROWS * ROW_HEIGHT, (chunk + 1) * CHUNK_ROWS * ROW_HEIGHT];
  const paths = new Map<string, string>();
  for (const { lifeline, presence, fromRow, toRow } of stretches) {
    const from = Math.max(top, fromRow <= BEFORE_ALL ? 0 : yOf(fromRow));
    const to = Math.min(bottom, yOf(toRow));
    if (from >= to) continue;
    const kind = `lifeline ${presence}${past.lifelines[lifeline] ? '' : ' other'}`;
    paths.set(kind, `${paths.get(kind) ?? ''}M${xOf(lifeline)} ${from}V${to}`);
  }
  return Array.from(paths, ([kind, d]) => element('path', { class: kind, d }));
}

function arrowPath(from: number, to: number, fromRow: number, toRow: number): string {
  const [x1, y1, x2, y2] = [xOf(from), yOf(fromRow), xOf(to), yOf(toRow)];
  if (from === to) return `M${x1} ${y1}C${x1 + LOOP_PX} ${y1} ${x1 + LOOP_PX} ${y2} ${x2 + 2} ${y2}`;
  return `M${x1} ${y1}L${x2} ${y2}`;
}

/** An arrow's tip, as the arrow comes in. */
function tipPath(from: number, to: number, fromRow: number, toRow: number): string {
  const [x, y] = [xOf(to), yOf(toRow)];
  const angle = from === to ? Math.PI : Math.atan2(y - yOf(fromRow), x - xOf(from));
  const corner = (turn: number) =>
    `${(x - TIP_PX * Math.cos(angle + turn)).toFixed(1)} ${(y - TIP_PX * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${x} ${y}L${corner(TIP_ANGLE)}L${corner(-TIP_ANGLE)}Z`;
}

/** What belongs to one event: `on` are the lifelines it concerns, by which a reader can pick it out. */
function group(
  { past }: Drawing,
  index: number,
  kind: string,
  on: readonly number[],
  told: string,
  parts: readonly Markup[],
): Markup {
  const classes = [
    kind,
    'event',
    ...on.map((each) => `on-${each}`),
    ...(past.events[index] ? [] : ['other']),
  ];
  return element('g', { class: classes.join(' ') }, element('title', {}, told), parts);
}

function label(x: number, y: number, side: 'left' | 'right', text: string): Markup {
  const isRight = side === 'right';
  return element(
    'text',
    { class: 'label', x: x + (isRight ? 11 : -11), y: y + 4, 'text-anchor': anchorOf(isRight) },
    text,
  );
}

function across(text: string, y: number, width: number): Markup[] {
  const times = Math.max(1, Math.ceil((width - ACROSS_PX / 2) / ACROSS_PX));
  return Array.from({ length: times }, (_, i) =>
    element('text', { class: 'label', x: 12 + i * ACROSS_PX, y: y + 4 }, cutEnd(text, ACROSS_CELLS)),
  );
}

function anchorOf(isRight: boolean): string | undefined {
  return isRight ? undefined : 'end';
}

function nameOf(story: Story, lifeline: number): string {
  return story.cast.lifelines[lifeline]!.name;
}

function momentOf({ step, atMs }: { readonly step: number; readonly atMs: number }): string {
  return `in step ${step}, at ${describeTime(atMs)}`;
}
