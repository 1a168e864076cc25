// At stake: what goes wrong with all of a million actors neither floods the log nor hides how many they are. Tried on a
// simulated clock: within any second at most the bound is logged of each kind, and what is logged and what is said to be
// left out add up to all records.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../time/simulated-clock.js';
import { TimerWheel } from '../time/timer-wheel.js';
import { BoundedLog, RECORDS_MAX } from './bounded-log.js';
import { createLogger, type LogRecord } from './log.js';

const start = () => {
  const records: LogRecord[] = [];
  const clock = new SimulatedClock();
  const now = () => clock.now();
  const logger = createLogger((record) => records.push(record), 0, '/', now);
  const log = new BoundedLog(logger, now, new TimerWheel(clock));
  return { records, clock, log, fail: () => log.warn('failed', {}) };
};

describe('BoundedLog', () => {
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

  it('lets no flood of one kind hide another kind, nor a warning an error', () => {
    const { records, log, fail } = start();
    for (let i = 0; i < 1000; i++) fail();
    log.warn('slow');
    log.error('failed');
    expect(records.slice(10)).toMatchObject([
      { level: 'warn', message: 'slow' },
      { level: 'error', message: 'failed' },
    ]);
  });

  it('says of what kind it left some out, and that it was an error if it was', () => {
    const { records, clock, log, fail } = start();
    for (let i = 0; i < 12; i++) fail();
    for (let i = 0; i < 13; i++) log.error('broken');
    clock.advance(1000);
    expect(records.slice(20)).toMatchObject([
      { level: 'warn', message: expect.stringMatching(/: failed$/), fields: { leftOut: 2 } },
      { level: 'error', message: expect.stringMatching(/: broken$/), fields: { leftOut: 3 } },
    ]);
  });

  it('leaves nothing out that only tells what goes on', () => {
    const { records, log } = start();
    for (let i = 0; i < 100; i++) log.info('working');
    for (let i = 0; i < 100; i++) log.debug('still working');
    expect(records).toHaveLength(200);
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
            RECORDS_MAX,
          );
        const leftOut = records.map(({ fields }) => (fields.leftOut as number | undefined) ?? 0);
        expect(times.length + leftOut.reduce((sum, count) => sum + count, 0)).toBe(gaps.length);
      }),
    );
  });
});
