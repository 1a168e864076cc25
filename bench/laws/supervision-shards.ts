import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { isAscending } from './lists.js';

type Settler = { note: { n: number } };

/** Builds a colony of its kind around it, on other shards. */
export const settler = defineActor<Settler>()({
  name: 'settler',
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  initial: ({ colonies, journal }: { colonies: readonly number[]; journal: JournalRef }, context) => {
    const [shard, ...further] = colonies;
    if (shard !== undefined)
      context.spawn(settler, { colonies: further, journal }, { name: 'colony', shard });
    return { journal };
  },
  receive: {
    note: ({ journal }, { n }, context) =>
      journal.send({ type: 'wrote', who: context.self.address.path, what: 'note', n }),
  },
});

interface Subject {
  readonly journal: JournalRef;
  sent: number;
}

/** Children live again wherever their shard was lost, each once, and hear what is sent to them then. */
export const acrossShards: Invariant<Subject> = {
  name: 'supervision: a lost shard is settled again, by one of each name',
  modules: [JOURNAL_MODULE, import.meta.url],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: (world) => {
    const journal = openJournal(world);
    for (const colonies of [
      [1, 2, 1],
      [2, 0, 2],
    ])
      world.system.spawn(settler, { colonies, journal }, { name: `from-${colonies[0]}`, shard: 0 });
    return { journal, sent: 0 };
  },
  commands: [
    command({
      name: 'note',
      input: fc.nat({ max: 7 }),
      run: (world, subject, pick) => {
        const ref = world.actors(settler)[pick]?.ref as ActorRef<Settler> | undefined;
        ref?.send({ type: 'note', n: subject.sent++ });
      },
    }),
  ],
  faults: { crashes: 2, crashable: ['settler'], shardLosses: 2, partitions: 1 },
  eventually: (world) => world.actors(settler).length === 8 || `${world.actors(settler).length} of 8 live`,
  finally: (world, { journal }) => {
    // Not before: the last of an old settlement may live while the new one is being built, until it hears of the loss.
    const paths = world.actors(settler).map(({ path }) => path);
    const twice = paths.find((path, at) => paths.indexOf(path) !== at);
    if (twice !== undefined) return `there are two of ${twice}`;
    const entries = readJournal(world, journal);
    const wild = [...new Set(entries.map(({ who }) => who))].find(
      (path) => !isAscending(entries.filter(({ who }) => who === path).map(({ n }) => n)),
    );
    return wild === undefined || `${wild} met notes twice, or in another order`;
  },
};
