import type { ActorRef, ActorSystem, DeadLetter } from '@skein/runtime';
import { audited, stopAll, untilActors } from './books.js';
import {
  type Counter,
  counter,
  fragile,
  gardener,
  joiner,
  pinger,
  ponger,
  producer,
  sink,
  source,
} from './definitions.js';
import { Latch } from './latch.js';
import type { Means } from './means.js';
import { type LatencyOutcome, mustBe, type RateOutcome, timed, timedEach } from './outcome.js';

/** Longest wait for the answer of a whole workload, and for one answer of many, ms. */
const WORK = { deadlineMs: 600_000 } as const;
const ANSWER = { deadlineMs: 10_000 } as const;

const SOURCES = 100;

/** An actor sends `n` messages to another in one turn and learns how many have arrived. */
async function counting(system: ActorSystem, n: number): Promise<RateOutcome> {
  const target = system.spawn(counter);
  const sender = system.spawn(producer);
  return audited(system, { sent: n + 4 }, async () => {
    const outcome = await timed(n, async () => {
      mustBe('counted', await sender.ask({ type: 'count', target, messages: n }, WORK), n);
    });
    await stopAll(system, [sender, target]);
    return outcome;
  });
}

/** One message goes back and forth between two actors, `n` round trips. */
async function pingpong(system: ActorSystem, n: number): Promise<RateOutcome> {
  const opponent = system.spawn(ponger);
  const player = system.spawn(pinger, opponent);
  return audited(system, { sent: 2 * n + 2 }, async () => {
    const outcome = await timed(n, async () => {
      mustBe('played', await player.ask({ type: 'play', rounds: n }, WORK), n);
    });
    await stopAll(system, [player, opponent]);
    return outcome;
  });
}

/** `n` actors are started, get one message each, and stop. */
async function fjcreate(system: ActorSystem, n: number): Promise<RateOutcome> {
  const { actors } = system.metrics();
  const latch = new Latch();
  const allDone = latch.close(n);
  return audited(system, { sent: n }, () =>
    timed(n, async () => {
      for (let i = 0; i < n; i++) system.spawn(joiner, latch).send({ type: 'go' });
      await allDone;
      await untilActors(system, actors);
    }),
  );
}

/** `n` actors that have started and do nothing. The caller measures what they take, and keeps what is returned. */
async function idle(system: ActorSystem, n: number): Promise<readonly ActorRef<Counter>[]> {
  const roll = { started: 0 };
  const refs = await audited(system, { sent: 0 }, async () => {
    const spawned = new Array<ActorRef<Counter>>(n);
    for (let i = 0; i < n; i++) spawned[i] = system.spawn(counter, roll);
    return spawned;
  });
  mustBe('started', roll.started, n);
  return refs;
}

/** A tree with `n` leaves and ten children a node, started from its root; the sum of the leaves comes back up. */
async function skynet(system: ActorSystem, n: number): Promise<RateOutcome> {
  const top = system.spawn(gardener);
  await system.quiet();
  const { actors } = system.metrics();
  const nodes = (10 * n - 1) / 9;
  return audited(system, { sent: 2 * nodes + 2 }, async () => {
    const outcome = await timed(n, async () => {
      mustBe('sum', await top.ask({ type: 'grow', leaves: n }, WORK), (n * (n - 1)) / 2);
      await untilActors(system, actors);
    });
    await stopAll(system, [top]);
    return outcome;
  });
}

/** A hundred actors send to one, `n` messages together. */
async function fanin(system: ActorSystem, n: number): Promise<RateOutcome> {
  const latch = new Latch();
  const allDone = latch.close(n);
  const target = system.spawn(sink, latch);
  const sources = Array.from({ length: SOURCES }, () => system.spawn(source, target));
  return audited(system, { sent: n + SOURCES }, async () => {
    const outcome = await timed(n, async () => {
      for (const sender of sources) sender.send({ type: 'go', messages: n / SOURCES });
      await allDone;
    });
    await stopAll(system, [...sources, target]);
    return outcome;
  });
}

/** `n` questions from outside, one after the other. */
export async function ask(system: ActorSystem, n: number): Promise<LatencyOutcome> {
  const target = system.spawn(counter);
  return audited(system, { sent: 2 * n }, async () => {
    const outcome = await timedEach(n, () => target.ask({ type: 'get' }, ANSWER));
    await stopAll(system, [target]);
    return outcome;
  });
}

/**
 * An actor throws and, restarted, answers a question; `n` times. The system must allow that many restarts.
 * Afterwards, off the clock, it does so a few times more while somebody listens to dead letters.
 */
async function restart(system: ActorSystem, n: number): Promise<RateOutcome> {
  const framesBefore = Error.stackTraceLimit;
  const target = system.spawn(fragile);
  const crashAndAsk = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      target.send({ type: 'crash' });
      mustBe('state after a restart', await target.ask({ type: 'get' }, ANSWER), 0);
    }
  };
  const outcome = await audited(system, { sent: 3 * n, dead: n, restarts: n }, () =>
    timed(n, () => crashAndAsk(n)),
  );
  const heard = 3;
  const letters: DeadLetter[] = [];
  const unsubscribe = system.deadLetters.subscribe((letter) => letters.push(letter));
  await audited(system, { sent: 3 * heard, dead: heard, restarts: heard }, () => crashAndAsk(heard));
  unsubscribe();
  mustBe('dead letters described', letters.length, heard);
  for (const { reason, cause } of letters) {
    mustBe('reason', reason, 'crashed');
    const [message, frame] = ((cause as Error).stack ?? '').split('\n');
    mustBe('cause', message, 'Error: boom');
    mustBe('stack leads to the handler', frame?.includes('definitions.'), true);
  }
  mustBe('stack trace limit in a handler', await target.ask({ type: 'frames' }, ANSWER), framesBefore);
  mustBe('stack trace limit', Error.stackTraceLimit, framesBefore);
  await stopAll(system, [target]);
  return outcome;
}

/**
 * The workloads on one thread, of a system that allows any number of restarts. Each starts its actors before the
 * clock, checks its result and the books of the system after it, and leaves no actor behind (but `idle`). `n` is a
 * power of ten for `skynet`, a multiple of 100 for `fanin`.
 */
export function skeinActors(system: ActorSystem): Means {
  return {
    rates: {
      counting: (n) => counting(system, n),
      pingpong: (n) => pingpong(system, n),
      fjcreate: (n) => fjcreate(system, n),
      skynet: (n) => skynet(system, n),
      fanin: (n) => fanin(system, n),
      restart: (n) => restart(system, n),
    },
    ask: (n) => ask(system, n),
    idle: (n) => idle(system, n),
  };
}
