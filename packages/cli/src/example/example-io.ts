import { type Colors, colorsFor, type Host } from '../host.js';
import { createProgress, type Progress } from '../progress/progress.js';
import { openScreen, type Screen } from '../screen/screen.js';

/** How an example speaks with whoever runs it. */
export interface ExampleIo {
  /** Under `--json`: `print` is silent, and the outcome's `result` is all that reaches stdout. */
  readonly json: boolean;
  /**
   * Aborted when the person interrupts (Ctrl-C) or the process is told to end. A run that then returns early
   * still has its result printed; a second interruption ends the process at once. A system stops by itself
   * on these signals too, unless it was created with `handleProcessSignals: false`.
   */
  readonly signal: AbortSignal;
  /** A live line on stderr. */
  readonly progress: Progress;
  /**
   * Opens the terminal that stdout is, to draw on all of it; undefined if it is none, and under `--json`. While it is open, `print` keeps
   * lines back, and there is no place for `progress`. It is closed when the run ends.
   */
  openScreen(): Screen | undefined;
  /** For text to `print`: colours where stdout shows them, otherwise the text itself. */
  readonly colors: Colors;
  /** Writes one line for people, on stdout. */
  print(line?: string): void;
}

/** The io of one run, and how to close it. */
export interface RunIo extends ExampleIo {
  /** Ends a progress line or a screen that is still there. */
  close(): void;
}

/** Connects an example with its process. */
export function createIo(host: Host, json: boolean, signal: AbortSignal): RunIo {
  const progress = createProgress({
    stream: host.stderr,
    colors: colorsFor(host.stderr, host.env),
    now: () => host.now(),
    silent: json && host.stderr.isTTY !== true,
  });
  let screen: Screen | undefined;
  const kept: string[] = [];
  const onClosed = (): void => {
    screen = undefined;
    for (const line of kept.splice(0)) host.stdout.write(line);
  };
  return {
    json,
    signal,
    progress,
    openScreen: () => {
      screen?.close();
      screen = json ? undefined : openScreen(host.stdout, host, onClosed);
      return screen;
    },
    colors: colorsFor(host.stdout, host.env),
    print: (line = '') => {
      if (json) return;
      if (screen !== undefined) kept.push(`${line}\n`);
      else progress.aside(() => host.stdout.write(`${line}\n`));
    },
    close: () => {
      progress.stop();
      screen?.close();
    },
  };
}
