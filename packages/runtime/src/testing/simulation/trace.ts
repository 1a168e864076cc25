/** An actor, or the world outside of all actors, as a story names it. */
export interface Party {
  /** `/parent/child`; `''` for the test itself. */
  readonly path: string;
  /** Tells apart two actors that had one name after another; 0 for the test itself. */
  readonly id: number;
  /** Shard it lives on, number. */
  readonly shard: number;
}

interface Happened {
  /** Number of the step in which it happened; 0 is all that `start` did. */
  readonly step: number;
  /** Virtual time, ms. */
  readonly atMs: number;
}

/** A message leaves; `message` is its number in the trace, from 0, by which its end can be found. */
export interface SentEvent extends Happened {
  readonly kind: 'sent';
  readonly message: number;
  readonly form: 'tell' | 'ask' | 'reply' | 'rejection';
  readonly from: Party;
  readonly to: Party;
  /** The type of a message; of a reply, that of the question. */
  readonly type: string;
  /** What else is in it, in a few words: `{by: 2}`; empty if nothing. */
  readonly content: string;
}

/** A message has arrived: is handed to its handler, or answers its question. */
export interface HandledEvent extends Happened {
  readonly kind: 'handled';
  readonly message: number;
}

/** A message has ended as a dead letter. */
export interface DeadEvent extends Happened {
  readonly kind: 'dead';
  readonly message: number;
  readonly reason: string;
}

/** An actor takes a step in its life. */
export interface LifeEvent extends Happened {
  readonly kind: 'life';
  readonly actor: Party;
  readonly what: 'spawned' | 'failed' | 'restarted' | 'stopped' | 'suspended' | 'resumed';
  /** The error's code or name and its first words, if it failed. */
  readonly detail: string;
}

/** Somebody outside of the actors does something: a fault strikes, the test acts, time goes on. */
export interface WorldEvent extends Happened {
  readonly kind: 'fault' | 'command' | 'time' | 'note';
  /** `crash of /voter-2`, `propose(3)`, `12 ms`. */
  readonly text: string;
  /** Whom it strikes, if somebody. */
  readonly actors: readonly Party[];
}

/** What must not be is so. The last event of a story. */
export interface ViolationEvent extends Happened {
  readonly kind: 'violation';
  /** `invariant`, `eventually`, `deadlock`, `livelock`, `ledger` … */
  readonly law: string;
  readonly text: string;
  readonly actors: readonly Party[];
}

/** One line of the story of a run. */
export type TraceEvent = SentEvent | HandledEvent | DeadEvent | LifeEvent | WorldEvent | ViolationEvent;

/** All that happened in one run that is worth telling, in order. */
export interface Trace {
  readonly name: string;
  readonly events: readonly TraceEvent[];
}
