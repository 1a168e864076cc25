import type { ActorAddress, ActorRef, ReplyHandle, ScheduledMessage } from '@skein/runtime';
import type { CohortArgs, CohortProtocol } from './cohort-protocol.js';
import type { LeafAgents } from './leaf-agents.js';
import type { CohortReport } from './operation.js';
import type { Round } from './round.js';
import type { SparseLink } from './sparse-link.js';

/** A cohort under another. */
export interface Branch {
  readonly ref: ActorRef<CohortProtocol>;
  readonly from: number;
  readonly to: number;
  /** Nothing is sent to one that is gone, or whose shard is lost and not yet replaced. */
  here: boolean;
  /** Once it has told sums. */
  heard: SparseLink | undefined;
}

/** What a cohort has: its children, and the operation in hand. */
export interface CohortState {
  readonly args: CohortArgs;
  /** Index of the first agent below it. */
  readonly from: number;
  /** Of a leaf. */
  readonly agents: LeafAgents | undefined;
  /** Of any other node: undefined where there are no agents. */
  readonly branches: (Branch | undefined)[];
  /** The operation in hand, of which the books are kept in `books`. */
  round: Round | undefined;
  readonly books: Round;
  readonly parent: ActorRef<CohortProtocol>;
  reply: ReplyHandle<CohortReport> | undefined;
  /** When `overdue` comes: at the latest when the round is due. It is not taken back at the end of a round, but serves the next. */
  alarm: { readonly atMs: number; readonly message: ScheduledMessage } | undefined;
  told: SparseLink | undefined;
}

/** Which branch begins with that agent; -1 if none does. */
export function branchFrom(branches: readonly (Branch | undefined)[], from: number): number {
  for (let at = 0; at < branches.length; at++) if (branches[at]?.from === from) return at;
  return -1;
}

/** Which child of the node that is; -1 if it is none of those that are there. */
export function placeOf({ agents, branches }: CohortState, child: ActorAddress): number {
  return agents?.placeOf(child) ?? branches.findIndex((branch) => branch?.ref.address.id === child.id);
}
