import {
  type ActorRef,
  broadcast,
  consistentHash,
  defineActor,
  defineRouter,
  oneForOne,
  type RouterDefinition,
  type RoutingStrategy,
  randomRoutee,
  roundRobin,
  smallestMailbox,
} from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { JOURNAL_MODULE, type JournalRef, openJournal, readJournal } from './journal.js';
import { isAscending } from './lists.js';

const ROUTEES = 3;

type Desk = { job: { n: number } };
type Desks = RouterDefinition<Desk, { readonly journal: JournalRef }>;

export const desk = defineActor<Desk>()({
  name: 'desk',
  initial: ({ journal }: { journal: JournalRef }) => ({ journal }),
  receive: {
    job: ({ journal }, { n }, context) =>
      journal.send({ type: 'wrote', who: context.self.address.path, what: 'job', n }),
  },
});

const desksOf = (name: string, strategy: RoutingStrategy): Desks =>
  defineRouter({
    name,
    routee: desk,
    count: ROUTEES,
    strategy,
    shard: 'spread',
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  });

export const inTurn: Desks = desksOf('in-turn', roundRobin());
export const byChance: Desks = desksOf('by-chance', randomRoutee());
export const byKey: Desks = desksOf('by-key', consistentHash({ key: 'n' }));
export const byDepth: Desks = desksOf('by-depth', smallestMailbox());
export const toAll: Desks = desksOf('to-all', broadcast());

const routers = [inTurn, byChance, byKey, byDepth, toAll];

interface Subject {
  readonly journal: JournalRef;
  readonly routers: readonly ActorRef<Desk>[];
  readonly sent: number[];
}

/** Each message comes to one routee, of a broadcast to each; to each routee in the order of sending; while routees are restarted. */
export const oneEach: Invariant<Subject> = {
  name: 'routers: each message has its routees, once and in order',
  modules: [JOURNAL_MODULE, import.meta.url],
  sideShards: 2,
  start: (world) => {
    const journal = openJournal(world);
    const spawned = routers.map((definition) =>
      world.system.spawn(definition, { journal }, { shard: 0, name: definition.name }),
    );
    return { journal, routers: spawned as readonly ActorRef<Desk>[], sent: routers.map(() => 0) };
  },
  commands: [
    command({
      name: 'send',
      input: fc.record({ to: fc.nat({ max: routers.length - 1 }), count: fc.integer({ min: 1, max: 4 }) }),
      run: (_, subject, { to, count }) => {
        for (let i = 0; i < count; i++) subject.routers[to]!.send({ type: 'job', n: subject.sent[to]!++ });
      },
    }),
  ],
  faults: { crashes: 3, crashable: ['desk'], partitions: 1, stalls: 1 },
  finally: (world, { journal, sent }) => {
    const entries = readJournal(world, journal);
    for (const [at, { name }] of routers.entries()) {
      const done = entries.filter(({ who }) => who.startsWith(`/${name}/`));
      const expected = sent[at]! * (name === toAll.name ? ROUTEES : 1);
      if (done.length !== expected) return `${name}: ${done.length} handled of ${expected}`;
      for (const path of new Set(done.map(({ who }) => who))) {
        const numbers = done.filter(({ who }) => who === path).map(({ n }) => n);
        if (!isAscending(numbers)) return `${path} handled ${numbers}`;
      }
      const numbers = new Set(done.map(({ n }) => n));
      if (numbers.size !== sent[at]) return `${name}: ${numbers.size} of ${sent[at]} messages were handled`;
    }
    return true;
  },
};
