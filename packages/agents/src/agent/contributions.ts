import { keyedUniform, streamOf } from '@skein/runtime';
import type { CoalitionNews } from '../coalitions/coalition-part.js';
import type { Numbers } from '../coordination/combiner.js';
import type { OwnCombiners } from '../coordination/own-combiner.js';
import { ABSTAINS } from '../coordination/tally.js';
import { AgentContributionError } from '../errors.js';
import type { Contribution } from './agent-operation.js';

/** A column that agents report: as many numbers of each. */
export interface ReportColumn {
  /** Numbers, count, at least 1. */
  readonly width: number;
  /** Reads them off the agent's mind. */
  of(mind: never): ArrayLike<number>;
}

/** What agents tell under a name: one number, or a column. Functions see the mind that the definition makes. */
export type AgentReport = ((mind: never) => number) | ReportColumn;

/** A choice from 0 on; with a weight if it is not 1; undefined abstains. */
export type Ballot = number | { readonly choice: number; readonly weight: number } | undefined;

/** A question that agents can vote on. */
export interface AgentVote {
  /** Choices, count, at least 1: choice c is one of 0 to `choices - 1`. */
  readonly choices: number;
  /** What the agent chooses, given what the vote is about. */
  of(mind: never, about: never): Ballot;
}

/** Who leads a term, as an agent hears of it. */
export interface ElectionNews {
  readonly term: number;
  /** The leader, index. */
  readonly leader: number;
  /** Whether it is the agent itself. */
  readonly isLeader: boolean;
}

/**
 * What agents of a definition give to and take from their swarm, by name. What a function throws fails that agent alone.
 */
export interface AgentContributions {
  /** For `gather`, `reduce`, `sample`, `fuse`. */
  readonly reports?: Readonly<Record<string, AgentReport>>;
  /** For `broadcast` and `scatter`. */
  readonly accepts?: Readonly<Record<string, (mind: never, value: never) => void>>;
  /** For `vote`. */
  readonly votes?: Readonly<Record<string, AgentVote>>;
  /** Hears the outcome of `elect`: at most one leader a term. */
  elected?(mind: never, news: ElectionNews): void;
  /** What the agent can do: names with a strength, at least 0, the same for all or read off each. For coalitions. */
  readonly capabilities?: Readonly<Record<string, number | ((mind: never, index: number) => number)>>;
  /** Hears of its coalition. */
  coalition?(mind: never, news: CoalitionNews): void;
  /** Ways of their own to combine reports: associative functions, for `reduce`. */
  readonly combiners?: OwnCombiners;
}

/** Numbers of one report, count; undefined if there is none of that name. */
export function reportWidth({ reports }: AgentContributions, name: string): number | undefined {
  if (reports === undefined || !Object.hasOwn(reports, name)) return undefined;
  const report = reports[name]!;
  return typeof report === 'function' ? 1 : report.width;
}

const LOT = streamOf('agents: lot');

/** Whose contribution it is. */
export interface Contributor {
  readonly index: number;
  readonly seed: number;
  readonly mind: unknown;
}

/**
 * What one agent contributes to an operation; undefined where it only takes part.
 *
 * @param row the agent's own part of what is scattered
 * @throws AgentContributionError for what is not what was declared
 */
export function contributionOf(
  { index, seed, mind }: Contributor,
  operation: Contribution,
  row: unknown,
  declared: AgentContributions,
): Numbers | undefined {
  switch (operation.kind) {
    case 'report':
      return reported(mind, operation, declared);
    case 'accept': {
      const accept = declared.accepts![operation.name]!;
      accept(mind as never, (operation.value === undefined ? row : operation.value) as never);
      return undefined;
    }
    case 'vote':
      return ballotOf(mind, operation, declared);
    case 'lot':
      return keyedUniform(seed, LOT, index, operation.draw);
    case 'elected': {
      const { term, leader } = operation;
      declared.elected?.(mind as never, { term, leader, isLeader: leader === index });
      return undefined;
    }
    case 'begin':
    case 'arrive':
      return undefined;
  }
}

function reported(
  mind: unknown,
  { name, precision }: Contribution & { readonly kind: 'report' },
  declared: AgentContributions,
): Numbers {
  const numbers = oneReport(mind, name, declared);
  if (precision === undefined) return numbers;
  const weight = oneReport(mind, precision, declared) as number;
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new AgentContributionError(precision, weight, 'a precision of at least 0');
  return Float64Array.of(...(typeof numbers === 'number' ? [numbers] : Array.from(numbers)), weight);
}

/** One report of an agent, by the name that it is declared by. @throws AgentContributionError */
export function oneReport(mind: unknown, name: string, { reports }: AgentContributions): Numbers {
  const report = reports![name]!;
  if (typeof report === 'function') {
    const number = report(mind as never);
    if (typeof number === 'number' && !Number.isNaN(number)) return number;
    throw new AgentContributionError(name, number, 'a number');
  }
  const column = report.of(mind as never);
  if (column?.length !== report.width)
    throw new AgentContributionError(name, column, `${report.width} numbers`);
  const copy = Float64Array.from(column); // the mind may change its own before this has arrived
  if (copy.some(Number.isNaN)) throw new AgentContributionError(name, column, 'numbers');
  return copy;
}

function ballotOf(
  mind: unknown,
  { name, about }: Contribution & { readonly kind: 'vote' },
  { votes }: AgentContributions,
): Numbers {
  const vote = votes![name]!;
  const { choices } = vote;
  const ballot = vote.of(mind as never, about as never);
  if (ballot === undefined) return ABSTAINS;
  const { choice, weight } = typeof ballot === 'number' ? { choice: ballot, weight: 1 } : ballot;
  if (!(Number.isInteger(choice) && choice >= 0 && choice < choices))
    throw new AgentContributionError(name, ballot, `a choice from 0 to ${choices - 1}, or undefined`);
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new AgentContributionError(name, ballot, 'a weight of at least 0');
  return weight === 1 ? choice : Float64Array.of(choice, weight);
}
