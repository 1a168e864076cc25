import { type AgentContributions, type Contributor, contributionOf } from '../agent/contributions.js';
import type { Numbers } from '../coordination/combiner.js';
import { AgentContributionError } from '../errors.js';
import type { CoalitionPart } from './coalition-part.js';
import { NO_COALITION } from './seats.js';

/** Stands for the answer of an agent that has no part in an operation: it is missing from it. */
export const DECLINES: unique symbol = Symbol('declines');

/** One agent's own side of coalitions: it is in one or in none. A new life begins in none. */
export class CoalitionMember {
  #coalition = NO_COALITION;

  /** The coalition that the agent is in; {@link NO_COALITION} for none. */
  get coalition(): number {
    return this.#coalition;
  }

  /**
   * The agent's part in an operation; undefined of one that is in no coalition and is to be in none: it is there, and that is all.
   *
   * @throws AgentContributionError for what is not what was declared
   */
  take(
    part: CoalitionPart,
    row: unknown,
    agent: Contributor,
    declared: AgentContributions,
  ): Numbers | undefined | typeof DECLINES {
    const numbers = typeof row === 'number' ? [row] : (row as ArrayLike<number>);
    if (part.part === 'candidate') return numbers[0] === 1 ? strengthsOf(part, agent, declared) : DECLINES;
    const coalition = numbers[0]!;
    const { mind, index } = agent;
    if (coalition !== this.#coalition) {
      const left = this.#coalition;
      this.#coalition = NO_COALITION;
      if (left !== NO_COALITION) declared.coalition?.(mind as never, { kind: 'left', coalition: left });
      if (coalition === NO_COALITION) return undefined;
      // To one that stands already a new life does not belong.
      if (part.part !== 'seat' || coalition < part.newest) return DECLINES;
      this.#coalition = coalition;
      const [, task, size] = Array.from(numbers) as [number, number, number];
      declared.coalition?.(mind as never, { kind: 'joined', coalition, task: part.tasks[task]!, size });
      return undefined;
    }
    if (coalition === NO_COALITION) return undefined;
    switch (part.part) {
      case 'seat':
        return undefined;
      case 'confer': {
        const { name, precision } = part;
        const report = { kind: 'report', name, ...(precision !== undefined && { precision }) } as const;
        return ofCoalition(coalition, contributionOf(agent, report, undefined, declared)!);
      }
      case 'lot': {
        const lot = { kind: 'lot', draw: part.draw } as const;
        return ofCoalition(coalition, contributionOf(agent, lot, undefined, declared)!);
      }
      case 'share': {
        const shared = Float64Array.from(numbers).subarray(1);
        if (!Number.isNaN(shared[0])) declared.accepts![part.name]!(mind as never, shared as never);
        return undefined;
      }
      case 'speaker': {
        const speaker = numbers[1]!;
        if (speaker === -1) return undefined;
        const { term } = part;
        const isSpeaker = speaker === index;
        declared.coalition?.(mind as never, { kind: 'speaker', coalition, term, speaker, isSpeaker });
        return undefined;
      }
    }
  }
}

function ofCoalition(coalition: number, numbers: Numbers): Float64Array {
  if (typeof numbers === 'number') return Float64Array.of(coalition, numbers);
  const row = new Float64Array(1 + numbers.length);
  row[0] = coalition;
  row.set(numbers, 1);
  return row;
}

function strengthsOf(
  { capabilities, belief }: CoalitionPart & { readonly part: 'candidate' },
  agent: Contributor,
  declared: AgentContributions,
): Float64Array {
  const strengths = capabilities.map((name) => {
    const strength = declared.capabilities![name]!;
    const value = typeof strength === 'number' ? strength : strength(agent.mind as never, agent.index);
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new AgentContributionError(name, value, 'a strength of at least 0');
  });
  if (belief === undefined) return Float64Array.from(strengths);
  const numbers = contributionOf(agent, { kind: 'report', name: belief }, undefined, declared)!;
  return Float64Array.from([
    ...strengths,
    ...(typeof numbers === 'number' ? [numbers] : Array.from(numbers)),
  ]);
}
