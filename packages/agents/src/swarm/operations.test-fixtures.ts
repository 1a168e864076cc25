import { oneForOne } from '@skein/runtime';
import type { ElectionNews } from '../agent/contributions.js';
import { defineAgent } from '../definition/agent-definition.js';

/** An agent that remembers what it is told, tells it when asked, and fails when it is told to. */
export class Citizen {
  readonly index: number;
  level = 0;
  /** What it does when it is next asked for anything. */
  mood: 'calm' | 'failing' = 'calm';
  readonly news: ElectionNews[] = [];

  constructor(index: number) {
    this.index = index;
    this.level = index;
  }

  /** A belief over three states that is its own. */
  get belief(): readonly number[] {
    const weights = [1, 2 + (this.level % 3), 1 + (this.index % 5)];
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total);
  }

  perceive(level: number): void {
    this.level = level;
  }

  act(): readonly number[] {
    return [this.level, -this.level];
  }

  /** @throws if it is failing */
  asked<T>(answer: T): T {
    if (this.mood === 'failing') throw new Error('failing, as told');
    return answer;
  }
}

/** What citizens vote on: by their level, or in silence. */
export interface Question {
  readonly silent?: boolean;
}

export const citizen = defineAgent<number, readonly number[]>({
  name: 'citizen',
  mind: ({ index }) => new Citizen(index),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  reports: {
    level: (mind: Citizen) => mind.asked(mind.level),
    signs: { width: 2, of: (mind: Citizen) => mind.asked([mind.level, -mind.level]) },
    belief: { width: 3, of: (mind: Citizen) => mind.asked(mind.belief) },
    trust: (mind: Citizen) => 1 + (mind.index % 4),
    wrong: () => Number.NaN,
  },
  accepts: {
    level: (mind: Citizen, level: number) => {
      mind.level = mind.asked(level);
    },
    mood: (mind: Citizen, mood: Citizen['mood'] | null) => {
      mind.mood = mood ?? 'calm';
    },
  },
  votes: {
    level: {
      choices: 4,
      of: (mind: Citizen, { silent = false }: Question) =>
        mind.asked(silent || mind.level % 5 === 4 ? undefined : mind.level % 5),
    },
    weighty: { choices: 4, of: (mind: Citizen) => ({ choice: mind.level % 4, weight: mind.index }) },
  },
  elected: (mind: Citizen, news) => void mind.news.push(mind.asked(news)),
  combiners: { text: { join: (left: unknown, right: unknown) => `${left},${right}` } },
});
