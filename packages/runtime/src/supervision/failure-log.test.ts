// At stake: a crash loop neither floods the log nor hides its size. Tried on a simulated clock: within any second
// at most the bound is logged, and what is logged and what is said to be left out add up to all failures.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogRecord } from '../system/log.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import { TimerWheel } from '../time/timer-wheel.js';
import { FAILURE_RECORDS_MAX, FailureLog } from './failure-log.js';

const start = () => {
  const records: LogRecord[] = [];
  const clock = new SimulatedClock();
  const logger = createLogger(
    (record) => records.push(record),
    0,
    '/',
    () => clock.now(),
  );
  const log = new FailureLog(logger, new TimerWheel(clock));
  return { records, clock, log, fail: () => log.warn(clock.now(), 'failed', {}) };
};

describe('FailureLog', () => {
  it('logs ten within a second, then how many more there were', () => {
    const { records, clock, fail } = start();
    for (let i = 0; i < 1000; i++) fail();
    expect(records.map(({ message }) => message)).toEqual(new Array(10).fill('failed'));
    clock.advance(999);
    expect(records).toHaveLength(10);
    clock.advance(1);
    expect(records.at(-1)).toMatchObject({ level: 'warn', timeMs: 1000, fields: { leftOut: 990 } });
    fail();
    expect(records.at(-1)).toMatchObject({ message: 'failed', timeMs: 1000 });
    clock.advance(10_000);
    expect(records).toHaveLength(12);
  });

  it('says what it left out when it is told that this is the end', () => {
    const { records, clock, log, fail } = start();
    for (let i = 0; i < 11; i++) fail();
    log.flush();
    log.flush();
    clock.advance(10_000);
    expect(records.filter(({ fields }) => 'leftOut' in fields)).toMatchObject([{ fields: { leftOut: 1 } }]);
  });

  it('loses no failure, and logs no more than the bound within any second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: 700 })), (gaps) => {
        const { records, clock, fail } = start();
        for (const gap of gaps) {
          if (gap > 0) clock.advance(gap); // most failures come at once
          fail();
        }
        clock.advance(1000);
        const times = records.filter(({ message }) => message === 'failed').map(({ timeMs }) => timeMs);
        for (const time of times)
          expect(times.filter((other) => other >= time && other < time + 1000).length).toBeLessThanOrEqual(
            FAILURE_RECORDS_MAX,
          );
        const leftOut = records.map(({ fields }) => (fields.leftOut as number | undefined) ?? 0);
        expect(times.length + leftOut.reduce((sum, count) => sum + count, 0)).toBe(gaps.length);
      }),
    );
  });
});
