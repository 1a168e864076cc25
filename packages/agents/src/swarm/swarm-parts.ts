import type { ActorRef, ActorSystem } from '@skein/runtime';
import type { AgentContributions } from '../agent/contributions.js';
import type { CohortProtocol } from './cohort-protocol.js';
import type { Membership } from './membership.js';
import type { CohortNode } from './swarm-tree.js';

/** Where in a swarm the agents of a definition have their places. */
export interface SwarmKind {
  /** The definition's name. */
  readonly name: string;
  /** First place, index. */
  readonly from: number;
  /** One past the last, index. */
  readonly to: number;
}

/** What a swarm is made of. */
export interface SwarmParts {
  readonly system: ActorSystem;
  readonly root: ActorRef<CohortProtocol>;
  readonly tree: CohortNode;
  readonly membership: Membership;
  readonly contributions: AgentContributions;
  readonly seed: number;
  readonly fuses: boolean;
  readonly countsEvidence: boolean;
  /** Default: all places are of one kind. */
  readonly kinds?: readonly SwarmKind[];
}
