import { type ActorRef, defineActor } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { isAscending } from './lists.js';

type Speaker = { speak: { n: number }; leave: {}; fail: {} };
type Listener = { heard: { from: number; n: number }; watch: { target: ActorRef<Speaker> } };

/** Says what it is told to whoever listens. */
export const speaker = defineActor<Speaker>()({
  name: 'speaker',
  initial: ({ listeners }: { listeners: readonly ActorRef<Listener>[] }) => ({ listeners }),
  receive: {
    speak: ({ listeners }, { n }, context) => {
      for (const each of listeners) each.send({ type: 'heard', from: context.self.address.id, n });
    },
    leave: (_, _message, context) => context.stop(),
    fail: () => {
      throw new Error('as told');
    },
  },
});

interface Heard {
  readonly numbers: number[];
  terminated: number;
  watches: number;
}

export const listener = defineActor<Listener>()({
  name: 'listener',
  initial: () => new Map<number, Heard>(),
  receive: {
    heard: (state, { from, n }) => void of(state, from).numbers.push(of(state, from).terminated > 0 ? -1 : n),
    watch: (state, { target }, context) => {
      of(state, target.address.id).watches++;
      context.watch(target);
    },
  },
  terminated: (state, { address }) => void of(state, address.id).terminated++,
});

function of(state: Map<number, Heard>, id: number): Heard {
  const heard = state.get(id) ?? { numbers: [], terminated: 0, watches: 0 };
  state.set(id, heard);
  return heard;
}

interface Subject {
  readonly listeners: readonly ActorRef<Listener>[];
  readonly speakers: readonly ActorRef<Speaker>[];
  said: number;
}

/** `terminated` comes once, after everything that the watched has sent: also when it is already gone, or lost with its shard. */
export const terminatedOnce: Invariant<Subject> = {
  name: 'watch: terminated comes once, and last',
  modules: [import.meta.url],
  sideShards: 2,
  start: ({ system }) => {
    const listeners = [0, 1].map((shard) =>
      system.spawn(listener, undefined, { shard, restart: 'temporary' }),
    );
    const speakers = [0, 1, 2].map((shard) =>
      system.spawn(speaker, { listeners }, { shard, name: `speaker-${shard}`, restart: 'temporary' }),
    );
    for (const each of listeners) for (const target of speakers) each.send({ type: 'watch', target });
    return { listeners, speakers, said: 0 };
  },
  commands: [
    command({
      name: 'speak',
      input: fc.nat({ max: 2 }),
      run: (_, subject, at) => subject.speakers[at]!.send({ type: 'speak', n: subject.said++ }),
    }),
    command({
      name: 'end',
      input: fc.record({ at: fc.nat({ max: 2 }), how: fc.constantFrom('leave', 'fail', 'stop now', 'stop') }),
      run: ({ system }, { speakers }, { at, how }) => {
        const target = speakers[at]!;
        if (how === 'leave' || how === 'fail') target.send({ type: how });
        else return system.stopActor(target, { now: how === 'stop now' });
        return undefined;
      },
    }),
    command({
      name: 'watch',
      input: fc.record({ who: fc.nat({ max: 1 }), at: fc.nat({ max: 2 }) }),
      run: (_, { listeners, speakers }, { who, at }) =>
        listeners[who]!.send({ type: 'watch', target: speakers[at]! }),
    }),
  ],
  faults: { crashes: 1, crashable: ['speaker'], shardLosses: 1, partitions: 1 },
  invariant: (world) => {
    for (const { path, state } of world.actors<Map<number, Heard>>(listener))
      for (const [from, { numbers, terminated, watches }] of state) {
        if (numbers.includes(-1)) return `${path} heard of ${from} after its end`;
        if (!isAscending(numbers)) return `${path} heard ${numbers} of ${from}`;
        if (terminated > watches) return `${path} was told ${terminated} times that ${from} is gone`;
      }
    return true;
  },
  finally: (world, { speakers }) => {
    for (const { path, state } of world.actors<Map<number, Heard>>(listener))
      for (const { address } of speakers) {
        const isGone = !world.actors(speaker).some((each) => each.ref.address.id === address.id);
        const wasTold = (state.get(address.id)?.terminated ?? 0) > 0;
        if (isGone !== wasTold)
          return `${path} was ${wasTold ? '' : 'not '}told that ${address.path} is gone`;
      }
    return true;
  },
};
