import type { ActorSystem } from '@skein/runtime';
import { audited, stopAll } from './books.js';
import { sink } from './definitions.js';
import type { Effort } from './effort.js';
import { Latch } from './latch.js';
import type { Work } from './measure.js';
import { type RateOutcome, timed } from './outcome.js';
import { PlainLoop } from './plain-mailbox.js';
import { rateOf } from './sample.js';

const PAYLOAD_BYTES = [8, 64, 1024, 16_384];
const DEPTHS = [1, 64, 1000, 100_000, 1_000_000];
const POPULATIONS = [10, 1000, 100_000, 1_000_000];

/** What waits at once where depth is not what is asked about, count. */
const BURST = 1000;

export type SinkMessage = { readonly type: 'inc' } | { readonly type: 'data'; readonly bytes: Uint8Array };

/** Receivers that count the same latch down. */
export interface Crowd {
  readonly receivers: readonly { send(message: SinkMessage): void }[];
  readonly latch: Latch;
}

/** What is sent: `messages` in bursts, each to a receiver drawn at random, a burst when the last is handled. */
export interface Traffic {
  readonly messages: number;
  readonly burst: number;
  /** Makes a message, a new one each time. */
  readonly write: () => SinkMessage;
}

/** Sends the traffic; the clock runs from the first message to the last handled. */
export function run({ receivers, latch }: Crowd, { messages, burst, write }: Traffic): Promise<RateOutcome> {
  const draws = drawAll(Math.min(messages, burst * 64), receivers.length);
  return timed(messages, async () => {
    for (let sent = 0, drawn = 0; sent < messages; ) {
      const size = Math.min(burst, messages - sent);
      const handled = latch.close(size);
      for (let i = 0; i < size; i++) {
        receivers[draws[drawn]!]!.send(write());
        if (++drawn === draws.length) drawn = 0;
      }
      sent += size;
      await handled;
    }
  });
}

/** The same for actors, books and all. */
export async function runOnSkein(
  system: ActorSystem,
  population: number,
  traffic: Traffic,
): Promise<RateOutcome> {
  const latch = new Latch();
  const receivers = Array.from({ length: population }, () => system.spawn(sink, latch));
  await system.quiet({ deadlineMs: 60_000 });
  const outcome = await audited(system, { sent: traffic.messages }, () => run({ receivers, latch }, traffic));
  await stopAll(system, receivers);
  return outcome;
}

/** The same for plain mailboxes. */
export function runOnPlain(population: number, traffic: Traffic): Promise<RateOutcome> {
  const loop = new PlainLoop();
  const latch = new Latch();
  const receivers = Array.from({ length: population }, () =>
    loop.spawn<SinkMessage>(() => () => latch.countDown()),
  );
  return run({ receivers, latch }, traffic);
}

/** How the cost of a message depends on its size, on how many wait with it, and on how many actors there are. */
export function curveWorks(system: ActorSystem, { quick }: Effort): Work[] {
  const messages = quick ? 1e5 : 1e6;
  const inc = (): SinkMessage => ({ type: 'inc' });
  const pair = (bench: string, work: string, population: number, traffic: Traffic): Work[] => {
    const common = { bench, work, unit: 'messages/s', better: 'more' } as const;
    return [
      {
        ...common,
        by: 'skein',
        baselines: ['plain mailbox'],
        run: async () => rateOf(await runOnSkein(system, population, traffic)),
      },
      { ...common, by: 'plain mailbox', run: async () => rateOf(await runOnPlain(population, traffic)) },
    ];
  };
  const upTo = (largest: number, counts: readonly number[]): readonly number[] =>
    quick ? counts.filter((count) => count <= largest) : counts;
  return [
    ...PAYLOAD_BYTES.flatMap((size) => {
      const bytes = new Uint8Array(size);
      const write = (): SinkMessage => ({ type: 'data', bytes });
      return pair('payload', `${size} bytes`, 1, { messages, burst: BURST, write });
    }),
    ...upTo(1e5, DEPTHS).flatMap((depth) => {
      const some = depth === 1 ? messages / 10 : messages; // a wake-up for each
      return pair('depth', `${depth} waiting`, 1, { messages: some, burst: depth, write: inc });
    }),
    ...upTo(1e4, POPULATIONS).flatMap((population) =>
      pair('population', `${population} actors`, population, { messages, burst: BURST, write: inc }),
    ),
  ];
}

/** So many numbers below `bound`, the same each time. */
function drawAll(count: number, bound: number): Int32Array {
  const draws = new Int32Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    draws[i] = Math.floor((state / 2 ** 32) * bound);
  }
  return draws;
}
