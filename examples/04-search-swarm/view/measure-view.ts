import type { Knowledge } from '../knowledge.js';
import type { Moment } from '../search.js';
import { type Canvas, LiveView } from './live-view.js';

/** What watching a search costs. */
export interface ViewMeasure {
  /** Time of a step, what is done between two steps included, ms: the median of several searches, unwatched and watched. */
  readonly withoutMs: number;
  readonly withMs: number;
  /** While it was watched. */
  readonly picturesPerSecond: number;
  /** Of the time of watched searches what went into drawing, ratio: how far the two medians may differ in truth. */
  readonly drawShare: number;
}

/** Searches unwatched, and as many watched, count; in turns, so that what else the machine does meets both. */
const PAIRS = 4;
/** A terminal of a usual size; where its text goes is not measured, as that is another process's work. */
const COLUMNS = 100;
const ROWS = 40;

/** Searches several times over. @param search the same search each time */
export async function measureView(
  knowledge: Knowledge,
  search: (onTick: (moment: Moment) => void) => Promise<{ readonly ticks: number }>,
): Promise<ViewMeasure> {
  const canvas: Canvas = { columns: COLUMNS, rows: ROWS, colors: 256, unicode: true, show: () => true };
  const view = new LiveView(canvas, knowledge, 'measured');
  const times = { without: [] as number[], with: [] as number[] };
  let watchedMs = 0;
  const measure = async (onTick: (moment: Moment) => void): Promise<{ all: number; step: number }> => {
    // The first tick finds agents that have just been spawned: it is no step like the others.
    let startedMs = 0;
    let steps = -1;
    await search((moment) => {
      onTick(moment);
      if (++steps === 0) startedMs = performance.now();
    });
    const all = performance.now() - startedMs;
    return { all, step: all / Math.max(steps, 1) };
  };
  await measure((moment) => view.update(moment)); // warm
  const before = view.cost;
  for (let pair = 0; pair < PAIRS; pair++) {
    times.without.push((await measure(() => {})).step);
    const watched = await measure((moment) => view.update(moment));
    times.with.push(watched.step);
    watchedMs += watched.all;
  }
  const { pictures, drawMs } = view.cost;
  return {
    withoutMs: median(times.without),
    withMs: median(times.with),
    picturesPerSecond: (1000 * (pictures - before.pictures)) / watchedMs,
    drawShare: (drawMs - before.drawMs) / watchedMs,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
