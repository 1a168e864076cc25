import type { RunInput } from './run-input.js';
import type { SchedulerName } from './schedulers/create-scheduler.js';

/** How a counterexample is looked for. */
export interface CheckOptions {
  /** Runs to try, count; default 200. */
  readonly runs?: number;
  /** Stop looking after so much time, ms; default: never. */
  readonly timeMs?: number;
  /** Decides commands, faults and choices; default: a random one, told with a failure. */
  readonly seed?: number;
  /** Who chooses; of several, each in its turn. Default `random` and `pct`. With `exhaustive` no faults strike. */
  readonly scheduler?: SchedulerName | readonly SchedulerName[];
  /** Commands a run, at most, count; default 10. */
  readonly commandsMax?: number;
  /** The commands of every run, by name, instead of generated ones: what `exhaustive` needs if the law has commands. */
  readonly program?: RunInput['commands'];
  /** Make a failure as small as it goes; default true. Without, it is told as it was found. */
  readonly shrink?: boolean;
  /** Where a failure is written, as a file to replay and a page to look at; `false` for nowhere. Default `.skein/failures`. */
  readonly failures?: string | false;
}
