import { Readable, Writable } from 'node:stream';
import type { Host, OutputStream } from './host.js';

/** A stream that remembers what was written to it. */
export class MemoryStream extends Writable {
  readonly isTTY: boolean;
  columns: number;
  rows = 24;
  /** Each write. */
  readonly chunks: string[] = [];

  constructor(isTTY = false, columns = 80) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.isTTY = isTTY;
  }

  get text(): string {
    return this.chunks.join('');
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

/** What a person would see on a terminal after some text: line feeds, erasures, and going up a line. */
export function screen(text: string): string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told what to do in them
  for (const [token] of text.matchAll(/\x1b\[[?\d;]*[a-zA-Z]|\n|[^\x1b\n]+/g)) {
    if (token === '\n') lines[++row] ??= '';
    else if (token === '\x1b[2K') lines[row] = '';
    else if (token.startsWith('\x1b[') && token.endsWith('A')) row -= Number(token.slice(2, -1) || 1);
    else if (!token.startsWith('\x1b')) lines[row] += token;
  }
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

/** A process in memory, with a clock that stands still until moved. */
export interface TestHost extends Host {
  readonly stdout: OutputStream & MemoryStream;
  readonly stderr: OutputStream & MemoryStream;
  nowMs: number;
  /** Sends a signal to whoever listens. */
  kill(signal: 'SIGINT' | 'SIGTERM'): void;
  /** Tells whoever listens that the process ends. */
  exit(): void;
  /** Listeners there are for signals, count. */
  readonly listenerCount: number;
}

export interface TestHostOptions {
  readonly cwd?: string;
  readonly env?: Host['env'];
  readonly terminal?: boolean;
  /** What the person at the terminal types. */
  readonly keys?: string;
}

export function testHost({
  cwd = '/',
  env = {},
  terminal = false,
  keys = '',
}: TestHostOptions = {}): TestHost {
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const exitListeners = new Set<() => void>();
  const host = {
    stdin: Object.assign(Readable.from([...keys]), { isTTY: terminal, setRawMode: () => undefined }),
    stdout: new MemoryStream(terminal),
    stderr: new MemoryStream(terminal),
    env,
    cwd,
    nowMs: 0,
    now: (): number => host.nowMs,
    onStopSignal: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill: (signal: 'SIGINT' | 'SIGTERM') => {
      for (const listener of listeners) listener(signal);
    },
    onExit: (listener: () => void) => {
      exitListeners.add(listener);
      return () => exitListeners.delete(listener);
    },
    exit: () => {
      for (const listener of exitListeners) listener();
    },
    get listenerCount() {
      return listeners.size + exitListeners.size;
    },
  };
  return host;
}
