import type { Party, Trace, TraceEvent } from '../simulation/trace.js';
import { tidy } from './cells.js';

/** How the test is called, which acts from outside of all actors. */
const TEST_NAME = 'test';

/** An actor of a story, or the test: what a picture gives a line of its own. */
export interface Lifeline {
  /** Place in the cast, from 0. */
  readonly index: number;
  /** Differs from all others: the path, and if several actors had it in turn the second is `/path#2`. */
  readonly name: string;
  readonly path: string;
  /** Shard on which it is first seen, number. */
  readonly shard: number;
  readonly isTest: boolean;
}

/** All who occur in a story: the test, then shard after shard, each in the order in which the story names them. */
export interface Cast {
  readonly lifelines: readonly Lifeline[];
  /** Place of somebody who occurs in the story. */
  indexOf(party: Party): number;
}

/** The cast of a story. */
export function castOf(trace: Trace): Cast {
  const parties = new Map<string, Party>();
  for (const party of trace.events.flatMap(partiesOf)) {
    const key = keyOf(party);
    if (!parties.has(key)) parties.set(key, party);
  }
  const places = new Map<string, number>();
  const nameOf = namer();
  const inOrder = [...parties.values()].sort(
    (one, other) => Number(isActor(one)) - Number(isActor(other)) || one.shard - other.shard,
  );
  const lifelines = inOrder.map((party, index) => {
    const name = nameOf(isActor(party) ? tidy(party.path) : TEST_NAME);
    places.set(keyOf(party), index);
    return { index, name, path: party.path, shard: party.shard, isTest: !isActor(party) };
  });
  return { lifelines, indexOf: (party) => places.get(keyOf(party))! };
}

/** Gives out names, each once. */
function namer(): (wanted: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return (wanted) => {
    let nth = counts.get(wanted) ?? 0;
    let name: string;
    do {
      nth++;
      name = nth === 1 ? wanted : `${wanted}#${nth}`;
    } while (taken.has(name));
    counts.set(wanted, nth);
    taken.add(name);
    return name;
  };
}

function partiesOf(event: TraceEvent): readonly Party[] {
  switch (event.kind) {
    case 'sent':
      return [event.from, event.to];
    case 'life':
      return [event.actor];
    case 'handled':
    case 'dead':
      return [];
    default:
      return event.actors;
  }
}

function isActor(party: Party): boolean {
  return party.path !== '';
}

function keyOf(party: Party): string {
  return isActor(party) ? `${party.id} ${party.path}` : '';
}
