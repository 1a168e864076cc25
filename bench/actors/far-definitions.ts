import { type ActorRef, type Ask, defineActor, type ReplyHandle } from '@skein/runtime';

/** For `createSystem({ modules })`: every thread imports the definitions from here. */
export const farModules: readonly URL[] = [new URL(import.meta.url)];

/** An observation: small, with a typed array, as agents are sent it. */
export interface Observation {
  readonly agent: number;
  readonly t: number;
  readonly values: Float32Array;
}
export type Parcel = { obs: Observation; data: { readonly bytes: Uint8Array } };
export type ParcelMessage =
  | ({ readonly type: 'obs' } & Observation)
  | { readonly type: 'data'; readonly bytes: Uint8Array };

export function observation(): ParcelMessage {
  return { type: 'obs', agent: 12_345, t: 77, values: new Float32Array(8) };
}

export type Echo = { obs: Observation };

/** Sends back what it is sent. */
export const echo = defineActor<Echo>()({
  name: 'echo',
  initial: () => undefined,
  receive: { obs: (_, message, context) => context.sender?.send(message) },
});

export type FarPinger = Echo & { play: Ask<{ readonly rounds: number }, number> };

/** Plays with an echo: the next observation when the last has come back. */
export const farPinger = defineActor<FarPinger>()({
  name: 'far-pinger',
  initial: (opponent: ActorRef<Echo>) => ({
    opponent,
    ball: observation() as { readonly type: 'obs' } & Observation,
    played: 0,
    rounds: 0,
    answer: undefined as ReplyHandle<number> | undefined,
  }),
  receive: {
    play: (state, { rounds }, context) => {
      state.rounds = rounds;
      state.answer = context.deferReply();
      state.opponent.send(state.ball);
    },
    obs: (state) => {
      if (++state.played === state.rounds) state.answer?.(state.played);
      else state.opponent.send(state.ball);
    },
  },
});

export type Depot = Parcel & { last: {} };

/** Counts parcels, acknowledges the count every so many of them, and says after the last how many there were. */
export const depot = defineActor<Depot>()({
  name: 'depot',
  initial: ({ acknowledgeEvery }: { readonly acknowledgeEvery: number }) => ({ acknowledgeEvery, seen: 0 }),
  receive: {
    obs: (state, _, context) => acknowledge(state, context.sender),
    data: (state, _, context) => acknowledge(state, context.sender),
    last: (state, _, context) => context.sender?.send({ type: 'all', count: state.seen }),
  },
});

function acknowledge(state: { seen: number; acknowledgeEvery: number }, sender: ActorRef | undefined): void {
  if (++state.seen % state.acknowledgeEvery === 0) sender?.send({ type: 'seen', count: state.seen });
}

export type Carrier = {
  carry: Ask<{ readonly parcel: ParcelMessage; readonly count: number; readonly window: number }, number>;
  seen: { readonly count: number };
  all: { readonly count: number };
};

/**
 * Sends one parcel many times, with at most `window` of them unacknowledged: a send never waits, so a sender that
 * outruns its receiver without a window would reach the bound of the way between their threads.
 */
export const carrier = defineActor<Carrier>()({
  name: 'carrier',
  initial: (depotRef: ActorRef<Depot>): Load => ({
    depotRef,
    parcel: observation(),
    count: 0,
    sent: 0,
    answer: undefined,
    window: 0,
  }),
  receive: {
    carry: (load, { parcel, count, window }, context) => {
      Object.assign(load, { parcel, count, window, sent: 0, answer: context.deferReply() });
      sendUpTo(load, window);
    },
    seen: (load, { count }) => sendUpTo(load, count + load.window),
    all: (load, { count }) => load.answer?.(count),
  },
});

interface Load {
  readonly depotRef: ActorRef<Depot>;
  readonly parcel: ParcelMessage;
  readonly count: number;
  readonly window: number;
  sent: number;
  answer: ReplyHandle<number> | undefined;
}

function sendUpTo(load: Load, bound: number): void {
  if (load.sent === load.count) return;
  const upTo = Math.min(bound, load.count);
  for (; load.sent < upTo; load.sent++) load.depotRef.send(load.parcel);
  if (load.sent === load.count) load.depotRef.send({ type: 'last' });
}
