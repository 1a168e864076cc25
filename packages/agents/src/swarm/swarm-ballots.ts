import type { AgentOperation } from '../agent/agent-operation.js';
import type { Argmax } from '../coordination/argmax.js';
import type { CombinerSpec } from '../coordination/combiners.js';
import type { Tally } from '../coordination/tally.js';
import { winnerOf } from '../coordination/vote-rule.js';
import { SwarmError } from '../errors.js';
import type { DeclaredNames } from './declared-names.js';
import type { ElectOptions, ElectResult, VoteOptions, VoteResult } from './results.js';
import type { SwarmMembers } from './swarm-members.js';
import { type SwarmRounds, TOOK_PART } from './swarm-rounds.js';

const BEST: CombinerSpec = { name: 'argmax' };

/** See `Swarm.vote`. */
export async function voteOn(
  name: string,
  { rule, about, ...options }: VoteOptions,
  { rounds, declared, members }: Voters,
): Promise<VoteResult> {
  const combiner: CombinerSpec = { name: 'tally', choices: declared.choicesOf(name) };
  const ballot: AgentOperation = { kind: 'vote', name, about };
  const { partial, missing } = await rounds.take('vote', ballot, combiner, options);
  const tally = declared.read<Tally>(combiner, partial);
  return { ...tally, choice: winnerOf(tally, rule, members.count), missing: [...missing] };
}

/** Who votes. */
interface Voters {
  readonly rounds: SwarmRounds;
  readonly declared: DeclaredNames;
  readonly members: SwarmMembers;
}

/** The elections of a swarm, and the terms that they have given up. */
export class SwarmElections {
  readonly #rounds: SwarmRounds;
  readonly #declared: DeclaredNames;
  #term = Number.NEGATIVE_INFINITY;

  constructor(rounds: SwarmRounds, declared: DeclaredNames) {
    this.#rounds = rounds;
    this.#declared = declared;
  }

  /** The last term that was put to the vote; undefined before the first. */
  get term(): number | undefined {
    return this.#term === Number.NEGATIVE_INFINITY ? undefined : this.#term;
  }

  /** See `Swarm.elect`. */
  async elect({ term, by, ...options }: ElectOptions): Promise<ElectResult> {
    if (by !== undefined) this.#declared.check('reports', by);
    return this.#rounds.alone('elect', async () => {
      this.#giveUp(term);
      const standing: AgentOperation =
        by === undefined ? { kind: 'lot', draw: term } : { kind: 'report', name: by };
      const standingReport = await this.#rounds.run({ take: standing, combiner: BEST }, options);
      const best = this.#declared.read<Argmax | undefined>(BEST, standingReport.partial);
      if (best === undefined) return { term, leader: undefined, missing: [...standingReport.missing] };
      const news: AgentOperation = { kind: 'elected', term, leader: best.index };
      const { missing } = await this.#rounds.run({ take: news, combiner: TOOK_PART }, options);
      const knows = !missing.includes(best.index);
      return { term, leader: knows ? best.index : undefined, missing: [...missing] };
    });
  }

  /** @throws SwarmError `AGENTS_PAST_TERM` */
  #giveUp(term: number): void {
    if (!(Number.isSafeInteger(term) && term > this.#term))
      throw new SwarmError(
        'AGENTS_PAST_TERM',
        `An election for term ${term}; the last was for term ${this.#term}.`,
        'Elect with a term above `swarm.term`.',
      );
    this.#term = term;
  }
}
