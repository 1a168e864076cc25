// At stake: whoever subscribes, unsubscribes, stops, and whatever thread is lost in between, a message reaches
// exactly those who want it at that time. Tried with random programs on three shards beside a list of
// subscriptions; a failure prints the seed that replays it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spawnTopics, subscribe, TOPICS_MODULE, topicStatistics, unsubscribe } from '../index.js';
import { oneForOne } from '../supervision/supervision.js';
import { expectBooksToBalance, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { type News, reader } from './reader.test-fixtures.js';

const modules = [
  TOPICS_MODULE,
  new URL('../testing/puppet.test-fixtures.ts', import.meta.url),
  new URL('./reader.test-fixtures.ts', import.meta.url),
];

const SHARDS = 3;
const READERS = 5;
/** Each pattern with the topics it matches. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  'a.b': ['a.b'],
  'a.*': ['a.b', 'a.c'],
  '*.c': ['a.c', 'd.c'],
  '>': ['a.b', 'a.c', 'd.c', 'e'],
};
const TOPICS = PATTERNS['>']!;

const who = fc.nat({ max: READERS - 1 });
const pattern = fc.constantFrom(...Object.keys(PATTERNS));
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      who,
      pattern,
      atLeast: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), who, pattern }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      from: fc.nat({ max: SHARDS - 1 }),
      topic: fc.constantFrom(...TOPICS),
      severity: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      shard: fc.integer({ min: 1, max: SHARDS - 1 }),
    }),
  },
);

interface Line {
  readonly who: number;
  readonly pattern: string;
  readonly atLeast: number | undefined;
}

describe('random programs of topics', () => {
  it('bring each message to exactly those who want it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const supervision = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });
        const test = await startPuppets({ modules, sideShards: SHARDS - 1, supervision });
        const { system, clock, killShard } = test;
        const news = await spawnTopics<News>(system);
        const spawn = (shard: number) => system.spawn(reader, { news }, { shard });
        const readers = Array.from({ length: READERS }, (_, i) => spawn(i % SHARDS));
        const publishers = Array.from({ length: SHARDS }, (_, shard) => spawn(shard));
        const stopped = new Set<number>();
        let list: Line[] = [];
        let expected: string[][] = readers.map(() => []);
        const checkHeard = async (): Promise<void> => {
          await expectBooksToBalance(test);
          for (const [i, ref] of readers.entries())
            if (!stopped.has(i))
              expect((await ref.ask({ type: 'heard' }, soon)).toSorted()).toEqual(expected[i]!.toSorted());
        };
        for (const [number, each] of steps.entries()) {
          switch (each.do) {
            case 'subscribe': {
              const { atLeast, ...line } = each;
              list = list.filter((other) => other.who !== each.who || other.pattern !== each.pattern);
              if (!stopped.has(each.who)) list.push({ ...line, atLeast });
              const filter = atLeast === undefined ? {} : { filter: { field: 'severity', atLeast } };
              await subscribe(system, news, each.pattern, readers[each.who]!, filter);
              break;
            }
            case 'unsubscribe':
              list = list.filter((other) => other.who !== each.who || other.pattern !== each.pattern);
              await unsubscribe(system, news, each.pattern, readers[each.who]!);
              break;
            case 'publish': {
              const { from, topic, severity } = each;
              publishers[from]!.send({ type: 'tell', topic, text: `${number}`, severity });
              const wanting = list
                .filter((line) => PATTERNS[line.pattern]!.includes(topic) && severity >= (line.atLeast ?? 0))
                .map((line) => line.who);
              for (const i of new Set(wanting)) expected[i]!.push(`${topic} ${number}`);
              // What is on its way may pass what is done next; the next thing is done when this has arrived.
              await system.quiet();
              break;
            }
            case 'stop':
              await system.stopActor(readers[each.who]!);
              await system.quiet();
              stopped.add(each.who);
              list = list.filter((line) => line.who !== each.who);
              break;
            case 'kill': {
              await checkHeard();
              killShard(each.shard);
              await system.quiet();
              clock.advance(2001); // or the system finds that it loses threads too often
              await system.quiet();
              const lives = (i: number) => i % SHARDS !== each.shard;
              list = list.filter((line) => lives(line.who));
              expected = expected.map((heard, i) => (lives(i) ? heard : []));
            }
          }
        }
        await checkHeard();
        const { published, dropped } = await topicStatistics(system, news);
        expect([dropped, published <= steps.length]).toEqual([0, true]);
        expect(test.letters.every(({ reason }) => reason === 'shard-lost')).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
