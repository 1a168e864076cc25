import { defineModel } from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import type { ModelView } from '../agent/model-mind.js';
import { defineAgent } from '../definition/agent-definition.js';
import type { CoalitionNews } from './coalition-part.js';

/** An agent with a belief over three states that remembers what it hears, and fails when it is told to. */
export class Ally {
  readonly index: number;
  belief: readonly number[] = [1 / 3, 1 / 3, 1 / 3];
  mood: 'calm' | 'deaf' | 'failing' = 'calm';
  readonly news: CoalitionNews[] = [];

  constructor(index: number) {
    this.index = index;
  }

  perceive(belief: readonly number[]): void {
    this.belief = belief;
  }

  act(): readonly number[] {
    return this.belief;
  }

  /** @throws if it is failing */
  asked<T>(answer: T): T {
    if (this.mood === 'failing') throw new Error('failing, as told');
    return answer;
  }
}

/** Agents with even indices can see, those with odd ones can walk. */
export const ally = defineAgent<readonly number[], readonly number[]>({
  name: 'ally',
  mind: ({ index }) => new Ally(index),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  capabilities: {
    sight: (_: Ally, index) => (index % 2 === 0 ? 1 : 0),
    legs: (_: Ally, index) => (index % 2 === 1 ? 1 : 0),
    voice: 1,
    broken: () => -1,
  },
  reports: {
    belief: { width: 3, of: (mind: Ally) => mind.asked(mind.belief) },
    index: (mind: Ally) => mind.asked(mind.index),
    coalition: ({ news }: Ally) => {
      const last = news.findLast(({ kind }) => kind !== 'speaker');
      return last?.kind === 'joined' ? last.coalition : 0;
    },
    speaker: ({ news }: Ally) => {
      const last = news.at(-1);
      return last?.kind === 'speaker' ? last.speaker : -1;
    },
    skill: ({ index }: Ally) => ((index * 7) % 5) / 2,
    trust: (mind: Ally) => (mind.index === 0 ? 0 : 1),
  },
  accepts: {
    belief: (mind: Ally, belief: Float64Array) => {
      if (mind.mood === 'deaf') throw new Error('deaf, as told');
      mind.belief = Array.from(belief);
    },
    mood: (mind: Ally, mood: Ally['mood']) => {
      mind.mood = mood;
    },
  },
  coalition: (mind: Ally, news) => void mind.news.push(news),
});

/** Stays what it is; to be in the first of three states is liked. */
export const shelter = defineModel({
  A: [[0, 1, 2].map((o) => [0, 1, 2].map((s) => (o === s ? 1 : 0)))],
  B: [[0, 1, 2].map((next) => [0, 1, 2].map((s) => [next === s ? 1 : 0]))],
  C: [[8, 0, 0]],
});

const model = defineModel({
  A: [
    [
      [0.8, 0.3],
      [0.2, 0.7],
    ],
  ],
  B: [
    [
      [[1], [0]],
      [[0], [1]],
    ],
  ],
});

/** In lanes: each sees one of two outcomes, and says what it believes. */
export const laneAlly = defineAgent<number, readonly number[]>({
  name: 'lane-ally',
  model,
  act: ({ posterior }) => Array.from(posterior[0]!),
  capabilities: { sight: 1 },
  reports: { belief: { width: 2, of: ({ posterior }: ModelView) => posterior[0]! } },
  accepts: { belief: (mind: ModelView, belief: Float64Array) => mind.believe(0, belief) },
});
