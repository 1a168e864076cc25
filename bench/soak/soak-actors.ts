import {
  type ActorContext,
  type ActorDefinition,
  type AnyRef,
  type Ask,
  defineActor,
  type MailboxOptions,
  type OverflowRule,
} from '@skein/runtime';

/** This module, for `createSystem`. */
export const SOAK_MODULE: string = import.meta.url;

/** What one actor has handled since it was last looked at: numbers of messages, in order. */
export type Journal = number[];
/** What {@link JOURNALS} names among a system's extensions: makes or finds a journal. */
export type JournalOf = (key: number) => Journal;
export const JOURNALS = 'journals';
/** The journal of states that come back from a store. */
export const REVIVALS = -1;

export type Crash = 'restart' | 'resume' | 'stop';

/** Does what it is told, and writes the message's number into its journal. */
export type Worker = {
  note: { id: number };
  /** Replies with how many messages this life has handled. */
  read: Ask<{ id: number }, number>;
  crash: { id: number; how: Crash };
  /** Puts `note` and `read` aside from now on; understands nothing else but `crash`, `quit` and `unhoard`. */
  hoard: { id: number };
  unhoard: { id: number };
  remind: { id: number; afterMs: number; note: number };
  pass: { id: number; to: AnyRef };
  passAsk: Ask<{ id: number; to: AnyRef }, number>;
  child: { id: number };
  quit: { id: number };
};

/** Never fails: takes what others forward, and watches. */
export type Witness = {
  pass: { id: number };
  passAsk: Ask<{ id: number }, number>;
  watch: { target: AnyRef };
};

export interface WorkerKind {
  readonly definition: ActorDefinition<Worker, { readonly key: number }>;
  readonly capacity: number;
  readonly overflow: OverflowRule;
}

export const STASH_CAPACITY = 6;
/** What a witness replies to a question that was forwarded to it. */
export const FROM_WITNESS = -1;
/** Idle this long, a {@link sleeper} gives its state away, ms. */
export const SLEEP_AFTER_MS = 40;

interface WorkerState {
  readonly journal: Journal;
  handled: number;
}

function journalOf(context: ActorContext, key: number): Journal {
  return (context.extension(JOURNALS) as JournalOf)(key);
}

/** A crash that says what its supervisor shall do. */
export class SoakCrash extends Error {
  readonly how: Crash;

  constructor(how: Crash) {
    super(how);
    this.how = how;
  }
}

function defineWorker(
  name: string,
  mailbox: MailboxOptions,
  sleeps: boolean,
): ActorDefinition<Worker, { readonly key: number }> {
  const log = (state: WorkerState, id: number): void => {
    state.journal.push(id);
    state.handled++;
  };
  return defineActor<Worker>()({
    name,
    mailbox: { ...mailbox, stashCapacity: STASH_CAPACITY },
    initial: ({ key }: { readonly key: number }, context): WorkerState => ({
      journal: journalOf(context, key),
      handled: 0,
    }),
    receive: {
      note: (state, { id }) => log(state, id),
      read: (state, { id }, context) => {
        log(state, id);
        context.reply(state.handled);
      },
      crash: (_state, { how }) => {
        throw new SoakCrash(how);
      },
      hoard: (state, { id }, context) => {
        log(state, id);
        context.become('hoarding');
      },
      unhoard: (state, { id }) => log(state, id),
      remind: (state, { id, afterMs, note }, context) => {
        log(state, id);
        context.schedule(afterMs, { type: 'note', id: note });
      },
      pass: (state, { id, to }, context) => {
        log(state, id);
        context.forward(to);
      },
      passAsk: (state, { id, to }, context) => {
        log(state, id);
        context.forward(to);
      },
      child: (state, { id }, context) => {
        log(state, id);
        context.spawn(idler);
      },
      quit: (state, { id }, context) => {
        log(state, id);
        context.stop();
      },
    },
    behaviors: {
      hoarding: {
        note: (_state, _message, context) => context.stash(),
        read: (_state, _message, context) => context.stash(),
        crash: (_state, { how }) => {
          throw new SoakCrash(how);
        },
        quit: (state, { id }, context) => {
          log(state, id);
          context.stop();
        },
        unhoard: (state, { id }, context) => {
          log(state, id);
          context.become();
          context.unstashAll();
        },
      },
    },
    ...(sleeps && {
      snapshot: ({ handled }: WorkerState) => handled,
      restore: (
        data: unknown,
        { key }: { readonly key: number },
        context: ActorContext<Worker>,
      ): WorkerState => {
        journalOf(context as never, REVIVALS).push(key);
        return { journal: journalOf(context as never, key), handled: data as number };
      },
      passivation: { afterMs: SLEEP_AFTER_MS },
    }),
  });
}

export const idler: ActorDefinition<Record<never, never>, undefined> = defineActor<Record<never, never>>()({
  name: 'idler',
  initial: (_args: undefined) => undefined,
  receive: {},
});

export const witness: ActorDefinition<Witness, { readonly key: number }> = defineActor<Witness>()({
  name: 'witness',
  initial: ({ key }: { readonly key: number }, context) => ({
    journal: journalOf(context, key),
    notices: journalOf(context, key + 1),
  }),
  receive: {
    pass: ({ journal }, { id }) => void journal.push(id),
    passAsk: ({ journal }, { id }, context) => {
      journal.push(id);
      context.reply(FROM_WITNESS);
    },
    watch: (_state, { target }, context) => context.watch(target),
  },
  terminated: ({ notices }, { address }) => void notices.push(address.id),
});

const CAPACITY = 5;
const unbounded = { capacity: Number.POSITIVE_INFINITY, overflow: 'reject' } as const;

export const plain = defineWorker('plain', {}, false);
export const sleeper = defineWorker('sleeper', {}, true);
export const rejecting = defineWorker('rejecting', { capacity: CAPACITY }, false);
export const droppingNewest = defineWorker(
  'dropping-newest',
  { capacity: CAPACITY, overflow: 'drop-newest' },
  false,
);
export const droppingOldest = defineWorker(
  'dropping-oldest',
  { capacity: CAPACITY, overflow: 'drop-oldest' },
  true,
);

export const WORKER_KINDS: readonly WorkerKind[] = [
  { definition: plain, ...unbounded },
  { definition: sleeper, ...unbounded },
  { definition: rejecting, capacity: CAPACITY, overflow: 'reject' },
  { definition: droppingNewest, capacity: CAPACITY, overflow: 'drop-newest' },
  { definition: droppingOldest, capacity: CAPACITY, overflow: 'drop-oldest' },
];
