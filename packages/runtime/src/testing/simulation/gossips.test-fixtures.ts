import { type ActorDefinition, type ActorRef, defineActor } from '../../index.js';

export type Gossip = {
  meet: { all: readonly ActorRef<Gossip>[] };
  hear: { left: number; from: number };
  relay: { to: number };
};

export interface GossipState {
  readonly seed: number;
  readonly place: number;
  readonly heard: number[];
  all: readonly ActorRef<Gossip>[];
}

/** Passes on what it hears to one neighbour or both, or crashes, as its seed and all that it has heard say. */
export const gossip: ActorDefinition<Gossip, { seed: number; place: number }> = defineActor<Gossip>()({
  name: 'gossip',
  initial: ({ seed, place }: { seed: number; place: number }): GossipState => ({
    seed,
    place,
    heard: [],
    all: [],
  }),
  receive: {
    meet: (state, { all }) => {
      state.all = all;
    },
    relay: (state, { to }) => state.all[to]!.send({ type: 'hear', left: 0, from: state.place }),
    hear: (state, { left, from }) => {
      state.heard.push(from * 10 + left);
      const whim = (state.seed * 7 + state.place * 3 + left * 5 + state.heard.length) % 11;
      if (left === 0 || state.all.length === 0) return;
      const tell = (further: number): void =>
        state.all[(state.place + further) % 3]!.send({ type: 'hear', left: left - 1, from: state.place });
      if (whim % 2 === 0) tell(1);
      if (whim % 3 === 0) tell(2);
      if (whim === 5) tell(0);
      if (whim === 7) throw new Error('too much');
    },
  },
});
