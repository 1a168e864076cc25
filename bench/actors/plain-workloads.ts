import { Latch } from './latch.js';
import type { Means } from './means.js';
import { type LatencyOutcome, mustBe, type RateOutcome, timed, timedEach } from './outcome.js';
import { type PlainActor, PlainLoop } from './plain-mailbox.js';

type CounterMessage = { readonly type: 'inc' } | { readonly type: 'get'; reply(count: number): void };

function spawnCounter(loop: PlainLoop): PlainActor<CounterMessage> {
  return loop.spawn(() => {
    let count = 0;
    return (message) => {
      if (message.type === 'inc') count++;
      else message.reply(count);
    };
  });
}

const askCount = (target: PlainActor<CounterMessage>): Promise<number> =>
  new Promise((reply) => target.send({ type: 'get', reply }));

function counting(n: number): Promise<RateOutcome> {
  const loop = new PlainLoop();
  const target = spawnCounter(loop);
  return timed(n, async () => {
    const counted = await new Promise<number>((reply) => {
      const sender = loop.spawn(() => () => {
        for (let i = 0; i < n; i++) target.send({ type: 'inc' });
        target.send({ type: 'get', reply });
      });
      sender.send({ type: 'go' });
    });
    mustBe('counted', counted, n);
  });
}

function pingpong(n: number): Promise<RateOutcome> {
  interface Ball {
    readonly type: 'ping' | 'pong' | 'play';
    readonly from?: PlainActor<Ball>;
  }
  const loop = new PlainLoop();
  const latch = new Latch();
  const played = latch.close(1);
  let rounds = 0;
  const opponent = loop.spawn<Ball>(
    () =>
      ({ from }, self) =>
        from!.send({ type: 'pong', from: self }),
  );
  const player = loop.spawn<Ball>(() => ({ type }, self) => {
    if (type === 'pong') rounds++;
    if (rounds === n) latch.countDown();
    else opponent.send({ type: 'ping', from: self });
  });
  return timed(n, () => {
    player.send({ type: 'play' });
    return played;
  });
}

function fjcreate(n: number): Promise<RateOutcome> {
  const loop = new PlainLoop();
  const latch = new Latch();
  const allDone = latch.close(n);
  return timed(n, () => {
    for (let i = 0; i < n; i++) {
      const actor = loop.spawn(() => (_: { readonly type: 'go' }, self) => {
        self.stop();
        latch.countDown();
      });
      actor.send({ type: 'go' });
    }
    return allDone;
  });
}

function idle(n: number): readonly unknown[] {
  const loop = new PlainLoop();
  return Array.from({ length: n }, () => spawnCounter(loop));
}

function skynet(n: number): Promise<RateOutcome> {
  type Message =
    | { readonly type: 'start'; readonly num: number; readonly size: number }
    | { readonly type: 'val'; readonly v: number };
  type Parent = { send(message: Message): void };
  const loop = new PlainLoop();
  const spawnNode = (parent: Parent): PlainActor<Message> =>
    loop.spawn(() => {
      let sum = 0;
      let left = 10;
      return (message, self) => {
        if (message.type === 'val') {
          sum += message.v;
          if (--left > 0) return;
          parent.send({ type: 'val', v: sum });
          self.stop();
        } else if (message.size === 1) {
          parent.send({ type: 'val', v: message.num });
          self.stop();
        } else {
          const size = message.size / 10;
          for (let i = 0; i < 10; i++)
            spawnNode(self).send({ type: 'start', num: message.num + i * size, size });
        }
      };
    });
  return timed(n, async () => {
    const sum = await new Promise((resolve) => {
      const top = { send: (message: Message) => resolve(message.type === 'val' && message.v) };
      spawnNode(top).send({ type: 'start', num: 0, size: n });
    });
    mustBe('sum', sum, (n * (n - 1)) / 2);
  });
}

function fanin(n: number): Promise<RateOutcome> {
  const loop = new PlainLoop();
  const latch = new Latch();
  const allDone = latch.close(n);
  const target = loop.spawn<{ readonly type: 'inc' }>(() => () => latch.countDown());
  const sources = Array.from({ length: 100 }, () =>
    loop.spawn<{ readonly type: 'go' }>(() => () => {
      for (let i = 0; i < n / 100; i++) target.send({ type: 'inc' });
    }),
  );
  return timed(n, () => {
    for (const source of sources) source.send({ type: 'go' });
    return allDone;
  });
}

function ask(n: number): Promise<LatencyOutcome> {
  const target = spawnCounter(new PlainLoop());
  return timedEach(n, () => askCount(target));
}

function restart(n: number): Promise<RateOutcome> {
  type Message = { readonly type: 'crash' } | { readonly type: 'get'; reply(count: number): void };
  const target = new PlainLoop().spawn<Message>(() => (message) => {
    if (message.type === 'crash') throw new Error('boom');
    message.reply(0);
  });
  return timed(n, async () => {
    for (let i = 0; i < n; i++) {
      target.send({ type: 'crash' });
      await new Promise<number>((reply) => target.send({ type: 'get', reply }));
    }
    mustBe('restarts', target.restarts, n);
  });
}

/** The workloads of `workloads.ts` on plain mailboxes, operation for operation. */
export const plainMailboxes: Means = {
  rates: { counting, pingpong, fjcreate, skynet, fanin, restart },
  ask,
  idle,
};
