// At stake: a long list of questions neither floods its target nor loses, repeats or reorders a reply, and
// stops cleanly however it ends. The window is tried as a property, with replies and questions that take random
// times; the endings one by one, and around actors.
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call, failureOf, type Puppet, puppet, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { type AskAllOptions, askAll, askAllSettled } from './ask-all.js';
import { startAsker, unanswered } from './asker.test-fixtures.js';
import { type Echo, echo, type Fate, rejected, settled, startFake } from './resilience.test-fixtures.js';

const crashed = rejected('crashed');

/** Gives `count` questions, noting how many were read and whether it was let go. */
class Source implements AsyncIterable<ReturnType<typeof echo>> {
  read = 0;
  returned = 0;
  readonly #count: number;
  readonly #pause: (n: number) => Promise<unknown>;
  constructor(count: number, pause: (n: number) => Promise<unknown> = () => Promise.resolve()) {
    this.#count = count;
    this.#pause = pause;
  }
  [Symbol.asyncIterator](): AsyncIterator<ReturnType<typeof echo>> {
    return {
      next: async () => {
        await this.#pause(this.read);
        return this.read < this.#count
          ? { done: false, value: echo(this.read++) }
          : { done: true, value: undefined };
      },
      return: async () => {
        this.returned++;
        return { done: true, value: undefined };
      },
    };
  }
}

type Questions = Iterable<ReturnType<typeof echo>> | AsyncIterable<ReturnType<typeof echo>>;

function start(fateOf: (n: number) => Fate) {
  const { clock, target, pace } = startFake(fateOf);
  /** Takes everything, the clock running; `taken` keeps what came before an error. */
  const take = async <T>(from: AsyncIterable<T>, onTaken: (value: T) => unknown = () => undefined) => {
    const taken: T[] = [];
    const all = async (): Promise<void> => {
      for await (const value of from) {
        taken.push(value);
        await onTaken(value);
      }
    };
    return { taken, outcome: await settled(clock, all()) };
  };
  const all = (questions: Questions, options?: Partial<AskAllOptions>) =>
    askAll<Echo, ReturnType<typeof echo>>(target, questions, { ...soon, ...options });
  const allSettled = (
    questions: Iterable<ReturnType<typeof echo>> | Source,
    options?: Partial<AskAllOptions>,
  ) => askAllSettled<Echo, ReturnType<typeof echo>>(target, questions, { ...soon, ...options });
  return { clock, target, pace, take, all, allSettled };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('a window of questions', () => {
  it('is never exceeded, keeps the order, and loses nothing', async () => {
    const durationMs = fc.nat({ max: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ afterMs: durationMs, fails: fc.boolean(), readMs: durationMs, takeMs: durationMs }),
          {
            maxLength: 25,
          },
        ),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.boolean(),
        async (fates, window, isAsync, isSlowReader) => {
          const { clock, target, pace, take, allSettled } = start((n) => {
            const { afterMs, fails } = fates[n]!;
            return fails ? { afterMs, error: crashed } : { afterMs };
          });
          const source = new Source(fates.length, (n) => pace.delay(fates[n]?.readMs ?? 0));
          const questions = isAsync ? source : numbers(fates.length).map(echo);
          let takenCount = 0;
          const { taken, outcome } = await take(allSettled(questions, { window }), () => {
            takenCount++;
            expect(target.asked.length - takenCount).toBeLessThanOrEqual(window);
            if (isAsync) expect(source.read - takenCount).toBeLessThanOrEqual(window);
            return isSlowReader ? pace.delay(fates[takenCount - 1]!.takeMs) : undefined;
          });
          expect(outcome.status).toBe('fulfilled');
          expect(target.inFlightMost).toBeLessThanOrEqual(window);
          expect(target.asked.map(({ n }) => n)).toEqual(numbers(fates.length));
          expect(taken).toEqual(
            fates.map(({ fails }, n) =>
              fails ? { status: 'rejected', reason: crashed } : { status: 'fulfilled', value: n },
            ),
          );
          expect(clock.nextTimerMs).toBeUndefined();
          expect(source.returned).toBe(0); // it has come to its own end
        },
      ),
    );
  });

  it('is used in full', async () => {
    const { clock, target, take, all } = start(() => ({ afterMs: 10 }));
    const { taken } = await take(all(numbers(32).map(echo), { window: 8 }));
    expect(taken).toEqual(numbers(32));
    expect(target.inFlightMost).toBe(8);
    expect(clock.now()).toBe(40);
  });

  it('is refilled while the reader is busy, and no further', async () => {
    const { clock, target, all } = start(() => ({ afterMs: 10 }));
    const source = new Source(100);
    const replies = all(source, { window: 3 });
    await rest();
    expect(source.read).toBe(0); // nothing begins before the first `next`
    const first = replies.next();
    await rest();
    clock.advance(10);
    expect(await first).toEqual({ done: false, value: 0 });
    await rest();
    expect([source.read, target.asked.length, target.inFlight]).toEqual([4, 4, 1]);
    await replies.return();
    expect(source.returned).toBe(1);
    expect(clock.nextTimerMs).toBeUndefined();
  });

  it('holds many questions without a warning about listeners', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const questions = numbers(100).map((n) => call((context) => context.reply(n)));
    const replies: unknown[] = [];
    for await (const reply of askAll(ref, questions, { ...soon, window: 64 })) replies.push(reply);
    await rest();
    process.off('warning', listen);
    expect(replies).toEqual(numbers(100));
    expect(warnings).toEqual([]);
  });
});

describe('replies that end early', () => {
  it('at a failure: earlier ones come first, nothing more is asked, the rest is withdrawn', async () => {
    const { clock, target, take, all } = start((n) =>
      n === 2 ? { afterMs: 1, error: crashed } : { afterMs: n < 2 ? 20 : 500 },
    );
    const source = new Source(100);
    const { taken, outcome } = await take(all(source, { window: 4 }));
    expect(taken).toEqual([0, 1]);
    expect(outcome).toEqual({ status: 'rejected', reason: crashed });
    expect(clock.now()).toBe(20);
    expect([source.read, source.returned, target.asked.length]).toEqual([4, 1, 4]);
    await rest();
    expect([target.inFlight, clock.nextTimerMs]).toEqual([0, undefined]);
  });

  it('at a failure: what is read from the source after it is not asked', async () => {
    const { target, pace, take, all } = start((n) =>
      n === 1 ? { afterMs: 5, error: crashed } : { afterMs: 50 },
    );
    const source = new Source(100, (n) => pace.delay(n < 2 ? 0 : 20));
    const { taken, outcome } = await take(all(source));
    expect(taken).toEqual([0]);
    expect(outcome).toEqual({ status: 'rejected', reason: crashed });
    expect([source.read, target.asked.length]).toEqual([3, 2]);
  });

  it('at a failure: the one of the earliest question is told', async () => {
    const { take, all } = start((n) => ({
      afterMs: 10 - n,
      error: rejected(n === 0 ? 'crashed' : 'stopped'),
    }));
    const { outcome } = await take(all(numbers(4).map(echo)));
    expect(outcome).toMatchObject({ reason: { reason: 'crashed' } });
  });

  it('at an error of the source, after the replies to what it gave', async () => {
    const { take, all } = start(() => ({ afterMs: 10 }));
    const broken = function* () {
      yield echo(0);
      yield echo(1);
      throw new RangeError('no more');
    };
    const { taken, outcome } = await take(all(broken()));
    expect(taken).toEqual([0, 1]);
    expect(outcome).toMatchObject({ reason: { message: 'no more' } });
  });

  it('with their reader, leaving nothing behind', async () => {
    const { clock, target, all } = start(() => ({ afterMs: 10 }));
    const source = new Source(100);
    const { signal } = new AbortController();
    const first = async (): Promise<number | undefined> => {
      for await (const reply of all(source, { window: 4, signal })) return reply;
      return undefined;
    };
    expect(await settled(clock, first())).toEqual({ status: 'fulfilled', value: 0 });
    await rest();
    expect([source.returned, target.inFlight, clock.nextTimerMs]).toEqual([1, 0, undefined]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each(['all', 'allSettled'] as const)(
    'with a withdrawal (%s), also of a source that says nothing',
    async (which) => {
      const test = start(() => ({ afterMs: 10 }));
      const withdrawal = new AbortController();
      const source = new Source(100, (n) => (n < 2 ? Promise.resolve() : new Promise(() => undefined)));
      const replies = test[which](source, { signal: withdrawal.signal });
      const taken: unknown[] = [];
      const failure = failureOf(
        (async () => {
          for await (const reply of replies) taken.push(reply);
        })(),
      );
      await rest();
      test.clock.advance(10);
      await rest();
      expect(taken).toHaveLength(2);
      withdrawal.abort('enough');
      expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', target: '/fake', cause: 'enough' });
      expect(source.returned).toBe(1);
    },
  );

  it('with a withdrawal, though the source hangs and cannot even be told', async () => {
    const { clock, all } = start(() => ({ afterMs: 10 }));
    const hanging = async function* () {
      yield echo(0);
      await new Promise(() => undefined);
    };
    const withdrawal = new AbortController();
    const replies = all(hanging(), { signal: withdrawal.signal });
    expect(await settled(clock, replies.next())).toMatchObject({ value: { value: 0 } });
    const failure = failureOf(replies.next());
    withdrawal.abort('enough');
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
  });

  it('before they begin, when withdrawn before', async () => {
    const { all, target } = start(() => ({ afterMs: 10 }));
    const source = new Source(100);
    const failure = await failureOf(all(source, { signal: AbortSignal.abort('no') }).next());
    expect(failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED', cause: 'no' });
    expect([source.read, target.asked.length]).toEqual([0, 0]);
  });

  it.each([askAll, askAllSettled])('with the actor that asks (%o)', async (askThem) => {
    const questions = function* () {
      for (;;) yield unanswered;
    };
    const { system, asker, failure } = await startAsker((target) =>
      askThem<Puppet, typeof unanswered>(target, questions(), soon).next(),
    );
    await system.stopActor(asker, { now: true });
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
  });
});

describe('no questions', () => {
  it('have no replies', async () => {
    const { take, all } = start(() => ({ afterMs: 10 }));
    for (const none of [[], new Source(0)])
      expect(await take(all(none))).toEqual({
        taken: [],
        outcome: { status: 'fulfilled', value: undefined },
      });
  });
});

describe('askAll', () => {
  it.each([
    { option: 'window', options: { window: 0 } },
    { option: 'window', options: { window: 1.5 } },
    { option: 'deadlineMs', options: { deadlineMs: 0 } },
    { option: 'deadlineMs', options: { deadlineMs: Number.NaN } },
  ])('refuses $option in $options', async ({ option, options }) => {
    const { all } = start(() => ({ afterMs: 1 }));
    expect(await failureOf(all([], options).next())).toMatchObject({
      code: 'RUNTIME_INVALID_OPTION',
      option,
    });
  });
});
