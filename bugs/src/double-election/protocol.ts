import type { ActorRef } from '@skein/runtime';

export type Member = {
  /** Whom it elects with: all the others. */
  meet: { others: readonly ActorRef<Member>[] };
  /** Stand for election. */
  stand: {};
  askForVote: { term: number; candidate: ActorRef<Member> };
  vote: { term: number; yes: boolean };
  /** Time to count the votes of a term. */
  count: { term: number };
};

/** How long a candidate waits for votes, ms. */
export const BALLOT_MS = 20;
