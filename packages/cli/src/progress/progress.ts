import { createLogUpdate } from 'log-update';
import type { Colors, OutputStream } from '../host.js';
import { formatLive, formatPlain, type ProgressState } from './format-progress.js';

/**
 * How far a run has come, for people, on stderr. On a terminal it is one live line; elsewhere a plain line
 * every few seconds; under `--json` only a terminal gets it. Call `update` as often as you like: most calls
 * cost one look at the clock.
 */
export interface Progress {
  /** Begins anew. `total` is what `done` will reach, undefined when nobody knows. */
  start(total: number | undefined, label: string): void;
  /** Tells how much is done, and in a few words what was found. Without a `start` it does nothing. */
  update(done: number, text?: string): void;
  /** Takes the line away. */
  stop(): void;
}

/** Between two drawings of the live line, ms: no eye follows more. */
export const LIVE_PERIOD_MS = 80;
/** Between two plain lines, ms: a log of an hour stays readable. */
export const PLAIN_PERIOD_MS = 5000;

export interface ProgressOptions {
  readonly stream: OutputStream;
  readonly colors: Colors;
  /** Milliseconds. */
  readonly now: () => number;
  readonly silent: boolean;
}

/** Progress beside which other lines can be written. */
export interface ProgressLine extends Progress {
  /** Writes something else, with the live line out of the way meanwhile. */
  aside(write: () => void): void;
}

/** Chooses how progress is shown: live, plain, or not at all. */
export function createProgress({ stream, colors, now, silent }: ProgressOptions): ProgressLine {
  if (silent) return { start: () => {}, update: () => {}, stop: () => {}, aside: (write) => write() };
  // A terminal that does not know its size, as under some recorders, has no line that could be drawn again.
  const live = stream.isTTY === true && stream.columns !== 0;
  const surface = live ? liveSurface(stream, colors) : plainSurface(stream);
  let state: ProgressState | undefined;
  let startedMs = 0;
  let drawnMs = 0;

  const draw = (nowMs: number): void => {
    drawnMs = nowMs;
    surface.draw({ ...state!, elapsedMs: nowMs - startedMs });
  };

  return {
    start(total, label) {
      startedMs = now();
      state = { label, total, done: 0, text: '', elapsedMs: 0 };
      draw(startedMs);
    },
    update(done, text = state?.text ?? '') {
      if (state === undefined) return;
      state = { ...state, done, text };
      const nowMs = now();
      if (nowMs - drawnMs >= surface.periodMs) draw(nowMs);
    },
    stop() {
      if (state === undefined) return;
      surface.end({ ...state, elapsedMs: now() - startedMs });
      state = undefined;
    },
    aside(write) {
      surface.hide();
      write();
      if (state !== undefined && live) draw(now());
    },
  };
}

/** Where progress is drawn. */
interface Surface {
  readonly periodMs: number;
  draw(state: ProgressState): void;
  hide(): void;
  end(state: ProgressState): void;
}

function liveSurface(stream: OutputStream, colors: Colors): Surface {
  const line = createLogUpdate(stream);
  return {
    periodMs: LIVE_PERIOD_MS,
    draw: (state) => line(formatLive(state, colors, stream.columns ?? 80)),
    hide: () => line.clear(),
    end: () => {
      line.clear();
      line.done();
    },
  };
}

function plainSurface(stream: OutputStream): Surface {
  let last = '';
  const draw = (state: ProgressState): void => {
    const line = formatPlain(state);
    if (line !== last) stream.write(`${line}\n`);
    last = line;
  };
  // The last state is always told, so that a log says how it ended however fast that was.
  return { periodMs: PLAIN_PERIOD_MS, draw, hide: () => {}, end: draw };
}
