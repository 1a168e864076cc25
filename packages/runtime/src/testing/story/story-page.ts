import { InvalidOptionError } from '../../errors.js';
import type { Trace, ViolationEvent } from '../simulation/trace.js';
import type { Lifeline } from './cast.js';
import { causalPast } from './causal-past.js';
import { cutMiddle } from './cells.js';
import { count, describeTime } from './labels.js';
import { element, type Markup, markupOf, trusted } from './markup.js';
import { type Drawing, drawEvent, drawLifelines, type Piece, VIOLATION_ID } from './page-drawing.js';
import {
  CHUNK_ROWS,
  COLUMN_WIDTH,
  chunkOf,
  ROW_HEIGHT,
  stretchesOf,
  widthOfDiagram,
  xOf,
  yOf,
} from './page-layout.js';
import { pageRows } from './page-rows.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.js';
import { readStory, type Story } from './story.js';

/** Events that are drawn unless said otherwise, count. */
const EVENTS_MAX = 20_000;

/** Width of the margin with steps and times, px; the style says so too. */
const TIMES_WIDTH = 104;

/** Cells of a name over its lifeline; whole it is said to whoever points at it. */
const NAME_CELLS = 22;

/** What the colours of arrows mean. */
const KEYS = [
  { of: 'tell', text: 'tell', stroke: '' },
  { of: 'ask', text: 'ask', stroke: '' },
  { of: 'reply', text: 'reply', stroke: 'dashed' },
  { of: 'rejection', text: 'rejection', stroke: 'dashed' },
  { of: 'dead', text: 'dead letter', stroke: '' },
] as const;

/** What a page holds. */
export interface StoryPageOptions {
  /** The most events drawn, the last ones, at least 1; default 20 000. */
  readonly eventsMax?: number;
}

/**
 * A story as a page of HTML with a space-time diagram: time runs down, each actor has a line, and messages slant from
 * where they were sent to where they were handled. What had no part in the violation is faint.
 *
 * The page needs nothing but itself, shows everything without its script, and scrolls through ten thousands of events.
 * All texts of the trace are escaped.
 *
 * @throws InvalidOptionError
 * @example
 * await writeFile('counterexample.html', storyPage(trace));
 */
export function storyPage(trace: Trace, options: StoryPageOptions = {}): string {
  const { eventsMax = EVENTS_MAX } = options;
  if (!(eventsMax >= 1)) throw new InvalidOptionError('eventsMax', eventsMax, 'at least 1');
  const story = readStory(trace);
  const first = Math.max(0, story.events.length - Math.floor(eventsMax));
  const all = pageRows(story);
  const skipped = all[first] ?? 0;
  const rows = all.map((row) => row - skipped);
  const rowCount = (rows.at(-1) ?? -1) + 1;
  const width = widthOfDiagram(story.cast.lifelines.length);
  const drawing: Drawing = { story, rows, past: causalPast(story), width };

  const body = [
    drawHeader(trace.name, story, first, drawing),
    element(
      'div',
      { class: 'scroll', tabindex: 0 },
      drawNames(story, width),
      drawChunks(drawing, first, rowCount),
    ),
    element('script', {}, trusted(PAGE_SCRIPT)),
  ];
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    }),
    element('meta', { name: 'viewport', content: 'width=device-width' }),
    element('title', {}, trace.name),
    element('style', {}, trusted(PAGE_STYLE)),
  ];
  const page = element('html', { lang: 'en' }, element('head', {}, head), element('body', {}, body));
  return `<!DOCTYPE html>\n${markupOf(page)}\n`;
}

function drawHeader(name: string, story: Story, first: number, { past }: Drawing): Markup {
  const actors = story.cast.lifelines.filter(({ isTest }) => !isTest).length;
  const time = describeTime(story.events.at(-1)?.atMs ?? 0);
  const summary = [
    count(actors, 'actor'),
    count(story.events.length, 'event'),
    `${time} of virtual time`,
    ...(first === 0 ? [] : [`the first ${count(first, 'event')} left out`]),
  ];
  const violations = story.events.filter((event): event is ViolationEvent => event.kind === 'violation');
  const used = new Set(story.events.map((event) => (event.kind === 'sent' ? event.form : event.kind)));
  const key = KEYS.filter(({ of }) => used.has(of)).map(({ of, text, stroke }) =>
    element('span', {}, element('i', { class: `${of} ${stroke}` }), text),
  );
  const focus = past.events.every(Boolean)
    ? []
    : [
        element(
          'label',
          {},
          element('input', { id: 'past', type: 'checkbox', checked: 'checked' }),
          ' emphasise what led to the violation',
        ),
      ];
  return element(
    'header',
    {},
    element('h1', {}, name),
    element('p', {}, summary.join(' · ')),
    violations.map(({ law, text }) =>
      element(
        'div',
        { class: 'broken' },
        element('b', {}, law),
        ' ',
        text,
        element('a', { href: `#${VIOLATION_ID}` }, '↓ show'),
      ),
    ),
    element('div', { class: 'key' }, key, focus),
  );
}

function drawNames(story: Story, width: number): Markup {
  const { lifelines } = story.cast;
  const bands = bandsOf(lifelines).map(({ from, to, shard, isBanded }) =>
    element(
      'div',
      { class: `shard${isBanded ? ' banded' : ''}`, style: `left:${from}px;width:${to - from}px` },
      `shard ${shard}`,
    ),
  );
  const names = lifelines.map(({ index, name }) =>
    element(
      'button',
      {
        type: 'button',
        'data-line': index,
        'aria-pressed': 'false',
        title: name,
        style: `left:${xOf(index) - 84}px`,
      },
      cutMiddle(name, NAME_CELLS),
    ),
  );
  return element(
    'div',
    { class: 'head' },
    element('div', { class: 'corner' }, 'step · time'),
    element('div', { class: 'names', style: `width:${width}px` }, bands, names),
  );
}

/** What is drawn in one chunk, texts above all else. */
type Layers = Record<Piece['layer'], Markup[]>;

function drawChunks(drawing: Drawing, first: number, rowCount: number): Markup[] {
  const { story, rows, width } = drawing;
  const stretches = stretchesOf(story, rows, rowCount);
  const bands = bandsOf(story.cast.lifelines).filter(({ isBanded }) => isBanded);
  const pieces = Array.from(
    { length: Math.ceil(rowCount / CHUNK_ROWS) },
    (): Layers => ({ ground: [], under: [], over: [] }),
  );
  for (let index = first; index < story.events.length; index++) {
    for (const { chunk, layer, markup } of drawEvent(drawing, index)) pieces[chunk]![layer].push(markup);
  }
  const times = timesOf(drawing, first, pieces.length);
  return pieces.map(({ ground, under, over }, chunk) => {
    const top = chunk * CHUNK_ROWS * ROW_HEIGHT;
    const height = Math.min(CHUNK_ROWS, rowCount - chunk * CHUNK_ROWS) * ROW_HEIGHT;
    const shading = bands.map(({ from, to }) =>
      element('rect', { class: 'banded', x: from, y: top, width: to - from, height }),
    );
    return element(
      'div',
      { class: 'chunk', style: `width:${TIMES_WIDTH + width}px;height:${height}px` },
      svg('times', TIMES_WIDTH, top, height, times[chunk]!),
      svg('diagram', width, top, height, [
        ...shading,
        ...drawLifelines(drawing, stretches, chunk),
        ...ground,
        ...under,
        ...over,
      ]),
    );
  });
}

/** Steps and times of each chunk, where they are other than in the row above. */
function timesOf({ story, rows }: Drawing, first: number, chunks: number): Markup[][] {
  const times: Markup[][] = Array.from({ length: chunks }, () => []);
  let last: { step: number; atMs: number } | undefined;
  for (let index = first; index < story.events.length; index++) {
    const { step, atMs } = story.events[index]!;
    const y = yOf(rows[index]!) + 4;
    const chunk = times[chunkOf(rows[index]!)]!;
    if (step !== last?.step) chunk.push(element('text', { x: 38, y, 'text-anchor': 'end' }, String(step)));
    if (atMs !== last?.atMs) {
      chunk.push(element('text', { class: 'ms', x: 96, y, 'text-anchor': 'end' }, describeTime(atMs)));
    }
    last = { step, atMs };
  }
  return times;
}

function svg(kind: string, width: number, top: number, height: number, content: readonly Markup[]): Markup {
  return element('svg', { class: kind, width, height, viewBox: `0 ${top} ${width} ${height}` }, content);
}

/** The columns of one shard, px; every other shard is shaded. */
interface Band {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
  readonly isBanded: boolean;
}

function bandsOf(lifelines: readonly Lifeline[]): Band[] {
  const shards = [...new Set(lifelines.filter(({ isTest }) => !isTest).map(({ shard }) => shard))];
  return shards.map((shard, i) => {
    const members = lifelines.filter((each) => !each.isTest && each.shard === shard);
    const half = COLUMN_WIDTH / 2;
    return {
      shard,
      from: xOf(members[0]!.index) - half,
      to: xOf(members.at(-1)!.index) + half,
      isBanded: i % 2 === 0,
    };
  });
}
