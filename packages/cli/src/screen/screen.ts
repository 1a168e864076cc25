import {
  beginSynchronizedOutput,
  clearViewport,
  cursorHide,
  cursorShow,
  cursorTo,
  endSynchronizedOutput,
  enterAlternativeScreen,
  eraseEndLine,
  exitAlternativeScreen,
} from 'ansi-escapes';
import type { Host, OutputStream } from '../host.js';

/** How many colours a terminal shows: none, the first 16, or 256. */
export type ScreenColors = 0 | 16 | 256;

/**
 * The whole terminal, for pictures that move. It is a page of its own: what was there before comes back when it is closed, also when the
 * process ends without closing it.
 */
export interface Screen {
  /** Size, characters. It changes when the window does: ask before each picture. */
  readonly columns: number;
  readonly rows: number;
  readonly colors: ScreenColors;
  /** Whether characters beyond ASCII can be shown: the locale says UTF-8, and the terminal is no bare console. */
  readonly unicode: boolean;
  /**
   * Shows a picture, line by line; lines may hold escape sequences for colours, and must not be wider than `columns`. Only lines that
   * are not there already are written. Lines beyond `rows` are left out. A terminal that has not yet taken the last picture is spared this one.
   *
   * @returns whether it was shown
   */
  show(lines: readonly string[]): boolean;
  /** Gives the terminal back. */
  close(): void;
}

/**
 * Opens the terminal behind a stream; undefined if there is none that has a size and can be drawn on.
 *
 * @param onClosed called once, when the screen has been closed
 */
export function openScreen(
  stream: OutputStream,
  { env, onExit }: Pick<Host, 'env' | 'onExit'>,
  onClosed: () => void = () => {},
): Screen | undefined {
  if (stream.isTTY !== true || !stream.columns || !stream.rows || env.TERM === 'dumb') return undefined;
  let shown: readonly string[] = [];
  let columns = 0;
  let rows = 0;
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    forget();
    stream.write(cursorShow + exitAlternativeScreen);
    onClosed();
  };
  const forget = onExit(close);
  stream.write(enterAlternativeScreen + cursorHide);
  return {
    get columns() {
      return stream.columns ?? 0;
    },
    get rows() {
      return stream.rows ?? 0;
    },
    colors: colorsOf(stream, env),
    unicode: showsUnicode(env),
    show(lines) {
      if (!isOpen || stream.writableNeedDrain === true) return false;
      let text = '';
      if (stream.columns !== columns || stream.rows !== rows) {
        columns = stream.columns ?? 0;
        rows = stream.rows ?? 0;
        shown = [];
        text = clearViewport;
      }
      for (let row = 0; row < Math.min(rows, Math.max(lines.length, shown.length)); row++)
        if (lines[row] !== shown[row]) text += cursorTo(0, row) + eraseEndLine + (lines[row] ?? '');
      shown = lines;
      if (text !== '') stream.write(beginSynchronizedOutput + text + endSynchronizedOutput);
      return true;
    },
    close,
  };
}

function colorsOf(stream: OutputStream, env: Host['env']): ScreenColors {
  if ((env.NO_COLOR ?? '') !== '') return 0;
  const bits = stream.getColorDepth?.(env) ?? 4;
  return bits >= 8 ? 256 : bits >= 4 ? 16 : 0;
}

function showsUnicode(env: Host['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return env.TERM !== 'linux' && (/utf-?8/i.test(locale) || env.WT_SESSION !== undefined);
}
