import { EventEmitter } from 'node:events';
import type { Means } from './means.js';
import { type LatencyOutcome, mustBe, type RateOutcome, timed, timedEach } from './outcome.js';

class Counter extends EventEmitter {
  count = 0;

  constructor() {
    super();
    this.on('inc', this.inc);
    this.on('get', this.get);
  }

  inc(): void {
    this.count++;
  }

  get(reply: (count: number) => void): void {
    reply(this.count);
  }
}

const askCount = (target: EventEmitter): Promise<number> => new Promise((reply) => target.emit('get', reply));

function counting(n: number): Promise<RateOutcome> {
  const target = new Counter();
  return timed(n, async () => {
    for (let i = 0; i < n; i++) target.emit('inc', { type: 'inc' });
    mustBe('counted', await askCount(target), n);
  });
}

function pingpong(n: number): Promise<RateOutcome> {
  let rounds = 0;
  const player = new EventEmitter().on('pong', () => {
    rounds++;
  });
  const opponent = new EventEmitter().on('ping', () => player.emit('pong', { type: 'pong' }));
  return timed(n, () => {
    for (let i = 0; i < n; i++) opponent.emit('ping', { type: 'ping' });
    mustBe('played', rounds, n);
  });
}

function fjcreate(n: number): Promise<RateOutcome> {
  let done = 0;
  return timed(n, () => {
    for (let i = 0; i < n; i++) {
      const actor = new EventEmitter();
      actor.on('go', () => {
        actor.removeAllListeners();
        done++;
      });
      actor.emit('go', { type: 'go' });
    }
    mustBe('done', done, n);
  });
}

function idle(n: number): readonly unknown[] {
  return Array.from({ length: n }, () => new Counter());
}

function skynet(n: number): Promise<RateOutcome> {
  const createNode = (parent: EventEmitter): EventEmitter => {
    let sum = 0;
    let left = 10;
    const node = new EventEmitter();
    return node
      .on('val', ({ v }: { readonly v: number }) => {
        sum += v;
        if (--left === 0) parent.emit('val', { v: sum });
      })
      .on('start', ({ num, size }: { readonly num: number; readonly size: number }) => {
        if (size === 1) parent.emit('val', { v: num });
        else
          for (let i = 0; i < 10; i++)
            createNode(node).emit('start', { num: num + (i * size) / 10, size: size / 10 });
      });
  };
  return timed(n, () => {
    let sum = 0;
    const top = new EventEmitter().on('val', ({ v }: { readonly v: number }) => {
      sum = v;
    });
    createNode(top).emit('start', { num: 0, size: n });
    mustBe('sum', sum, (n * (n - 1)) / 2);
  });
}

function fanin(n: number): Promise<RateOutcome> {
  const target = new Counter();
  const sources = Array.from({ length: 100 }, () =>
    new EventEmitter().on('go', () => {
      for (let i = 0; i < n / 100; i++) target.emit('inc', { type: 'inc' });
    }),
  );
  return timed(n, async () => {
    for (const source of sources) source.emit('go', { type: 'go' });
    mustBe('counted', await askCount(target), n);
  });
}

function ask(n: number): Promise<LatencyOutcome> {
  const target = new Counter();
  return timedEach(n, () => askCount(target));
}

/**
 * The workloads of `workloads.ts` with event emitters: calls that return when the receiver has finished. No mailbox,
 * no fairness, no isolation, so no restart either. The floor under everything that delivers to a named handler.
 */
export const emitters: Means = {
  rates: { counting, pingpong, fjcreate, skynet, fanin },
  ask,
  idle,
};
