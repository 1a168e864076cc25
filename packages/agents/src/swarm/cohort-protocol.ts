import type { ActorRef, Ask, MessageOfType } from '@skein/runtime';
import type { AgentArgs, AgentProtocol } from '../agent/agent-actor.js';
import type { CohortReport, Descent } from './operation.js';
import type { CohortNode } from './swarm-tree.js';

/** What a cohort understands: operations on their way down, what was contributed on its way up. */
export type CohortProtocol = {
  /** Asked of the root by the swarm. */
  descend: Ask<Descent, CohortReport>;
  /** Told by a parent to its children. */
  pass: Descent;
  /** Told by a cohort to its parent. */
  reported: CohortReport;
  /** Told by an agent: what it contributes, undefined where it only takes part. */
  contributed: Contributed;
  /** Told by an agent that cannot take part. */
  declined: { readonly round: number; readonly index: number };
  /** Who is the agent with that index? */
  find: Ask<{ readonly index: number }, ActorRef<AgentProtocol> | undefined>;
  /** Told by a cohort to itself, when it has waited long enough; or longer than that ago. */
  overdue: Record<never, never>;
};

/** What an agent contributes. From agents in lanes whose contributions are whole numbers these come as rows. */
export interface Contributed {
  readonly round: number;
  readonly index: number;
  readonly value: unknown;
}

/** Which node of which swarm it is. Plain data. */
export interface CohortArgs extends Omit<AgentArgs, 'index'> {
  readonly node: CohortNode;
  /** Who was there when it was spawned: see {@link Descent.tenures}. */
  readonly tenures?: Int32Array;
}

/** One of the messages. */
export type CohortMessage<Type extends keyof CohortProtocol> = MessageOfType<CohortProtocol, Type>;
