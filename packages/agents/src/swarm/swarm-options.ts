import type { AgentDefinition } from '../definition/agent-definition.js';
import type { OperationOptions } from './results.js';

/** How many agents, under which tree. */
export interface SwarmOptions {
  /** Agents at the start, at least 1, at most `capacity`. */
  readonly count: number;
  /** Places, count: agents there can be at a time; default `count`. The tree is planned for as many. */
  readonly capacity?: number;
  /** Children of a node of the tree, at least 2; default 32. */
  readonly fanOut?: number;
  /** Decides the agents' random numbers; default: the system's seed. */
  readonly seed?: number;
  /** Whether the evidence of a definition that shares any is fused each step; default true. */
  readonly fuse?: boolean;
  /** Name of the root cohort; default: the definition's. */
  readonly name?: string;
  /**
   * Worker threads that its agents are spread over, count, at most the system's; 0 for the main thread alone. Default: as many as have half a
   * millisecond's work in a step, as far as the model tells, or none if only one had, for then waking it costs more than it does; all of
   * them where nobody knows, as of minds of one's own. What the swarm does is the same.
   */
  readonly workers?: number;
  /**
   * Whether agents live on the main thread too, beside those on workers: it then has its part of a step where it would wait for them,
   * and time for little else. Default: where the system has a single worker, `workers` is left out, and models tell what a step takes. What the swarm does is the same.
   */
  readonly main?: boolean;
}

/** The same of a swarm of several definitions, which have counts of their own. */
export type MixedSwarmOptions = Omit<SwarmOptions, 'count' | 'capacity'>;

/** How an agent joins. */
export interface JoinOptions extends Pick<OperationOptions, 'deadlineMs'> {
  /** The name of its definition. Default: there is only one. */
  readonly definition?: string;
}

/** Agents of one definition, of those in a mixed swarm. */
export interface SwarmPart<Observation = unknown, Effect = unknown> {
  readonly definition: AgentDefinition<Observation, Effect>;
  /** Agents at the start, at least 1, at most `capacity`. */
  readonly count: number;
  /** Places, count; default `count`. */
  readonly capacity?: number;
}

/** The same, whatever it perceives and does. */
// biome-ignore lint/suspicious/noExplicitAny: what each perceives and does is read off its own type.
export type AnySwarmPart = SwarmPart<any, any>;

/** What an agent of one of a swarm's parts observes. */
export type PartObservation<Part> = Part extends {
  readonly definition: {
    /** What it perceives is read off this. */
    readonly types?: readonly [(observation: infer Observation) => void, unknown];
  };
}
  ? Observation
  : never;

/** What an agent of one of a swarm's parts does. */
export type PartEffect<Part> = Part extends {
  readonly definition: {
    /** What it does is read off this. */
    readonly types?: readonly [unknown, () => infer Effect];
  };
}
  ? Effect
  : never;
