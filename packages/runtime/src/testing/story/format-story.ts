import { InvalidOptionError } from '../../errors.js';
import type { Trace } from '../simulation/trace.js';
import { causalPast } from './causal-past.js';
import { cutEnd, tidy, wrap } from './cells.js';
import { drawDiagram } from './diagram.js';
import { count, describeTime } from './labels.js';
import { listRows } from './list.js';
import { painted } from './paint.js';
import { rowsOf, type StoryRow } from './rows.js';
import { readStory, type Story } from './story.js';
import { AFTER, BEFORE, lineAt, type StoryLine } from './story-lines.js';

/** How wide a text is if it goes to no terminal, cells. */
const WIDTH = 100;

/** The narrowest text that still says something, cells. */
const WIDTH_MIN = 40;

/** Events that are told unless said otherwise, count. */
const EVENTS_MAX = 400;

/** Names spelled out below a story, count. */
const NAMES_MAX = 24;

/** How a story is told. */
export interface FormatStoryOptions {
  /** The most cells a line may have, at least 40; default the terminal's if the output is one, else 100. */
  readonly width?: number;
  /** Whether to colour it; default whether the output is a terminal that takes colours. */
  readonly color?: boolean;
  /** The most events told, the last ones, at least 1; default 400. */
  readonly eventsMax?: number;
}

/**
 * A story as a sequence diagram for a terminal: a column for each actor, time from top to bottom, and at the end what
 * broke.
 *
 * An arrow stands where its message is handled. If something came in between that matters, it is split: its beginning
 * stands where it was sent, under the same number. If the actors are too many for the width, only those are drawn that
 * can have had a part in the violation; if they are too many still, the story is a list.
 *
 * @throws InvalidOptionError
 * @example
 * console.log(formatStory(trace, { width: 80 }));
 * // step  time   test          /counter
 * //    0  0 ms    │               ◆ spawned
 * //    1          ├──add {by: 2}─▶│
 */
export function formatStory(trace: Trace, options: FormatStoryOptions = {}): string {
  return storyLines(trace, options)
    .map(({ text }) => text)
    .join('\n');
}

/**
 * The same line by line, each with its step: for whoever tells it while a run goes on.
 *
 * @throws InvalidOptionError
 */
export function storyLines(trace: Trace, options: FormatStoryOptions = {}): readonly StoryLine[] {
  const {
    width = Math.max(WIDTH_MIN, process.stdout.columns || WIDTH),
    color = process.stdout.isTTY === true && process.stdout.hasColors(),
    eventsMax = EVENTS_MAX,
  } = options;
  if (!(width >= WIDTH_MIN && Number.isInteger(width))) {
    throw new InvalidOptionError('width', width, `a whole number of at least ${WIDTH_MIN}`);
  }
  if (!(eventsMax >= 1)) throw new InvalidOptionError('eventsMax', eventsMax, 'at least 1');

  const story = readStory(trace);
  const rows = rowsOf(story);
  const firstEvent = story.events.length - eventsMax;
  const before = rows.filter(({ events }) => events.at(-1)! < firstEvent);
  const told = rows.slice(before.length);
  const involved = causalPast(story).lifelines;
  const partaking = told.flatMap((row) => partakingIn(story, row, involved));

  const draw = (drawn: readonly StoryRow[]) =>
    drawDiagram(story, { before, drawn, lifelines: lifelinesOf(story, drawn), width, color });
  const whole = draw(told);
  const part = whole ?? (lifelinesOf(story, partaking).length > 0 ? draw(partaking) : undefined);
  const { lines, shortened } = part ?? listRows(story, told, width, color);

  const earlier = before.length === 0 ? [] : [`… ${count(eventsIn(before), 'earlier event')}`];
  const strong = (text: string) => (color ? painted(text, 'strong') : text);
  const faint = (text: string) => (color ? painted(text, 'faint') : text);
  const head = [strong(cutEnd(tidy(trace.name), width)), faint(cutEnd(summaryOf(story), width))];
  const foot = [
    ...(whole === undefined && part !== undefined ? leftOut(story, told, partaking) : []),
    ...legendOf(part === whole || part === undefined ? told : partaking),
    ...namesOf(shortened),
  ]
    .flatMap((line) => wrap(line, width))
    .map(faint);
  const sections = [
    head.map((line) => lineAt(BEFORE, line)),
    earlier.map((line) => lineAt(BEFORE, faint(line))),
    lines,
    foot.map((line) => lineAt(AFTER, line)),
  ].filter((section) => section.length > 0);
  return sections.flatMap((section, i) => (i === 0 ? section : [lineAt(section[0]!.step, ''), ...section]));
}

/** A row as far as it tells of those involved: several lives may be told in one. */
function partakingIn(story: Story, row: StoryRow, involved: readonly boolean[]): StoryRow[] {
  if (row.kind !== 'life') return actorsIn(story, row).every((each) => involved[each]) ? [row] : [];
  const kept = row.lives.flatMap((life, i) => (involved[story.cast.indexOf(life.actor)] ? [i] : []));
  if (kept.length === 0) return [];
  return [{ ...row, lives: kept.map((i) => row.lives[i]!), events: kept.map((i) => row.events[i]!) }];
}

/** Lifelines without which a row cannot be drawn. */
function actorsIn(story: Story, row: StoryRow): readonly number[] {
  if (row.kind === 'message') return [row.flight.from, row.flight.to];
  return row.kind === 'life' ? row.lives.map(({ actor }) => story.cast.indexOf(actor)) : [];
}

function lifelinesOf(story: Story, rows: readonly StoryRow[]): number[] {
  return [...new Set(rows.flatMap((row) => actorsIn(story, row)))].sort((one, other) => one - other);
}

function eventsIn(rows: readonly StoryRow[]): number {
  return rows.reduce((sum, { events }) => sum + events.length, 0);
}

function summaryOf({ events, cast }: Story): string {
  const actors = cast.lifelines.filter(({ isTest }) => !isTest).length;
  const time = describeTime(events.at(-1)?.atMs ?? 0);
  return `${count(actors, 'actor')}, ${count(events.length, 'event')}, ${time} of virtual time`;
}

function leftOut(story: Story, told: readonly StoryRow[], drawn: readonly StoryRow[]): string[] {
  const actors = lifelinesOf(story, told).length - lifelinesOf(story, drawn).length;
  const events = eventsIn(told) - eventsIn(drawn);
  return [
    `Without ${count(actors, 'other actor')} and ${count(events, 'event')} that had no part in the violation.`,
  ];
}

/** What the signs mean that do not explain themselves, as far as they occur. */
function legendOf(rows: readonly StoryRow[]): string[] {
  const messages = rows.filter((row) => row.kind === 'message');
  const entries = [
    messages.some(({ mark }) => mark !== '') && '① … ① one message: sent, and handled later',
    messages.some(({ mark, part }) => part === 'sending' && mark === '') && '… under way still',
    messages.some(({ end }) => end?.kind === 'dead') && '✗ dead letter',
  ];
  const used = entries.filter((entry) => entry !== false);
  return used.length === 0 ? [] : [used.join(' · ')];
}

function namesOf(shortened: ReadonlyMap<string, string>): string[] {
  const names = [...shortened].slice(0, NAMES_MAX).map(([short, name]) => `${short} is ${name}`);
  const more = shortened.size - names.length;
  return more === 0 ? names : [...names, `and ${count(more, 'more name')}`];
}
