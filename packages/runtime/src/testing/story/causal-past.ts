import type { TraceEvent, ViolationEvent } from '../simulation/trace.js';
import type { Story } from './story.js';

/** What can have had a part in a violation; all the rest could have been otherwise and it would have happened still. */
export interface CausalPast {
  /** Of each event, whether it belongs to it. */
  readonly events: readonly boolean[];
  /** Of each lifeline of the cast, whether what happened to it and what it made of that belongs to it. */
  readonly lifelines: readonly boolean[];
}

/** After each step an invariant is asked, so the last step broke it; other laws look back on more than that. */
const ASKED_AFTER_EACH_STEP = 'invariant';

/**
 * The events that happened before a story's violations, in the sense of Lamport: reaching back from the actors to blame
 * along each lifeline, from a message's end to its sending, and from the actor spawned to its parent. A fault is seen by
 * all whom it strikes and ties no two of them together. Beyond Lamport, what did not happen may be to blame too: a
 * message from the past that ended as a dead letter belongs to it, and so does what its receiver came to before.
 *
 * To blame are the actors that a violation names or whose paths its text names; if it names none and is that of an
 * invariant, those of the last step; else all. Without a violation everything belongs to the past.
 *
 * @see Lamport (1978), Time, clocks, and the ordering of events in a distributed system
 */
export function causalPast(story: Story): CausalPast {
  const events = story.events.map(({ kind }) => kind === 'violation');
  if (!events.includes(true)) {
    return { events: events.map(() => true), lifelines: story.cast.lifelines.map(() => true) };
  }
  let lifelines = reachBack(story, events);
  while (takeDeadLetters(story, events)) lifelines = reachBack(story, events);
  return { events, lifelines };
}

/**
 * Adds to some events all that happened before them. Causes come before their effects, so that one way back through the
 * story finds them all.
 *
 * @param events of each event whether it belongs to the past; in and out
 * @returns of each lifeline whether it was reached
 */
function reachBack(story: Story, events: boolean[]): boolean[] {
  const lifelines = story.cast.lifelines.map(() => false);
  for (let index = story.events.length - 1; index >= 0; index--) {
    const event = story.events[index]!;
    if (!events[index] && !story.onLines(event).some((line) => lifelines[line])) continue;
    events[index] = true;
    for (const line of causesOf(story, index)) lifelines[line] = true;
    const flight = story.flightOf(event);
    if (flight !== undefined) events[flight.sent] = true;
  }
  return lifelines;
}

/** Adds the dead letters that were sent in the past, and says whether there were more of them. */
function takeDeadLetters(story: Story, events: boolean[]): boolean {
  const before = events.filter(Boolean).length;
  for (const [index, event] of story.events.entries()) {
    if (event.kind !== 'dead') continue;
    const flight = story.flightOf(event);
    if (flight !== undefined && events[flight.sent]) events[index] = true;
  }
  return events.filter(Boolean).length > before;
}

/** The lifelines on which whatever came before an event is among its causes. */
function causesOf(story: Story, index: number): readonly number[] {
  const event = story.events[index]!;
  if (event.kind === 'violation') return toBlame(story, event, index);
  if (event.kind === 'fault' || event.kind === 'time') return [];
  // Nothing comes before a birth but what the parent did, and a parent is not changed by what its child does.
  const born =
    event.kind === 'life' && event.what === 'spawned' ? story.cast.indexOf(event.actor) : undefined;
  return story.onLines(event).filter((line) => line !== born);
}

/** See {@link causalPast}. */
export function toBlame(story: Story, violation: ViolationEvent, index: number): readonly number[] {
  const { lifelines } = story.cast;
  const mentioned = lifelines.filter((line) => !line.isTest && mentions(violation.text, line.path));
  const named = new Set([...story.onLines(violation), ...mentioned.map((line) => line.index)]);
  if (named.size > 0) return [...named];
  if (violation.law === ASKED_AFTER_EACH_STEP) {
    const last = lastStep(story.events, index).flatMap(story.onLines);
    if (last.length > 0) return last;
  }
  return lifelines.map((line) => line.index);
}

/** The events of the last step before a violation. */
function lastStep(events: readonly TraceEvent[], violation: number): readonly TraceEvent[] {
  const step = events[violation - 1]?.step;
  let first = violation;
  while (first > 0 && events[first - 1]!.step === step) first--;
  return events.slice(first, violation);
}

/** Whether a text names a path, and not only one that begins or ends with it. */
function mentions(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text.slice(at + path.length, at + path.length + 2);
    if (!/[\w/-]/.test(before) && !/^[\w/-]|^\.\w/.test(after)) return true;
  }
  return false;
}
