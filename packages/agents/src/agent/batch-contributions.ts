import type { ActorRef, Batch } from '@skein/runtime';
import { DECLINES } from '../coalitions/coalition-member.js';
import type { AgentProtocol } from './agent-actor.js';
import { type AgentContributions, contributionOf, oneReport } from './contributions.js';
import type { GossipRow } from './gossip.js';
import type { AgentNumber, Roster } from './roster.js';

/** Agents of one definition on one shard, as far as operations of a swarm need to know them. */
export interface Company {
  readonly roster: Roster;
  /** Shows an agent's mind to the functions of its definition. */
  readonly view: { of(agent: AgentNumber): unknown };
  /** Begins an episode: with the prior, as far as the agent has learned it. */
  beginEpisode(agent: AgentNumber): void;
}

/** A batch of agents that are told to `take` part. */
interface TakeBatch
  extends Pick<Batch<AgentProtocol, AgentNumber, 'take'>, 'size' | 'states' | 'send' | 'fail' | 'message'> {
  self(item: number): ActorRef;
}

/** Has a batch of agents take part in operations, each as it would alone. */
export function contributeAll(batch: TakeBatch, company: Company, contributions: AgentContributions): void {
  const { size, states } = batch;
  const { roster, view } = company;
  for (let item = 0; item < size; item++) {
    const agent = states[item]!;
    const index = roster.indices[agent]!;
    const parent = roster.cohortOf(agent);
    const seed = roster.seedOf(agent);
    const { round, operation, row } = batch.message(item);
    const mind = view.of(agent);
    const contribute = (value: unknown): void =>
      batch.send(item, parent, { type: 'contributed', round, index, value });
    const decline = (): void => batch.send(item, parent, { type: 'declined', round, index });
    try {
      if (operation.kind === 'begin' && row === 1) company.beginEpisode(agent);
      if (operation.kind === 'meet') {
        roster.beginGossip(agent, oneReport(mind, operation.name, contributions) as number);
        contribute(batch.self(item));
      } else if (operation.kind === 'gossip' || operation.kind === 'gossiped') {
        const gossiper = roster.gossiperOf(agent);
        if (gossiper === undefined) decline();
        else if (operation.kind === 'gossiped') contribute(gossiper.estimate);
        else gossiper.begin(round, operation.key, row as GossipRow);
      } else if (operation.kind === 'coalition') {
        const answer = roster.memberOf(agent).take(operation, row, { index, seed, mind }, contributions);
        if (answer === DECLINES) decline();
        else contribute(answer);
      } else contribute(contributionOf({ index, seed, mind }, operation, row, contributions));
    } catch (error) {
      batch.fail(item, error);
    }
  }
}
