import type { ActorAddress, ActorContext, ActorRef } from '@skein/runtime';
import { CoalitionMember } from '../coalitions/coalition-member.js';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import type { AgentArgs, AgentProtocol } from './agent-actor.js';
import { Gossiper } from './gossiper.js';
import { withRoom } from './with-room.js';

/** Which agent it is of those of its definition on its shard, from 0: the state of its actor. Given again when it has gone. */
export type AgentNumber = number;

/** Agents that have a parent and a seed in common. */
interface Family {
  readonly key: string;
  readonly cohort: ActorRef<CohortProtocol>;
  readonly seed: number;
  /** Living ones, count. */
  size: number;
}

/**
 * Who the agents of one definition on one shard are, in columns by number: no agent is an object, so that a hundred thousand cost the
 * caches and the collector of garbage nothing.
 */
export class Roster {
  /** The place of each in its swarm, index. */
  indices: Int32Array = new Int32Array(0);
  /** The last step of each, from 1; 0 before the first. */
  ticks: Float64Array = new Float64Array(0);
  #familyOf = new Int32Array(0);
  readonly #families: Family[] = [];
  readonly #familyNumbers = new Map<string, number>();
  readonly #freeFamilies: number[] = [];
  /** Agents come cohort by cohort: the family of the last. */
  #lastFamily = -1;
  #lastParent: ActorAddress | undefined;
  readonly #free: AgentNumber[] = [];
  #end = 0;
  /** Of those that gossip, which few swarms do. */
  readonly #gossipers = new Map<AgentNumber, Gossiper>();
  /** Of those that were asked about coalitions. */
  readonly #members = new Map<AgentNumber, CoalitionMember>();

  /** A new life. Its number is the one that was given back last, or a new one. */
  enroll({ index, seed }: AgentArgs, context: ActorContext<Pick<AgentProtocol, 'share'>>): AgentNumber {
    const family = this.#family(seed, context);
    this.#families[family]!.size++;
    const agent = this.#free.pop() ?? this.#end++;
    this.indices = withRoom(this.indices, agent);
    this.ticks = withRoom(this.ticks, agent);
    this.#familyOf = withRoom(this.#familyOf, agent);
    this.indices[agent] = index;
    this.ticks[agent] = 0;
    this.#familyOf[agent] = family;
    return agent;
  }

  /** The end of a life. */
  dismiss(agent: AgentNumber): void {
    this.#gossipers.delete(agent);
    this.#members.delete(agent);
    this.#free.push(agent);
    const number = this.#familyOf[agent]!;
    const family = this.#families[number]!;
    if (--family.size > 0) return;
    this.#familyNumbers.delete(family.key);
    this.#freeFamilies.push(number);
    if (this.#lastFamily === number) this.#lastParent = undefined;
  }

  /** Living agents, count. */
  get size(): number {
    return this.#end - this.#free.length;
  }

  /** To whom an agent contributes. */
  cohortOf(agent: AgentNumber): ActorRef<CohortProtocol> {
    return this.#families[this.#familyOf[agent]!]!.cohort;
  }

  /** Of an agent's swarm. */
  seedOf(agent: AgentNumber): number {
    return this.#families[this.#familyOf[agent]!]!.seed;
  }

  /** An agent's part in gossip; undefined for one that has not begun it in this life. */
  gossiperOf(agent: AgentNumber): Gossiper | undefined {
    return this.#gossipers.get(agent);
  }

  beginGossip(agent: AgentNumber, value: number): void {
    this.#gossipers.set(agent, new Gossiper(this.indices[agent]!, this.cohortOf(agent), value));
  }

  /** An agent's side of coalitions, in this life. */
  memberOf(agent: AgentNumber): CoalitionMember {
    let member = this.#members.get(agent);
    if (member === undefined) {
      member = new CoalitionMember();
      this.#members.set(agent, member);
    }
    return member;
  }

  #family(seed: number, context: ActorContext<Pick<AgentProtocol, 'share'>>): number {
    const { parent } = context;
    const last = this.#families[this.#lastFamily];
    if (this.#lastParent?.id === parent.id && last?.seed === seed) return this.#lastFamily;
    const key = `${parent.id} ${seed}`;
    let number = this.#familyNumbers.get(key);
    if (number === undefined) {
      number = this.#freeFamilies.pop() ?? this.#families.length;
      this.#families[number] = { key, cohort: context.ref<CohortProtocol>(parent), seed, size: 0 };
      this.#familyNumbers.set(key, number);
    }
    this.#lastFamily = number;
    this.#lastParent = parent;
    return number;
  }
}
