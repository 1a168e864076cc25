import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { areEqual, upTo } from './lists.js';

const CAPACITY = 2;

type Sink = { item: { from: string; n: number } };
type Producer = { produce: { count: number } };

/** Takes two items at a time, and says which. */
export const sink = defineActor<Sink>()({
  name: 'sink',
  mailbox: { capacity: CAPACITY, overflow: 'backpressure' },
  initial: ({ journal }: { journal: JournalRef }) => ({ journal }),
  receive: {
    item: ({ journal }, { from, n }) => journal.send({ type: 'wrote', who: from, what: 'item', n }),
  },
});

/** Sends each item when there is room for it. */
export const producer = defineActor<Producer>()({
  name: 'producer',
  initial: ({ target }: { target: ActorRef<Sink> }) => ({ target, next: 0 }),
  receive: {
    produce: {
      async: async (context, { count }) => {
        for (let i = 0; i < count; i++) {
          const { target, next } = context.state;
          context.update((state) => void state.next++);
          await target.sendWhenReady({ type: 'item', from: context.self.address.path, n: next });
        }
      },
    },
  },
});

interface Subject {
  readonly journal: JournalRef;
  readonly producers: readonly ActorRef<Producer>[];
  readonly asked: number[];
  readonly lost: string[];
}

/** Who waits for room loses nothing, and is served in order: near and far, also while the receiver is slow or fails. */
export const credits: Invariant<Subject> = {
  name: 'mailboxes: whoever waits for room loses nothing, and keeps its order',
  modules: [JOURNAL_MODULE, import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const { system } = world;
    const lost: string[] = [];
    system.deadLetters.subscribe(({ reason, messageType }) => lost.push(`${messageType}: ${reason}`));
    const journal = openJournal(world);
    const target = system.spawn(sink, { journal }, { shard: 1 });
    const producers = [0, 1, 1].map((shard, index) =>
      system.spawn(producer, { target }, { shard, name: `${index}` }),
    );
    return { journal, producers, asked: producers.map(() => 0), lost };
  },
  commands: [
    command({
      name: 'produce',
      input: fc.record({ who: fc.nat({ max: 2 }), count: fc.integer({ min: 1, max: 5 }) }),
      run: (_, { producers, asked }, { who, count }) => {
        asked[who]! += count;
        producers[who]!.send({ type: 'produce', count });
      },
    }),
  ],
  faults: { crashes: 2, crashable: ['sink'], stalls: 2, partitions: 2 },
  finally: (world, { journal, asked, lost }) => {
    if (lost.length > 0) return `lost: ${lost}`;
    const entries = readJournal(world, journal);
    for (const [index, count] of asked.entries()) {
      const items = entries.filter(({ who }) => who === `/${index}`).map(({ n }) => n);
      if (!areEqual(items, upTo(count))) return `of ${count} items of ${index}, in order: ${items}`;
    }
    return true;
  },
};
