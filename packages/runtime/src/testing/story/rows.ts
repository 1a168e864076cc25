import type { LifeEvent, TraceEvent, ViolationEvent, WorldEvent } from '../simulation/trace.js';
import { createMarks } from './marks.js';
import type { EndEvent, Flight, Story } from './story.js';

interface Told {
  /** Indices of the events that this row tells; no other row does. */
  readonly events: readonly number[];
  readonly step: number;
  /** Virtual time, ms. */
  readonly atMs: number;
}

/**
 * A message, sent and ended with nothing in between that matters; or only its sending, or only its end. The two of one
 * message then carry one mark, and a sending whose message is still under way carries none.
 */
export interface MessageRow extends Told {
  readonly kind: 'message';
  readonly flight: Flight;
  readonly part: 'whole' | 'sending' | 'end';
  /** How it ended, if this row tells it. */
  readonly end: EndEvent | undefined;
  readonly mark: string;
}

/** Steps of one sort in the lives of some actors, each another, and each of the row's events in the same order. */
export interface LifeRow extends Told {
  readonly kind: 'life';
  readonly lives: readonly LifeEvent[];
}

/** Something that concerns the whole picture. */
export interface RuleRow extends Told {
  readonly kind: 'rule';
  readonly event: WorldEvent;
}

/** The end of the story. */
export interface ViolationRow extends Told {
  readonly kind: 'violation';
  readonly event: ViolationEvent;
}

/** One line of a story as told in text. */
export type StoryRow = MessageRow | LifeRow | RuleRow | ViolationRow;

/**
 * The rows of a story, from first to last. Each event is told in exactly one of them.
 *
 * A message takes one row, at its end, if whoever reads it as sent just then is not misled: since its sending no time
 * has passed, its sender has done nothing but send and spawn, its receiver's life has taken no step, and no message sent
 * later has ended before it that has the same sender or receiver. Otherwise it takes two, and a race is seen as rows
 * between a mark and its second occurrence.
 */
export function rowsOf(story: Story): StoryRow[] {
  const direct = directFlights(story);
  const marks = createMarks();
  const rows: StoryRow[] = [];
  for (const [index, event] of story.events.entries()) {
    const told = { events: [index], step: event.step, atMs: event.atMs };
    const flight = story.flightOf(event);
    if (event.kind === 'sent') {
      if (direct.has(flight!)) continue;
      const mark = flight!.ends.length > 0 ? marks.begin(flight!.event.message) : '';
      rows.push({ ...told, kind: 'message', flight: flight!, part: 'sending', end: undefined, mark });
    } else if (event.kind === 'handled' || event.kind === 'dead') {
      if (flight === undefined) rows.push({ ...told, kind: 'rule', event: unheardOf(event) });
      else if (direct.has(flight)) {
        const events = [flight.sent, index];
        rows.push({ ...told, events, kind: 'message', flight, part: 'whole', end: event, mark: '' });
      } else {
        const mark = marks.at(flight.event.message, flight.ends.at(-1) === index);
        rows.push({ ...told, kind: 'message', flight, part: 'end', end: event, mark });
      }
    } else if (event.kind === 'life') {
      const last = rows.at(-1);
      if (last?.kind === 'life' && goTogether(last, event)) {
        rows[rows.length - 1] = { ...last, lives: [...last.lives, event], events: [...last.events, index] };
      } else rows.push({ ...told, kind: 'life', lives: [event] });
    } else if (event.kind === 'violation') rows.push({ ...told, kind: 'violation', event });
    else rows.push({ ...told, kind: 'rule', event });
  }
  return rows;
}

/** See {@link rowsOf}. All is compared by indices of events, −1 standing for never. */
function directFlights(story: Story): ReadonlySet<Flight> {
  const never = () => new Array<number>(story.cast.lifelines.length).fill(-1);
  const [acted, livedOn, sentOfEndedFrom, sentOfEndedTo] = [never(), never(), never(), never()];
  let interrupted = -1;
  let atMs = Number.NaN;
  const direct = new Set<Flight>();
  for (const [index, event] of story.events.entries()) {
    if (event.atMs !== atMs) interrupted = index;
    atMs = event.atMs;
    if (event.kind === 'sent') continue;
    const flight = story.flightOf(event);
    if (flight !== undefined) {
      const { from, to, sent, ends } = flight;
      const latest = Math.max(
        interrupted,
        acted[from]!,
        livedOn[to]!,
        sentOfEndedFrom[from]!,
        sentOfEndedTo[to]!,
      );
      if (ends.length === 1 && latest <= sent) direct.add(flight);
      sentOfEndedFrom[from] = Math.max(sentOfEndedFrom[from]!, sent);
      sentOfEndedTo[to] = Math.max(sentOfEndedTo[to]!, sent);
      if (event.kind === 'handled') acted[to] = index;
    } else if (event.kind === 'life') {
      acted[story.cast.indexOf(event.actor)] = index;
      livedOn[story.cast.indexOf(event.actor)] = index;
    } else interrupted = index;
  }
  return direct;
}

function goTogether({ lives, step, atMs }: LifeRow, event: LifeEvent): boolean {
  return (
    step === event.step &&
    atMs === event.atMs &&
    lives[0]!.what === event.what &&
    [...lives, event].every(({ detail }) => detail === '') &&
    lives.every(({ actor }) => actor.path !== event.actor.path || actor.id !== event.actor.id)
  );
}

function unheardOf(event: TraceEvent & EndEvent): WorldEvent {
  const { step, atMs, message } = event;
  const text =
    event.kind === 'dead' ? `message ${message} is dead: ${event.reason}` : `message ${message} is handled`;
  return { kind: 'note', step, atMs, text, actors: [] };
}
