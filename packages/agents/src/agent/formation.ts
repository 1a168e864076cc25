import type { ActorRef } from '@skein/runtime';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import type { Place } from './population-host.js';
import type { AgentNumber } from './roster.js';

/** Of how many times as many agents as there are formations are kept. */
const KEPT_TIMES = 2;
/** More than the largest, agents. */
const SIZES = 2 ** 20;

/** Agents that meet a step together, in their order, and what is true of each as long as nobody comes, goes or moves. */
export interface Formation {
  readonly agents: Int32Array;
  /** Where its belief is; below 0 if there is no room for it. */
  readonly places: Int32Array;
  /** Its place in its swarm. */
  readonly indices: Int32Array;
  readonly cohorts: readonly ActorRef<CohortProtocol>[];
  /** The {@link Formations.version} that this is true of; NaN if it is of none. */
  readonly version: number;
}

/** What a formation is made of. */
export interface FormationSource {
  /** Agents there are, count. */
  readonly size: number;
  placeOf(agent: AgentNumber, item: number): Place;
  indexOf(agent: AgentNumber): number;
  cohortOf(agent: AgentNumber): ActorRef<CohortProtocol>;
}

/**
 * Remembers who met the last steps together: mostly they do so again, and then nothing about them has to be looked up but who they are. Keeps
 * those of {@link KEPT_TIMES} as many agents as there are; what has not been used for longest goes first.
 */
export class Formations {
  /** To be counted up whenever an agent comes, goes or moves. */
  version = 0;
  readonly #kept = new Map<number, Formation>();
  /** Agents of those that are kept, count. */
  #keptSize = 0;

  /**
   * The formation of the first `size` of `agents`, below 2^20: the same as before, if nothing has changed since.
   *
   * @param source asked for each agent otherwise; it may count up {@link version}
   */
  of(agents: readonly AgentNumber[], size: number, source: FormationSource): Formation {
    const key = agents[0]! * SIZES + size;
    const last = this.#kept.get(key);
    if (this.#kept.delete(key)) this.#keptSize -= size;
    const isSame = last !== undefined && last.version === this.version && areSame(last.agents, agents);
    const formation = isSame ? last : this.#form(agents, size, source, last);
    this.#kept.set(key, formation);
    this.#keptSize += size;
    while (this.#keptSize > KEPT_TIMES * source.size && this.#kept.size > 1) this.#forgetOldest();
    return formation;
  }

  /** Lets go of all: there is nobody. */
  clear(): void {
    this.#kept.clear();
    this.#keptSize = 0;
  }

  #forgetOldest(): void {
    const [key, { agents }] = this.#kept.entries().next().value!;
    this.#kept.delete(key);
    this.#keptSize -= agents.length;
  }

  #form(
    agents: readonly AgentNumber[],
    size: number,
    source: FormationSource,
    last: Formation | undefined,
  ): Formation {
    const numbers = new Int32Array(size);
    const places = new Int32Array(size);
    const indices = new Int32Array(size);
    const cohorts = new Array<ActorRef<CohortProtocol>>(size);
    let arePlaced = true;
    for (let item = 0; item < size; item++) {
      const agent = agents[item]!;
      numbers[item] = agent;
      indices[item] = source.indexOf(agent);
      cohorts[item] = source.cohortOf(agent);
      places[item] = source.placeOf(agent, item);
      if (places[item]! < 0) arePlaced = false;
    }
    // Columns that are equal are one, as they are sent, and kept by whoever was sent them.
    const told = last !== undefined && areSame(last.indices, indices) ? last.indices : indices;
    // Who has no place yet may find one the next time.
    const version = arePlaced ? this.version : Number.NaN;
    return { agents: numbers, places, indices: told, cohorts, version };
  }
}

function areSame(left: Int32Array, right: ArrayLike<number>): boolean {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
