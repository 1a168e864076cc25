// At stake: a picture is what is on the terminal, whatever was there before, and the terminal is given back whole. Tried with a terminal in memory,
// read as a person would see it.
import { describe, expect, test } from 'vitest';
import { MemoryStream, testHost } from '../test-host.test-fixtures.js';
import { openScreen } from './screen.js';

const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

/** The lines on the alternative screen; what is not on it any more is left out. */
function page(text: string): string[] {
  const lines: string[] = [];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told what to do in them
  for (const [token, to] of text.matchAll(/\x1b\[(\d+)?[;?\d]*[a-zA-Z]|[^\x1b]+/g)) {
    if (token === '\x1b[2J') lines.length = 0;
    else if (token.endsWith('H')) row = Number(to ?? 1) - 1;
    else if (!token.startsWith('\x1b')) lines[row] = token;
    else if (token === '\x1b[K') lines[row] = '';
  }
  return Array.from(lines, (line) => line ?? '');
}

function scene(env: Record<string, string> = UTF8, terminal = true) {
  const host = testHost({ env, terminal });
  const { stdout } = host;
  return { host, stdout, screen: openScreen(stdout, host) };
}

describe('a screen', () => {
  test('shows the last picture, of which it writes what has changed', () => {
    const { stdout, screen } = scene();
    screen!.show(['one', 'two', 'three']);
    const before = stdout.chunks.length;
    screen!.show(['one', 'TWO', 'three']);
    expect(stdout.chunks.slice(before).join('')).not.toContain('one');
    expect(page(stdout.text)).toEqual(['one', 'TWO', 'three']);
    screen!.show(['one']);
    expect(page(stdout.text)).toEqual(['one', '', '']);
    const same = stdout.chunks.length;
    screen!.show(['one']);
    expect(stdout.chunks.length).toBe(same);
  });

  test('draws all of it anew in a window of another size, and never beyond it', () => {
    const { stdout, screen } = scene();
    screen!.show(['one', 'two', 'three']);
    stdout.rows = 2;
    expect(screen!.rows).toBe(2);
    const before = stdout.chunks.length;
    screen!.show(['one', 'two', 'three']);
    expect(page(stdout.chunks.slice(before).join(''))).toEqual(['one', 'two']);
  });

  test.each(['by closing it', 'by the end of the process'])('is given back %s', (how) => {
    const { host, stdout, screen } = scene();
    screen!.show(['one']);
    if (how === 'by closing it') screen!.close();
    else host.exit();
    expect(stdout.text.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
    expect(host.listenerCount).toBe(0);
    const { length } = stdout.chunks;
    screen!.close();
    expect(screen!.show(['two'])).toBe(false);
    expect(stdout.chunks.length).toBe(length);
  });

  test('spares a terminal that does not keep up', () => {
    const { host } = scene();
    const slow = Object.assign(new MemoryStream(true), {});
    Object.defineProperty(slow, 'writableNeedDrain', { value: true });
    expect(openScreen(slow, host)!.show(['one'])).toBe(false);
  });

  test.each([
    { env: UTF8, unicode: true },
    { env: { LANG: 'C' }, unicode: false },
    { env: { LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, unicode: false },
    { env: { LANG: 'en_US.UTF-8', TERM: 'linux' }, unicode: false },
  ])('knows what characters it can show: $env', ({ env, unicode }) => {
    expect(scene(env).screen!.unicode).toBe(unicode);
  });

  test.each([
    { env: UTF8, colors: 16 },
    { env: { ...UTF8, NO_COLOR: '1' }, colors: 0 },
  ])('knows its colours: $env', ({ env, colors }) => {
    expect(scene(env).screen!.colors).toBe(colors);
  });

  test.each([
    { what: 'no terminal', env: UTF8, terminal: false },
    { what: 'a terminal that cannot be drawn on', env: { TERM: 'dumb' }, terminal: true },
  ])('is not opened on $what', ({ env, terminal }) => {
    expect(scene(env, terminal).screen).toBeUndefined();
  });
});
