import picocolors from 'picocolors';

/** Formatters for a stream; they leave text alone where colours are not wanted. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where text goes. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  /** Of a terminal its size, characters. */
  readonly columns?: number;
  readonly rows?: number;
  /** Whether it has not yet taken what was written last. */
  readonly writableNeedDrain?: boolean;
  /** Bits of a colour that it shows. */
  getColorDepth?(env?: object): number;
};

/** Where keys come from. */
export type InputStream = AsyncIterable<Buffer | string> & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** All that the command touches of its process, so that a test can be one. */
export interface Host {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds, never running backward. */
  now(): number;
  /** Calls `listener` when the process is asked to end. Returns how to stop listening. */
  onStopSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Calls `listener` when the process is about to end, however it does. Returns how to stop listening. */
  onExit(listener: () => void): () => void;
}

/** Exit codes of shells for a program that a signal ended: 128 + the signal's number. */
export const SIGNAL_EXIT_CODES: Readonly<Record<'SIGINT' | 'SIGTERM', number>> = {
  SIGINT: 130,
  SIGTERM: 143,
};

/** Colours on a terminal, unless NO_COLOR; everywhere with FORCE_COLOR. */
export function colorsFor(stream: OutputStream, env: Host['env']): Colors {
  const forced = (env.FORCE_COLOR ?? '0') !== '0';
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return picocolors.createColors(forced || (stream.isTTY === true && !refused));
}

/** The real process. A second signal ends it at once. */
export function processHost(): Host {
  const { stdin, stdout, stderr, env } = process;
  // Whoever reads our output may stop early, as `head` does: that is no failure of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    now: () => performance.now(),
    onStopSignal: (listener) => {
      let asked = false;
      const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
        if (asked) process.exit(SIGNAL_EXIT_CODES[signal]);
        asked = true;
        listener(signal);
      };
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
    onExit: (listener) => {
      process.on('exit', listener);
      return () => process.off('exit', listener);
    },
  };
}
