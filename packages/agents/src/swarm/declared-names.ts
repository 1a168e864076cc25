import { type AgentContributions, reportWidth } from '../agent/contributions.js';
import { type CombinerSpec, combinerOf } from '../coordination/combiners.js';
import { SwarmError } from '../errors.js';
import { checkCount } from './check-count.js';
import type { Reduction } from './results.js';

/** What the agents of a swarm declare, by name: nothing else may be asked of them. */
export class DeclaredNames {
  readonly #contributions: AgentContributions;

  constructor(contributions: AgentContributions) {
    this.#contributions = contributions;
  }

  /** @throws SwarmError `AGENTS_UNDECLARED` */
  check(what: 'reports' | 'accepts' | 'votes' | 'combiners' | 'capabilities', name: string): void {
    const declared = this.#contributions[what] ?? {};
    if (Object.hasOwn(declared, name)) return;
    throw new SwarmError(
      'AGENTS_UNDECLARED',
      `The definition declares no "${name}" in \`${what}\`, but: ${Object.keys(declared).join(', ') || 'none'}.`,
      'Declare it in the definition, or use one of the names that the message lists.',
    );
  }

  /** Numbers of a report, count. @throws SwarmError `AGENTS_UNDECLARED` */
  widthOf(report: string): number {
    this.check('reports', report);
    return reportWidth(this.#contributions, report)!;
  }

  /** Choices of a vote, count. @throws SwarmError `AGENTS_UNDECLARED` */
  choicesOf(vote: string): number {
    this.check('votes', vote);
    return this.#contributions.votes![vote]!.choices;
  }

  /** How reports of a width are combined. @throws SwarmError `AGENTS_UNDECLARED`, `AGENTS_SWARM_OPTION` */
  combinerFor(by: Reduction, width: number): CombinerSpec {
    if (by === 'argmax') return { name: by };
    if (typeof by === 'string') return { name: by, width };
    if ('top' in by) {
      checkCount('top', by.top);
      return { name: 'top', count: by.top };
    }
    this.check('combiners', by.own);
    return { name: 'own', own: by.own, width };
  }

  /** The end result of what was combined. */
  read<Result>(combiner: CombinerSpec, partial: unknown): Result {
    return combinerOf(combiner, this.#contributions.combiners ?? {}).read(partial) as Result;
  }
}
