// At stake: "all orders were tried" is a proof only if what the simulation says of its steps is true: that two which it lets be swapped make no
// difference. Tried by looking for every end that small programs can come to, with every order and with those that the reduction leaves.
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.js';
import { command } from './commands.js';
import { type Gossip, type GossipState, gossip } from './gossips.test-fixtures.js';
import type { Invariant } from './invariant.js';
import { prepareLaw } from './prepared-law.js';
import { runLaw } from './run-law.js';
import { ExhaustiveScheduler } from './schedulers/exhaustive-scheduler.js';

const ORDERS_MAX = 1200;
const TIMEOUT_MS = 60_000;

/** Three gossips, on one shard or two; what each has heard in the end is told to `onEnd`. */
function gossips(
  seed: number,
  sideShards: number,
  onEnd: (end: string) => void,
): Invariant<readonly ActorRef<Gossip>[]> {
  return {
    name: `gossips ${seed}`,
    modules: [new URL('./gossips.test-fixtures.ts', import.meta.url)],
    sideShards,
    messageLaws: false,
    start: ({ system }) => {
      const all = [0, 1, 2].map((place) =>
        system.spawn(gossip, { seed, place }, { shard: place % (sideShards + 1) }),
      );
      for (const ref of all) ref.send({ type: 'meet', all });
      return all;
    },
    commands: [
      command<readonly ActorRef<Gossip>[]>({
        name: 'begin',
        run: (_, [first, second]) => {
          first!.send({ type: 'hear', left: 2 + (seed % 2), from: 8 });
          second!.send({ type: 'hear', left: 2, from: 9 });
        },
      }),
      command<readonly ActorRef<Gossip>[]>({
        name: 'relay',
        run: (_, [first, second]) => {
          first!.send({ type: 'relay', to: 2 });
          second!.send({ type: 'relay', to: 2 });
        },
      }),
    ],
    finally: ({ actors }) => {
      onEnd(JSON.stringify(actors<GossipState>().map(({ path, state }) => [path, state.heard])));
    },
  };
}

async function endsOf(
  seed: number,
  sideShards: number,
  reduce: boolean,
  runsMax = ORDERS_MAX,
  command = 'begin',
) {
  const ends = new Set<string>();
  const law = await prepareLaw(gossips(seed, sideShards, (end) => ends.add(end)));
  const scheduler = new ExhaustiveScheduler({ runsMax, reduce });
  const input = { commands: [{ command, input: undefined }], faults: [], betweenPromises: false };
  while (scheduler.beginRun()) {
    const { violation } = await runLaw(law, input, scheduler);
    expect(violation).toBeUndefined();
    scheduler.endRun(false);
  }
  return { ends, report: scheduler.report() };
}

describe('every order but those that make no difference', () => {
  it.each([1, 5, 6, 7, 8])(
    'ends as every order does: gossips %i',
    async (seed) => {
      const reduced = await endsOf(seed, 0, true);
      const plain = await endsOf(seed, 0, false);
      expect([reduced.report.proves, plain.report.proves]).toEqual(['all', 'all']);
      expect([...reduced.ends].sort()).toEqual([...plain.ends].sort());
      expect(reduced.report.runs).toBeLessThanOrEqual(plain.report.runs);
    },
    TIMEOUT_MS,
  );

  it('lets two neighbours be heard either way round', async () => {
    const { ends } = await endsOf(1, 0, true, ORDERS_MAX, 'relay');
    expect(ends.size).toBe(2);
  });

  it(
    'are few, and end in several ways',
    async () => {
      const { ends, report } = await endsOf(2, 0, true);
      const plain = await endsOf(2, 0, false);
      expect(ends.size).toBeGreaterThan(1);
      expect(report.runs * 5).toBeLessThan(plain.report.runs);
    },
    TIMEOUT_MS,
  );

  it(
    'ends as some order does, over two shards',
    async () => {
      const reduced = await endsOf(3, 1, true);
      const plain = await endsOf(3, 1, false, 100);
      expect(reduced.report.proves).toBe('all');
      for (const end of plain.ends) expect(reduced.ends).toContain(end);
    },
    TIMEOUT_MS,
  );
});
