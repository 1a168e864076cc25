import { type AgentContributions, reportWidth } from '../agent/contributions.js';

/**
 * What a swarm can ask of agents of several definitions: what all declare under one name and of one size. Of a combiner of their own, the first
 * definition's joins what comes from different definitions: they should be the same function.
 */
export function commonContributions(all: readonly AgentContributions[]): AgentContributions {
  const [first, ...others] = all;
  if (others.length === 0) return first!;
  const common = <T>(
    column: 'reports' | 'accepts' | 'votes' | 'combiners' | 'capabilities',
    isAlike: (other: AgentContributions, name: string) => boolean = () => true,
  ): Readonly<Record<string, T>> =>
    Object.fromEntries(
      Object.entries((first![column] ?? {}) as Readonly<Record<string, T>>).filter(([name]) =>
        others.every((other) => Object.hasOwn(other[column] ?? {}, name) && isAlike(other, name)),
      ),
    );
  return {
    reports: common('reports', (other, name) => reportWidth(other, name) === reportWidth(first!, name)),
    accepts: common('accepts'),
    votes: common('votes', ({ votes }, name) => votes![name]!.choices === first!.votes![name]!.choices),
    combiners: common('combiners'),
    capabilities: common('capabilities'),
  };
}
