// At stake: an actor fed from a stream must see each item once and in order, never have more of them waiting than it
// allowed, and leave no stream open when it ends. Tried with streams that count how far they were pulled.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { PipedSource, TurnContext } from '../actor/context.js';
import { InvalidOptionError } from '../errors.js';
import {
  crash,
  expectBooksToBalance,
  gate,
  meanwhile,
  note,
  notes,
  obedient,
  type Puppet,
  puppet,
  rejecting,
  run,
  soon,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';

/** Numbers from 0, how many were asked for, and whether somebody cleaned up. */
function counting(count = Number.POSITIVE_INFINITY) {
  const seen = { pulled: 0, returned: false };
  async function* numbers(): AsyncGenerator<number> {
    try {
      while (seen.pulled < count) yield seen.pulled++;
    } finally {
      seen.returned = true;
    }
  }
  return { seen, numbers: numbers() };
}
const toNote = (item: number) => note(`${item}`);
type Context = TurnContext<Puppet>;

describe('a source', () => {
  it('gives its items in order, and then what it was told to', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    ref.send(
      run((context: Context) => void context.pipeFrom(counting(5).numbers, toNote, { done: note('done') })),
    );
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(['0', '1', '2', '3', '4', 'done']);
  });

  it('may be a plain iterable', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    ref.send(run((context: Context) => void context.pipeFrom(new Set([7, 8]), toNote)));
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(['7', '8']);
  });

  it('is pulled no further than its window while its items wait', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const { seen, numbers } = counting();
    ref.send(run((context: Context) => void context.pipeFrom(numbers, toNote, { window: 8 })));
    system.suspend(ref);
    await system.quiet();
    expect(seen.pulled).toBe(0); // it has not even begun
    system.resume(ref);
    await Promise.resolve();
    system.suspend(ref);
    await system.quiet();
    const first = seen.pulled;
    expect(system.metrics().queued).toBe(8);
    await system.quiet();
    expect(seen.pulled).toBe(first);
    await system.stopActor(ref, { now: true });
    expect(seen.returned).toBe(true);
  });

  it('has a window of 64 unless told otherwise', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    ref.send(run((context: Context) => void context.pipeFrom(counting().numbers, toNote)));
    await Promise.resolve();
    system.suspend(ref);
    await system.quiet();
    expect(system.metrics().queued).toBe(64);
    await system.stopActor(ref, { now: true });
  });

  it('waits for room in a mailbox of small capacity, and loses nothing', async () => {
    const { system, reasons } = await startPuppets();
    const ref = system.spawn(rejecting);
    ref.send(
      run(
        (context: Context) =>
          void context.pipeFrom(
            Array.from({ length: 100 }, (_, i) => i),
            toNote,
          ),
      ),
    );
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(reasons()).toEqual([]);
  });

  it.each([
    ['a restart', crash('restart')],
    ['a stop', run((context) => context.stop())],
  ])('ends with %s, and cleans up', async (_, ending) => {
    const test = await startPuppets();
    const parent = test.system.spawn(obedient);
    const { seen, numbers } = counting();
    parent.send(
      run((context) => {
        const child = context.spawn(puppet, undefined);
        child.send(run((there: Context) => void there.pipeFrom(numbers, toNote, { window: 4 })));
        child.send(wait((there) => there.delay(10)));
        child.send(ending);
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.pulled).toBeGreaterThan(0);
    test.clock.advance(10);
    await expectBooksToBalance(test);
    expect(seen.returned).toBe(true);
  });

  it.each([
    ['the iterable', () => ({ [Symbol.iterator]: () => ({ next: () => fail() }) }), toNote],
    ['`toMessage`', () => [1], () => fail()],
    ['what is no message', () => [1], () => 5 as never],
  ])('fails its actor when %s throws', async (_, source, toMessage) => {
    const { system, records } = await startPuppets();
    const ref = system.spawn(puppet);
    ref.send(note('before'));
    ref.send(run((context: Context) => void context.pipeFrom(source() as Iterable<number>, toMessage)));
    await system.quiet();
    expect(await ref.ask(notes, soon)).toEqual([]); // a new life
    expect(records.some(({ message }) => message === 'child failed: restart')).toBe(true);
  });

  it('can be cancelled; what waits is still handled', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const { seen, numbers } = counting();
    ref.send(
      run((context: Context) => {
        const piped: PipedSource = context.pipeFrom(
          numbers,
          (item) => (item === 20 ? run(() => piped.cancel()) : toNote(item)),
          {
            window: 4,
          },
        );
      }),
    );
    await system.quiet();
    expect(seen.returned).toBe(true);
    expect(seen.pulled).toBeLessThanOrEqual(25);
    const handled = await ref.ask(notes, soon);
    expect(handled.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    expect(handled.length).toBeLessThan(seen.pulled);
  });

  it('ends when its actor stops itself, also if that waits for a call', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const { opened, open } = gate();
    let returned = 0;
    const silent: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => ({ done: true, value: ++returned }),
      }),
    };
    ref.send(meanwhile(() => opened));
    ref.send(run((context: Context) => void context.pipeFrom(silent, toNote)));
    await ref.ask(notes, soon);
    ref.send(run((context: Context) => context.stop()));
    await vi.waitFor(() => expect(returned).toBe(1));
    expect(system.metrics().shards[0]?.callsRunning).toBe(1);
    open();
    await system.whenTerminated(ref);
    expect(returned).toBe(1);
  });

  it('refuses impossible options', async () => {
    const { system } = await startPuppets();
    const ref = system.spawn(puppet);
    const errors: unknown[] = [];
    ref.send(
      run((context: Context) => {
        for (const [source, window] of [
          [[1], 0],
          [[1], 1.5],
          [5, 1],
          [undefined, 1],
        ] as const)
          try {
            context.pipeFrom(source as never, toNote, { window });
          } catch (error) {
            errors.push(error);
          }
      }),
    );
    await system.quiet();
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toBeInstanceOf(InvalidOptionError);
  });
});

describe('several sources of one actor', () => {
  it('each arrive whole and in order, with windows of any size and crashes that the actor is resumed from', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            count: fc.nat({ max: 40 }),
            window: fc.integer({ min: 1, max: 9 }),
            isAsync: fc.boolean(),
          }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        fc.boolean(),
        async (sources, crashes) => {
          const test = await startPuppets();
          const got: string[][] = sources.map(() => []);
          test.system.spawn(obedient).send(
            run((context) => {
              context.spawn(puppet, undefined).send(
                run((there: Context) => {
                  for (const [index, { count, window, isAsync }] of sources.entries()) {
                    const items = isAsync
                      ? counting(count).numbers
                      : Array.from({ length: count }, (_, i) => i);
                    const toMessage = (item: number) =>
                      run(() => {
                        got[index]!.push(`${item}`);
                        if (crashes && item % 7 === 3) throw new Error('resume');
                      });
                    there.pipeFrom(items, toMessage, {
                      window,
                      done: run(() => void got[index]!.push('done')),
                    });
                  }
                }),
              );
            }),
          );
          await expectBooksToBalance(test);
          for (const [index, { count }] of sources.entries())
            expect(got[index]).toEqual([...Array.from({ length: count }, (_, i) => `${i}`), 'done']);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function fail(): never {
  throw new Error('broken');
}
