import { type ActorAddress, type ActorRef, RefColumn } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';

/** The agents of a leaf of a swarm's tree, by place. They are kept in columns, so that a million of them fit. */
export class LeafAgents {
  #refs: RefColumn<AgentProtocol>;
  /** Of who is there or was the last to be: see `Descent.tenures`. */
  #tenures: Int32Array | undefined;

  /** @param places count; nobody is there yet */
  constructor(places: number) {
    this.#refs = new RefColumn(new Array<undefined>(places).fill(undefined));
    this.#tenures = new Int32Array(places);
  }

  get places(): number {
    return this.#refs.length;
  }

  /** Who is there; undefined where nobody is. */
  get refs(): RefColumn<AgentProtocol> {
    return this.#refs;
  }

  /** Who is at a place, if anybody. */
  at(place: number): ActorRef<AgentProtocol> | undefined {
    return this.#refs.at(place);
  }

  /** The place of an agent, also of one that has just stopped; -1 if it has none. */
  placeOf(agent: ActorAddress): number {
    return this.#refs.indexOf(agent);
  }

  /** An agent is gone. Its place is empty until the next tenure begins. */
  remove(place: number): void {
    this.#refs = new RefColumn(this.#refs.toArray().with(place, undefined));
  }

  /**
   * Fills the places anew whose tenure is over.
   *
   * @param tenures i32[places], kept; undefined: all have the first
   * @param leave called for who is still there and is not to be
   */
  settle(
    tenures: Int32Array | undefined,
    arrive: (place: number) => ActorRef<AgentProtocol>,
    leave: (agent: ActorRef<AgentProtocol>) => void,
  ): void {
    let refs: (ActorRef<AgentProtocol> | undefined)[] | undefined;
    for (let place = 0; place < this.places; place++) {
      const tenure = tenureIn(tenures, place);
      if (tenure === tenureIn(this.#tenures, place)) continue;
      refs ??= this.#refs.toArray();
      const before = refs[place];
      if (before !== undefined) leave(before);
      refs[place] = tenure === 0 ? undefined : arrive(place);
    }
    this.#tenures = tenures;
    if (refs !== undefined) this.#refs = new RefColumn(refs);
  }
}

function tenureIn(tenures: Int32Array | undefined, place: number): number {
  return tenures === undefined ? 1 : tenures[place]!;
}
