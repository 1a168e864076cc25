import {
  defineModel,
  type Environment,
  type GenerativeModel,
  type SparseTensor,
  sparseTensor,
} from '@skein/inference';
import { type ModelWorldOptions, worldOfModel } from './model-world.js';
import type { World } from './world.js';
import { WorldError } from './world-error.js';

/** A graph, and what is seen and wanted at its nodes. */
export interface GraphWorldOptions {
  /** For each node those that its edges lead to, in the order of the actions; edges may lead one way. */
  readonly neighbors: readonly ArrayLike<number>[];
  /** What each node shows, an index from 0; several may show the same. Default: its own index. */
  readonly outcomes?: ArrayLike<number>;
  /** Probability that something else is shown, spread over all other outcomes. Default 0. */
  readonly noise?: number;
  /** Preference for each outcome, nats. Default: none. */
  readonly preference?: ArrayLike<number>;
  /** The node where the agent knows it starts. Default: unknown, any node. */
  readonly start?: number;
  /** Nodes where an episode succeeds. Default: none. */
  readonly goals?: readonly number[];
}

/** A graph's model, and its world. */
export interface GraphWorld extends GenerativeModel {
  readonly environment: Environment;
  readonly goals: readonly number[];
}

/**
 * A graph on which an agent goes from node to node. Action 0 stays, action `k + 1` takes the k-th edge, or stays where there is none.
 * Sparse: thousands of nodes fit.
 *
 * @throws WorldError `AGENTS_WORLD_OPTION` for a graph without nodes, an edge, outcome, start or goal that is none; ModelError for a
 *   preference of another length
 * @example
 * const square = graphWorld({ neighbors: [[1, 2], [0, 3], [0, 3], [1, 2]], goals: [3] });
 * const world = worldOfGraph(square);
 */
export function graphWorld(options: GraphWorldOptions): GraphWorld {
  const { neighbors, noise = 0, preference, start, goals = [] } = options;
  const nodeCount = neighbors.length;
  if (nodeCount === 0) throw invalid('a graph without nodes', 'Give at least one node.');
  const isNode = (node: number): boolean => Number.isInteger(node) && node >= 0 && node < nodeCount;
  for (const node of [...goals, ...(start === undefined ? [] : [start])])
    if (!isNode(node)) throw invalid(`node ${node} of ${nodeCount}`, 'Name nodes that there are.');
  if (!(noise >= 0 && noise <= 1)) throw invalid(`a noise of ${noise}`, 'Pass a probability.');
  const actionCount = 1 + neighbors.reduce((most, { length }) => Math.max(most, length), 0);
  const nextState = neighbors.map((edges, node) =>
    Array.from({ length: actionCount }, (_, action) => {
      const next = action === 0 ? node : (edges[action - 1] ?? node);
      if (isNode(next)) return next;
      throw invalid(`an edge from node ${node} to ${next}`, `Lead edges to nodes below ${nodeCount}.`);
    }),
  );
  const outcomes = options.outcomes ?? Array.from({ length: nodeCount }, (_, node) => node);
  const model = defineModel({
    A: [likelihood(outcomes, nodeCount, noise)],
    B: [
      sparseTensor({
        shape: [nodeCount, nodeCount, actionCount],
        columns: nextState.flatMap((nexts) => nexts.map((next) => [[next, 1] as const])),
      }),
    ],
    ...(preference && { C: [Float64Array.from(preference)] }),
    ...(start !== undefined && {
      D: [Float64Array.from({ length: nodeCount }, (_, n) => Number(n === start))],
    }),
    factorNames: ['node'],
    modalityNames: ['node seen'],
  });
  return { ...model, environment: { nextState: [nextState], start: [start ?? 0] }, goals };
}

/** The world of a graph: an episode begins where D says, and succeeds at a goal. @param options go over what is said here */
export function worldOfGraph(graph: GraphWorld, options: Omit<ModelWorldOptions, 'environment'> = {}): World {
  const goals = new Set(graph.goals);
  return worldOfModel(graph, {
    environment: graph.environment,
    start: [null],
    ...(goals.size > 0 && {
      ending: ({ states }) => (goals.has(states[0]!) ? 'succeeded' : undefined),
    }),
    ...options,
  });
}

/** Each node its own outcome but for the noise, which is the background. */
function likelihood(outcomes: ArrayLike<number>, nodeCount: number, noise: number): SparseTensor {
  if (outcomes.length !== nodeCount)
    throw invalid(`${outcomes.length} outcomes for ${nodeCount} nodes`, 'Give one for each node.');
  let outcomeCount = 0;
  for (let node = 0; node < nodeCount; node++) {
    const outcome = outcomes[node]!;
    if (!(Number.isInteger(outcome) && outcome >= 0))
      throw invalid(`outcome ${outcome} at node ${node}`, 'Number outcomes from 0.');
    outcomeCount = Math.max(outcomeCount, outcome + 1);
  }
  const elsewhere = outcomeCount === 1 ? 0 : noise / (outcomeCount - 1);
  return sparseTensor({
    shape: [outcomeCount, nodeCount],
    background: elsewhere === 0 ? null : new Float64Array(outcomeCount).fill(elsewhere),
    columns: Array.from({ length: nodeCount }, (_, node) => [
      [outcomes[node]!, outcomeCount === 1 ? 1 : 1 - noise],
    ]),
  });
}

function invalid(what: string, remedy: string): WorldError {
  return new WorldError('AGENTS_WORLD_OPTION', `A graph world with ${what}.`, remedy);
}
