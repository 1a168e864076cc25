import { keyedUniform, streamOf } from '@skein/runtime';
import { spreadOf } from '../inference/interleave.js';

/** Something whose rounds are timed. */
export interface Subject {
  /** Agents that a round steps, count. */
  readonly agents: number;
  /** One round. @returns ms of what is to be measured; what comes before and after it is left out */
  round(): number | Promise<number>;
}

/** One that has to be ended. */
export interface EndingSubject extends Subject {
  stop(): Promise<void>;
}

/** How long to measure. */
export interface LapOptions {
  /** How often each subject has its turn, count. */
  readonly laps: number;
  /** What a turn lasts at least, in ms of timed rounds. */
  readonly sliceMs: number;
  /** Decides the order of turns. */
  readonly seed: number;
}

const ORDER = streamOf('bench: order of turns');
/** Rounds of one turn at least and at most, count. */
const ROUNDS_MIN = 3;
const ROUNDS_MAX = 20_000;
/** A warm-up lasts so many turns: the first hundreds of rounds on a worker are slower. */
const WARM_UP = 3;

/** For each lap the ms of each of its rounds. */
export type Laps = readonly (readonly number[])[];

/**
 * Times rounds of all subjects in turn, lap after lap, each lap in another order: a slow minute, or what one leaves behind for the next, hits
 * all alike. Those of equally many agents, which are compared with each other, follow one another. Before that each warms up for longer than a turn.
 */
export async function measureLaps(
  subjects: readonly Subject[],
  { laps, sliceMs, seed }: LapOptions,
): Promise<Map<Subject, Laps>> {
  const samples = new Map<Subject, number[][]>(subjects.map((subject) => [subject, []]));
  for (const subject of subjects) await turnOf(subject, WARM_UP * sliceMs);
  for (let lap = 0; lap < laps; lap++) {
    const order = shuffled(subjects, seed + lap);
    const counts = new Set(order.map(({ agents }) => agents));
    for (const count of counts)
      for (const subject of order.filter(({ agents }) => agents === count))
        samples.get(subject)!.push(await turnOf(subject, sliceMs));
  }
  return samples;
}

/** Steps a second in each lap. */
export function ratesOf({ agents }: Subject, laps: Laps): number[] {
  return laps.map((rounds) => (1000 * agents * rounds.length) / rounds.reduce((sum, ms) => sum + ms, 0));
}

/** Median, least and most over the laps. */
export function overLaps(values: readonly number[]): { value: number; least: number; most: number } {
  const { median, least, most } = spreadOf(values);
  return { value: median, least, most };
}

async function turnOf(subject: Subject, sliceMs: number): Promise<number[]> {
  const rounds: number[] = [];
  let ms = 0;
  while (rounds.length < ROUNDS_MIN || (ms < sliceMs && rounds.length < ROUNDS_MAX)) {
    const taken = subject.round();
    const roundMs = typeof taken === 'number' ? taken : await taken;
    rounds.push(roundMs);
    ms += roundMs;
  }
  return rounds;
}

/** In an order that the seed decides. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const order = [...values];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(keyedUniform(seed, ORDER, at, 0) * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
