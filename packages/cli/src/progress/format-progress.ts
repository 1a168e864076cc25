import type { Colors } from '../host.js';

/** What there is to show. */
export interface ProgressState {
  readonly label: string;
  /** What `done` will reach; undefined when nobody knows. */
  readonly total: number | undefined;
  readonly done: number;
  readonly text: string;
  /** Since the start, ms. */
  readonly elapsedMs: number;
}

/** Cells of the bar, count. */
const BAR_CELLS = 24;
/** Before this much has passed, ms, a guess at what is left would jump about. */
const GUESS_AFTER_MS = 1000;

/** One line for a terminal of `columns`; it is cut rather than wrapped. */
export function formatLive(state: ProgressState, colors: Colors, columns: number): string {
  const { label, text } = state;
  const counts = [countOf(state), text, timeLeft(state)].filter((part) => part !== '').join(' · ');
  const fraction = fractionOf(state);
  if (fraction === undefined) return `${colors.bold(label)} ${cut(counts, columns - label.length - 2)}`;
  const full = Math.round(fraction * BAR_CELLS);
  const bar = colors.cyan('━'.repeat(full)) + colors.dim('━'.repeat(BAR_CELLS - full));
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const room = columns - label.length - BAR_CELLS - percent.length - 5;
  return `${colors.bold(label)} ${bar} ${percent}  ${cut(counts, room)}`;
}

/** One line for a log. */
export function formatPlain(state: ProgressState): string {
  const fraction = fractionOf(state);
  const percent = fraction === undefined ? '' : ` (${Math.floor(fraction * 100)} %)`;
  const text = state.text === '' ? '' : `, ${state.text}`;
  return `${state.label}: ${countOf(state)}${percent}${text}`;
}

function fractionOf({ done, total }: ProgressState): number | undefined {
  return total === undefined || total <= 0 ? undefined : Math.min(1, Math.max(0, done / total));
}

function countOf({ done, total }: ProgressState): string {
  return total === undefined ? String(done) : `${done}/${total}`;
}

function timeLeft(state: ProgressState): string {
  const fraction = fractionOf(state) ?? 0;
  if (fraction <= 0 || fraction >= 1 || state.elapsedMs < GUESS_AFTER_MS) return '';
  const seconds = Math.ceil((state.elapsedMs / fraction - state.elapsedMs) / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
