import {
  type ActorRef,
  type AnyRef,
  defineActor,
  type ListingProtocol,
  oneForOne,
  RECEPTIONIST_MODULE,
  type Receptionist,
  serviceKey,
  spawnReceptionist,
} from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { areEqual, upTo } from './lists.js';

type Desk = { serve: {} };
const desks = serviceKey<Desk>('desks');

/** Is there to be found. */
export const desk = defineActor<Desk>()({
  name: 'desk',
  initial: () => ({}),
  receive: { serve: () => undefined },
});

/** Remembers all that it was told, as ids. */
export const reader = defineActor<ListingProtocol<Desk>>()({
  name: 'reader',
  initial: () => ({ listings: [] as (readonly number[])[] }),
  receive: {
    listing: ({ listings }, { refs }) => void listings.push(refs.map(({ address }) => address.id)),
  },
});

interface Subject {
  readonly receptionist: Receptionist;
  readonly desks: readonly ActorRef<Desk>[];
  readonly readers: readonly ActorRef<ListingProtocol<Desk>>[];
}

/** Of a receptionist's state what this law looks at. */
interface Register {
  readonly services: { under(key: string): readonly AnyRef[] };
  readonly subscribers: { under(key: string): readonly AnyRef[] };
}

const DESKS = 3;

/** Who subscribed is told of each change, one after the other, the last one too; who is gone is not listed in the end. */
export const listings: Invariant<Subject> = {
  name: 'receptionist: who subscribed hears of each change, and nobody who is gone is listed',
  modules: [RECEPTIONIST_MODULE, import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: ({ system }) => ({
    receptionist: spawnReceptionist(system),
    desks: upTo(DESKS).map((at) => system.spawn(desk, undefined, { shard: at % 2 })),
    readers: [0, 1].map((shard) => system.spawn(reader, undefined, { shard })),
  }),
  commands: [
    command({
      name: 'register',
      input: fc.record({ who: fc.nat({ max: DESKS - 1 }), unique: fc.boolean() }),
      run: (_, { receptionist, desks: refs }, { who, unique }) =>
        receptionist.register(desks, refs[who]!, { unique }).catch(() => undefined),
    }),
    command({
      name: 'unregister',
      input: fc.nat({ max: DESKS - 1 }),
      run: async (_, { receptionist, desks: refs }, who) => {
        await receptionist.unregister(desks, refs[who]!).catch(() => undefined);
      },
    }),
    command({
      name: 'subscribe',
      input: fc.nat({ max: 1 }),
      run: (_, { receptionist, readers }, who) =>
        receptionist.subscribe(desks, readers[who]!).catch(() => undefined),
    }),
    command({
      name: 'stop',
      input: fc.record({ who: fc.nat({ max: DESKS - 1 }), now: fc.boolean() }),
      run: ({ system }, { desks: refs }, { who, now }) => system.stopActor(refs[who]!, { now }),
    }),
  ],
  faults: { crashes: 2, crashable: ['desk'], shardLosses: 1, partitions: 1, stalls: 1, delays: true },
  finally: (world, { receptionist }) => {
    const { services, subscribers } = world.stateOf<Register>(receptionist.ref)!;
    const listed = services.under(desks.name);
    for (const ref of listed)
      if (world.stateOf(ref) === undefined) return `${ref.address.path} is gone, and listed`;
    const ids = listed.map(({ address }) => address.id);
    for (const ref of subscribers.under(desks.name)) {
      const heard = world.stateOf<{ listings: (readonly number[])[] }>(ref)?.listings ?? [];
      const { path } = ref.address;
      if (!areEqual(heard.at(-1) ?? [], ids))
        return `${path} has last heard ${heard.at(-1)}; listed are ${ids}`;
      // Who was lost with its thread is forgotten, and hears of nothing until it subscribes again.
      if (world.system.metrics().shards[ref.address.shard]!.epoch > 1) continue;
      const at = heard.findIndex((each, index) => index > 0 && !differByOne(each, heard[index - 1]!));
      if (at !== -1) return `${path} heard ${heard[at]} after ${heard[at - 1]}: a change was left out`;
    }
    return true;
  },
};

/** Whether one was added or taken out, or none, as for who subscribes again. */
function differByOne(some: readonly number[], before: readonly number[]): boolean {
  if (areEqual(some, before)) return true;
  const [longer, shorter] = some.length > before.length ? [some, before] : [before, some];
  return longer.length === shorter.length + 1 && shorter.every((id) => longer.includes(id));
}
