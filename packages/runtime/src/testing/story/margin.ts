import { widthOf } from './cells.js';
import { describeTime } from './labels.js';

const HEADINGS = ['step', 'time'] as const;
const GAP = '  ';

/** A moment in a story: number of its step, virtual time in ms. */
export interface Moment {
  readonly step: number;
  readonly atMs: number;
}

/** The left edge of a told story: which step, and when, each where it is another than in the row above. */
export interface Margin {
  readonly cells: number;
  readonly heading: string;
  readonly blank: string;
  /** To be asked for row after row. */
  next(moment: Moment): string;
}

/** A margin wide enough for these moments. */
export function createMargin(moments: readonly Moment[]): Margin {
  const lengths = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const steps = lengths([HEADINGS[0], ...moments.map(({ step }) => String(step))]);
  const times = lengths([HEADINGS[1], ...moments.map(({ atMs }) => describeTime(atMs))]);
  const lineOf = (step: string, time: string) => `${step.padStart(steps)}${GAP}${time.padStart(times)}${GAP}`;
  const heading = lineOf(...HEADINGS);
  let last: Moment | undefined;
  return {
    cells: widthOf(heading),
    heading,
    blank: lineOf('', ''),
    next({ step, atMs }) {
      const text = lineOf(
        step === last?.step ? '' : String(step),
        atMs === last?.atMs ? '' : describeTime(atMs),
      );
      last = { step, atMs };
      return text;
    },
  };
}
