import { type ActorRef, defineActor } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { areEqual, upTo } from './lists.js';

type Player = {
  serve: { to: ActorRef<Player>; count: number };
  ball: { from: number; n: number; pad: Uint8Array };
};

/** Sends as many as it is told to, at once, and remembers those that come. */
export const player = defineActor<Player>()({
  name: 'player',
  initial: (_: undefined, { shard }) => ({ shard, served: 0, caught: [[], []] as readonly number[][] }),
  receive: {
    serve: (state, { to, count }) => {
      for (let i = 0; i < count; i++)
        to.send({ type: 'ball', from: state.shard, n: state.served++, pad: new Uint8Array(PAD_BYTES) });
    },
    ball: ({ caught }, { from, n }) => void caught[from]!.push(n),
  },
});

interface PlayerState {
  readonly served: number;
  readonly caught: readonly number[][];
}

/** Four balls find room on a link; the others wait until there is some. */
const PAD_BYTES = 100;
const LINK_BYTES = 700;

/** What one shard sends another comes, all of it and in order, though there is room for little at a time: nobody sleeps while something waits. */
export const ringsInOrder: Invariant<readonly ActorRef<Player>[]> = {
  name: 'rings: all comes, once and in order, through little room',
  modules: [import.meta.url],
  sideShards: 1,
  linkBytes: LINK_BYTES,
  start: ({ system }) => [0, 1].map((shard) => system.spawn(player, undefined, { shard })),
  commands: [
    command({
      name: 'serve',
      input: fc.record({ from: fc.nat({ max: 1 }), count: fc.integer({ min: 1, max: 6 }) }),
      run: (_, players, { from, count }) =>
        players[from]!.send({ type: 'serve', to: players[1 - from]!, count }),
    }),
  ],
  faults: { partitions: 2, stalls: 1, delays: true },
  finally: (world, players) => {
    const states = players.map((ref) => world.stateOf<PlayerState>(ref)!);
    for (const [at, { served }] of states.entries()) {
      const caught = states[1 - at]!.caught[at]!;
      if (!areEqual(caught, upTo(served))) return `of ${served} from shard ${at} came ${caught.join(', ')}`;
    }
    return true;
  },
};
