import type { DeadEvent, HandledEvent, SentEvent, Trace, TraceEvent } from '../simulation/trace.js';
import { type Cast, castOf } from './cast.js';

/** A message on its way: where in the story it leaves, and where it ends. */
export interface Flight {
  readonly event: SentEvent;
  /** Lifelines, places in the cast. */
  readonly from: number;
  readonly to: number;
  /** Place in the story, index of an event. */
  readonly sent: number;
  /** Indices of events: none if it is under way still, several if it was duplicated. */
  readonly ends: readonly number[];
}

/** A trace with its names looked up. Events are named by their index in it, actors by their place in the cast. */
export interface Story {
  readonly events: readonly TraceEvent[];
  readonly cast: Cast;
  /** The flight an event begins or ends; undefined if it is no matter of messages, or ends one that never began. */
  flightOf(event: TraceEvent): Flight | undefined;
  /** The lifelines on which an event lies: it is seen by all that comes after it on them. */
  onLines(event: TraceEvent): readonly number[];
}

/** What draws a message's end. */
export type EndEvent = HandledEvent | DeadEvent;

/** Looks up the names of a trace. */
export function readStory({ name, events }: Trace): Story {
  const cast = castOf({ name, events });
  const flights = new Map<number, Flight & { readonly ends: number[] }>();
  const parents = new Map<TraceEvent, number>();
  const latestOfPath = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    if (event.kind === 'sent') {
      const [from, to] = [cast.indexOf(event.from), cast.indexOf(event.to)];
      flights.set(event.message, { event, from, to, sent: index, ends: [] });
      // Whoever acts without having been spawned in the story was there before it.
      if (!latestOfPath.has(event.from.path)) latestOfPath.set(event.from.path, from);
      if (!latestOfPath.has(event.to.path)) latestOfPath.set(event.to.path, to);
    } else if (event.kind === 'handled' || event.kind === 'dead') {
      flights.get(event.message)?.ends.push(index);
    } else if (event.kind === 'life' && event.what === 'spawned') {
      const parent = latestOfPath.get(parentOf(event.actor.path));
      if (parent !== undefined) parents.set(event, parent);
      latestOfPath.set(event.actor.path, cast.indexOf(event.actor));
    }
  }
  const test = cast.lifelines.findIndex(({ isTest }) => isTest);
  const flightOf = (event: TraceEvent) => ('message' in event ? flights.get(event.message) : undefined);
  const onLines = (event: TraceEvent): readonly number[] => {
    const flight = flightOf(event);
    switch (event.kind) {
      case 'sent':
        return [flight!.from];
      case 'handled':
      case 'dead':
        return flight === undefined ? [] : [flight.to];
      case 'life': {
        const parent = parents.get(event) ?? test;
        const actor = cast.indexOf(event.actor);
        return event.what === 'spawned' && parent >= 0 ? [actor, parent] : [actor];
      }
      case 'command': {
        const struck = event.actors.map(cast.indexOf);
        return test < 0 || struck.includes(test) ? struck : [test, ...struck];
      }
      default:
        return event.actors.map(cast.indexOf);
    }
  };
  return { events, cast, flightOf, onLines };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
