import type { TraceEvent } from '../simulation/trace.js';
import type { Story } from './story.js';

/**
 * The row of each event in a space-time diagram, from 0, never falling. A row holds events of one step, at most one end
 * of a message or step of a life a lifeline, and any number of sendings that follow from it; who acts on the whole
 * picture has a row of its own,  and so has a message that never got to its
 * receiver, for its label; over a violation one is left free. No message ends in the row in which it was sent, so that all arrows go down.
 */
export function pageRows(story: Story): number[] {
  const rows: number[] = [];
  const busy = new Set<number>();
  let row = -1;
  let last: TraceEvent | undefined;
  for (const event of story.events) {
    const flight = story.flightOf(event);
    const place = placeOf(story, event);
    const isNew =
      last === undefined ||
      last.step !== event.step ||
      place === undefined ||
      placeOf(story, last) === undefined ||
      (event.kind === 'sent' && flight!.ends.length === 0 && busy.has(place)) ||
      (event.kind !== 'sent' && (busy.has(place) || (flight !== undefined && rows[flight.sent] === row)));
    if (isNew) {
      row += event.kind === 'violation' && row >= 0 ? 2 : 1;
      busy.clear();
    }
    if (place !== undefined) busy.add(place);
    rows.push(row);
    last = event;
  }
  return rows;
}

/** The lifeline on which an event stands; undefined if it goes across. */
export function placeOf(story: Story, event: TraceEvent): number | undefined {
  switch (event.kind) {
    case 'sent':
      return story.flightOf(event)!.from;
    case 'handled':
    case 'dead':
      return story.flightOf(event)?.to;
    case 'life':
      return story.cast.indexOf(event.actor);
    default:
      return undefined;
  }
}
