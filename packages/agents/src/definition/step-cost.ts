import type { CompileOptions, GenerativeModel } from '@skein/inference';

/** What a step of an agent takes beside its kernels, ns, and what these take for each state of each node of the tree of policies, ns. */
const MESSAGES_NS = 150;
const STATE_NS = 0.8;

/**
 * About how long one step of an agent takes on a thread that has many of them, ns: good to a factor of two or so, on the machine of
 * `docs/benchmarks.md`. Where a swarm lives is decided by it, and nothing else.
 */
export function costOfStep({ shape }: GenerativeModel, { horizon = 1, policies }: CompileOptions): number {
  const { actionCounts, stateCounts } = shape;
  const states = stateCounts.reduce((sum, count) => sum + count, 0);
  const actions = actionCounts.reduce((product, count) => product * count, 1);
  let nodes = 0;
  if (policies !== undefined) nodes = policies.reduce((sum, { length }) => sum + length, 0);
  else for (let depth = 1; depth <= horizon; depth++) nodes += actions ** depth;
  return MESSAGES_NS + STATE_NS * nodes * states;
}
