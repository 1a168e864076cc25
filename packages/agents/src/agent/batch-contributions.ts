import type { ActorRef, Batch } from '@skein/runtime';
import { type CoalitionMember, DECLINES } from '../coalitions/coalition-member.js';
import type { CohortProtocol } from '../swarm/cohort.js';
import type { AgentProtocol } from './agent-actor.js';
import { type AgentContributions, contributionOf, oneReport } from './contributions.js';
import type { GossipRow } from './gossip.js';
import type { Gossiper } from './gossiper.js';

/** Agents of one definition on one shard, as far as operations of a swarm need to know them. */
export interface Company<Agent> {
  /** Shows an agent's mind to the functions of its definition. */
  readonly view: { of(agent: Agent): unknown };
  /** Of the agent's swarm. */
  seedOf(agent: Agent): number;
  /** An agent's part in gossip; undefined for one that has not begun it in this life. */
  gossiperOf(agent: Agent): Gossiper | undefined;
  beginGossip(agent: Agent, value: number): void;
  /** Begins an episode: with the prior, as far as the agent has learned it. */
  beginEpisode(agent: Agent): void;
  /** An agent's side of coalitions, in this life. */
  memberOf(agent: Agent): CoalitionMember;
}

/** One of them: the state of its actor. */
interface Member<Self> {
  readonly agents: Company<Self>;
  readonly index: number;
  readonly parent: ActorRef<CohortProtocol>;
}

/** A batch of agents that are told to `take` part. */
interface TakeBatch<Agent>
  extends Pick<Batch<AgentProtocol, Agent, 'take'>, 'size' | 'states' | 'send' | 'fail' | 'message'> {
  self(item: number): ActorRef;
}

/** Has a batch of agents take part in operations, each as it would alone. */
export function contributeAll<Agent extends Member<Agent>>(
  batch: TakeBatch<Agent>,
  contributions: AgentContributions,
): void {
  const { size, states } = batch;
  for (let item = 0; item < size; item++) {
    const agent = states[item]!;
    const { agents, index, parent } = agent;
    const seed = agents.seedOf(agent);
    const { round, operation, row } = batch.message(item);
    const mind = agents.view.of(agent);
    const contribute = (value: unknown): void =>
      batch.send(item, parent, { type: 'contributed', round, index, value });
    const decline = (): void => batch.send(item, parent, { type: 'declined', round, index });
    try {
      if (operation.kind === 'begin' && row === 1) agents.beginEpisode(agent);
      if (operation.kind === 'meet') {
        agents.beginGossip(agent, oneReport(mind, operation.name, contributions) as number);
        contribute(batch.self(item));
      } else if (operation.kind === 'gossip' || operation.kind === 'gossiped') {
        const gossiper = agents.gossiperOf(agent);
        if (gossiper === undefined) decline();
        else if (operation.kind === 'gossiped') contribute(gossiper.estimate);
        else gossiper.begin(round, operation.key, row as GossipRow);
      } else if (operation.kind === 'coalition') {
        const answer = agents.memberOf(agent).take(operation, row, { index, seed, mind }, contributions);
        if (answer === DECLINES) decline();
        else contribute(answer);
      } else contribute(contributionOf({ index, seed, mind }, operation, row, contributions));
    } catch (error) {
      batch.fail(item, error);
    }
  }
}
