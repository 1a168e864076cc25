import { type ActorRef, allForOne, defineActor } from '@skein/runtime';
import { command, type Invariant, type SimulatedWorld } from '@skein/runtime/testing';
import fc from 'fast-check';

type Elder = { adopt: { shard: number; depth: number }; fail: {}; leave: {} };
type Observer = { observe: { elder: ActorRef<Elder> } };
type Gone = readonly { readonly path: string; readonly reason: string }[];

/** Has children, which have children: as deep as it is told, and wherever. */
export const elder = defineActor<Elder>()({
  name: 'elder',
  supervision: allForOne({ maxRestarts: 2, withinMs: 100 }),
  initial: ({ depth }: { depth: number }, context) => {
    if (depth > 0) for (const shard of [0, 1]) context.spawn(elder, { depth: depth - 1 }, { shard });
    return { depth };
  },
  receive: {
    adopt: (_, { shard, depth }, context) => void context.spawn(elder, { depth }, { shard }),
    fail: () => {
      throw new Error('as told');
    },
    leave: (_, _message, context) => context.stop(),
  },
});

/** Knows who is gone because it was told so. */
export const observer = defineActor<Observer>()({
  name: 'observer',
  initial: () => ({ gone: [] as { path: string; reason: string }[] }),
  receive: { observe: (_, { elder }, context) => context.watch(elder) },
  terminated: ({ gone }, { address, reason }) => void gone.push({ path: address.path, reason }),
});

interface Clan {
  readonly elders: readonly ActorRef<Elder>[];
  readonly observer: ActorRef<Observer>;
}

/** Whoever is told that an actor is gone will find nobody below it, on any shard; below one that was lost, when all is calm. */
export const noOrphans: Invariant<Clan> = {
  name: 'supervision: who is gone has left nobody behind',
  modules: [import.meta.url],
  sideShards: 1,
  start: ({ system }) => {
    const watching = system.spawn(observer, undefined, { shard: 0 });
    const elders = [0, 1].map((shard) =>
      system.spawn(elder, { depth: 2 }, { shard, name: `elder-${shard}` }),
    );
    for (const each of elders) watching.send({ type: 'observe', elder: each });
    return { elders, observer: watching };
  },
  commands: [
    command({
      name: 'adopt',
      input: fc.record({ elder: fc.nat({ max: 1 }), shard: fc.nat({ max: 1 }), depth: fc.nat({ max: 1 }) }),
      run: (_, { elders }, { elder, ...child }) => elders[elder]!.send({ type: 'adopt', ...child }),
    }),
    command({
      name: 'stop',
      input: fc.record({ elder: fc.nat({ max: 1 }), now: fc.boolean() }),
      run: (world, { elders }, { elder, now }) => {
        const target = elders[elder]!;
        return world.system.stopActor(target, { now });
      },
    }),
    command({
      name: 'fail',
      input: fc.nat(),
      run: (world, _, pick) => {
        const all = world.actors(elder);
        if (all.length > 0)
          world.system.ref<Elder>(all[pick % all.length]!.ref.address).send({ type: 'fail' });
      },
    }),
    command({
      name: 'leave',
      input: fc.nat({ max: 1 }),
      run: (_, { elders }, at) => elders[at]!.send({ type: 'leave' }),
    }),
  ],
  faults: { crashes: 3, crashable: ['elder'], shardLosses: 1, partitions: 1 },
  invariant: (world, { observer }) => orphan(world, observer),
  finally: (world) => {
    const paths = world.actors(elder).map(({ path }) => path);
    const lone = paths.find(
      (path) => path.lastIndexOf('/') > 0 && !paths.includes(path.slice(0, path.lastIndexOf('/'))),
    );
    return lone === undefined || `${lone} has no parent`;
  },
};

function orphan(world: SimulatedWorld, observer: ActorRef<Observer>): string | undefined {
  const gone = world.stateOf<{ gone: Gone }>(observer)?.gone ?? [];
  for (const each of gone) {
    const left = each.reason === 'stopped' ? below(world, each.path) : undefined;
    if (left !== undefined) return `${each.path} is gone, ${left} is not`;
  }
  return undefined;
}

function below(world: SimulatedWorld, path: string): string | undefined {
  return world.actors(elder).find((each) => each.path === path || each.path.startsWith(`${path}/`))?.path;
}
