// At stake: progress is seen by people, never by machines, and never in the way: it costs next to nothing however
// often it is told, and leaves what is printed beside it whole. Tried with a clock that the test moves and a
// terminal that it reads.
import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { MemoryStream, screen } from '../test-host.test-fixtures.js';
import { createProgress, LIVE_PERIOD_MS, PLAIN_PERIOD_MS, type ProgressLine } from './progress.js';

interface Scene {
  readonly stream: MemoryStream;
  readonly progress: ProgressLine;
  nowMs: number;
}

function scene({ terminal = false, columns = 80, silent = false } = {}): Scene {
  const stream = new MemoryStream(terminal, columns);
  const colors = picocolors.createColors(false);
  const made: Scene = {
    stream,
    nowMs: 1000,
    progress: createProgress({ stream, colors, silent, now: () => made.nowMs }),
  };
  return made;
}

describe('on a terminal', () => {
  test('one line shows how far it is, what was found, and what is left', () => {
    const it = scene({ terminal: true });
    it.progress.start(200, 'searching');
    it.nowMs += 3000;
    it.progress.update(50, '2 found');
    expect(screen(it.stream.text)).toEqual([
      'searching ━━━━━━━━━━━━━━━━━━━━━━━━  25 %  50/200 · 2 found · 9 s left',
    ]);
  });

  test('without a total it counts', () => {
    const it = scene({ terminal: true });
    it.progress.start(undefined, 'reading');
    it.nowMs += LIVE_PERIOD_MS;
    it.progress.update(12, 'maps');
    expect(screen(it.stream.text)).toEqual(['reading 12 · maps']);
  });

  test('a line that is too long is cut, not wrapped', () => {
    const it = scene({ terminal: true });
    it.progress.start(2, 'searching');
    it.nowMs += LIVE_PERIOD_MS;
    it.progress.update(1, 'x'.repeat(200));
    const [line, ...more] = screen(it.stream.text);
    expect(more).toEqual([]);
    expect(line).toMatch(/x…$/);
    expect(line!.length).toBeLessThanOrEqual(80);
  });

  test('a thousand updates in one period draw nothing, the next period draws the last', () => {
    const it = scene({ terminal: true });
    it.progress.start(1000, 'stepping');
    const before = it.stream.chunks.length;
    for (let done = 1; done <= 1000; done++) it.progress.update(done);
    expect(it.stream.chunks.length).toBe(before);
    it.nowMs += LIVE_PERIOD_MS;
    it.progress.update(1000);
    expect(screen(it.stream.text)).toEqual(['stepping ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  1000/1000']);
  });

  test('what is printed beside it stays whole, above it', () => {
    const it = scene({ terminal: true });
    it.progress.start(4, 'stepping');
    it.progress.update(2);
    it.progress.aside(() => it.stream.write('found one\n'));
    it.progress.aside(() => it.stream.write('found another\n'));
    expect(screen(it.stream.text)).toEqual([
      'found one',
      'found another',
      'stepping ━━━━━━━━━━━━━━━━━━━━━━━━  50 %  2/4',
    ]);
  });

  test('it is gone when it stops, and can start again', () => {
    const it = scene({ terminal: true });
    it.progress.start(1, 'first');
    it.progress.stop();
    expect(screen(it.stream.text)).toEqual([]);
    it.progress.update(1);
    expect(screen(it.stream.text)).toEqual([]);
    it.progress.start(1, 'second');
    expect(screen(it.stream.text)).toHaveLength(1);
  });
});

describe('elsewhere', () => {
  test('plain lines come once a period, and the last state always', () => {
    const it = scene();
    it.progress.start(100, 'stepping');
    for (let done = 1; done <= 90; done++) {
      it.nowMs += PLAIN_PERIOD_MS / 40;
      it.progress.update(done, `tick ${done}`);
    }
    it.progress.stop();
    expect(it.stream.text.split('\n')).toEqual([
      'stepping: 0/100 (0 %)',
      'stepping: 40/100 (40 %), tick 40',
      'stepping: 80/100 (80 %), tick 80',
      'stepping: 90/100 (90 %), tick 90',
      '',
    ]);
  });

  test('a terminal without a size gets plain lines', () => {
    const it = scene({ terminal: true, columns: 0 });
    it.progress.start(1, 'stepping');
    expect(it.stream.text).toBe('stepping: 0/1 (0 %)\n');
  });

  test('what is printed beside them repeats none', () => {
    const it = scene();
    it.progress.start(undefined, 'reading');
    it.progress.aside(() => it.stream.write('a line\n'));
    it.progress.stop();
    expect(it.stream.text).toBe('reading: 0\na line\n');
  });
});

test('silent, it shows nothing at all, and prints what is printed beside it', () => {
  const it = scene({ silent: true, terminal: true });
  it.progress.start(1, 'stepping');
  it.progress.update(1);
  it.progress.aside(() => it.stream.write('a line\n'));
  it.progress.stop();
  expect(it.stream.text).toBe('a line\n');
});
