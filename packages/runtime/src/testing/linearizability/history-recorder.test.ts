// At stake: what is recorded is what happened, in the order in which it did. Tried around functions that return,
// throw and never end, by a counter and by a clock that stands still.
import { describe, expect, it } from 'vitest';
import { AskTimeoutError } from '../../errors.js';
import { createHistoryRecorder } from './history-recorder.js';

const never = () => new Promise<never>(() => {});

describe('a recorder', () => {
  it('stamps calls and returns by counting them', () => {
    const history = createHistoryRecorder<string, number>();
    const a = history.invoke('a', 'x');
    const b = history.invoke('b', 'y');
    b.ok(1);
    a.ok(2);
    expect(history.operations()).toEqual([
      { process: 'a', input: 'x', output: 2, calledAt: 0, returnedAt: 3 },
      { process: 'b', input: 'y', output: 1, calledAt: 1, returnedAt: 2 },
    ]);
  });

  it('strikes what had no effect, and keeps what nobody knows', () => {
    let nowMs = 10;
    const history = createHistoryRecorder<string, number>({ now: () => nowMs });
    const failed = history.invoke('a', 'failed');
    const unknown = history.invoke('b', 'unknown');
    history.invoke('c', 'open');
    nowMs = 20;
    failed.fail();
    unknown.unknown();
    history.invoke('a', 'again').ok(1);
    history.invoke('b', 'again').ok(1);
    expect(history.operations()).toEqual([
      { process: 'b', input: 'unknown', calledAt: 10, abandonedAt: 20 },
      { process: 'c', input: 'open', calledAt: 10 },
      { process: 'a', input: 'again', output: 1, calledAt: 20, returnedAt: 20 },
      { process: 'b', input: 'again', output: 1, calledAt: 20, returnedAt: 20 },
    ]);
  });

  it('records around a call, and passes on what it gives', async () => {
    const history = createHistoryRecorder<string, number>({
      provesNoEffect: (error) => error instanceof RangeError,
    });
    const timeout = new AskTimeoutError('/x', 'read', 5);
    const full = new RangeError('full');
    await expect(history.record('a', 'ok', async () => 7)).resolves.toBe(7);
    await expect(history.record('a', 'at once', () => 8)).resolves.toBe(8);
    await expect(history.record('a', 'lost', () => Promise.reject(timeout))).rejects.toBe(timeout);
    await expect(history.record('a', 'refused', () => Promise.reject(full))).rejects.toBe(full);
    void history.record('a', 'open', never);
    expect(history.operations()).toEqual([
      { process: 'a', input: 'ok', output: 7, calledAt: 0, returnedAt: 1 },
      { process: 'a', input: 'at once', output: 8, calledAt: 2, returnedAt: 3 },
      { process: 'a', input: 'lost', calledAt: 4, abandonedAt: 5 },
      { process: 'a', input: 'open', calledAt: 7 },
    ]);
  });

  it('gives a copy', () => {
    const history = createHistoryRecorder<string, number>();
    const before = history.operations();
    history.invoke('a', 'x');
    expect(before).toEqual([]);
  });

  it('lets a process have one operation open, and an operation one end', async () => {
    const history = createHistoryRecorder<string, number>();
    const first = history.invoke('a', 'x');
    const refused = expect.objectContaining({ code: 'RUNTIME_INVALID_HISTORY', process: 'a' });
    expect(() => history.invoke('a', 'y')).toThrow(refused);
    await expect(history.record('a', 'y', () => 1)).rejects.toEqual(refused);
    first.unknown();
    expect(() => first.ok(1)).toThrow(refused);
    history.invoke('a', 'z');
    expect(() => first.fail()).toThrow(refused);
    expect(history.operations()).toMatchObject([{ input: 'x' }, { input: 'z' }]);
  });

  it('is full at its bound, and has room again for what was struck', () => {
    const history = createHistoryRecorder<string, number>({ operationsMax: 2 });
    history.invoke('a', 'x').ok(1);
    const second = history.invoke('b', 'y');
    const full = expect.objectContaining({ code: 'RUNTIME_HISTORY_FULL', operationsMax: 2 });
    expect(() => history.invoke('c', 'z')).toThrow(full);
    second.fail();
    history.invoke('c', 'z').ok(3);
    expect(history.operations()).toMatchObject([{ input: 'x' }, { input: 'z' }]);
  });

  it.each([
    ['NaN', [Number.NaN]],
    ['a clock that runs backward', [5, 4]],
  ])('refuses %s', (_, stamps) => {
    const history = createHistoryRecorder<string, number>({ now: () => stamps.shift()! });
    expect(() => history.invoke('a', 'x').ok(1)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'now' }),
    );
  });

  it('refuses a bound of 0', () => {
    expect(() => createHistoryRecorder({ operationsMax: 0 })).toThrow(
      expect.objectContaining({ option: 'operationsMax' }),
    );
  });
});
