import { type AgentDefinition, type CoalitionNews, defineAgent, type Mind } from '@skein/agents';
import { oneForOne } from '@skein/runtime';

/** This module, for a law's `modules`. */
export const ALLIES_MODULE: string = import.meta.url;

/** One life of an ally. It notes what it hears of its coalitions, in order. */
export class AllyMind implements Mind<null, null> {
  readonly index: number;
  readonly news: CoalitionNews[] = [];
  belief: readonly number[] = [0.5, 0.5];

  constructor(index: number) {
    this.index = index;
  }

  perceive(): void {}

  act(): null {
    return null;
  }

  /** The coalition that it believes to be in; 0 for none. */
  get coalition(): number {
    const last = this.news.findLast(({ kind }) => kind !== 'speaker');
    return last?.kind === 'joined' ? last.coalition : 0;
  }
}

/** Every second one sees, all others walk; they take in what their coalition believes. */
export const ally: AgentDefinition<null, null> = defineAgent<null, null>({
  name: 'ally',
  mind: ({ index }) => new AllyMind(index),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  capabilities: {
    sight: (_: AllyMind, index) => (index % 2 === 0 ? 1 : 0),
    legs: (_: AllyMind, index) => (index % 2 === 1 ? 1 : 0),
  },
  reports: {
    index: ({ index }: AllyMind) => index,
    belief: { width: 2, of: ({ belief }: AllyMind) => belief },
  },
  accepts: {
    belief: (mind: AllyMind, belief: Float64Array) => {
      mind.belief = [...belief];
    },
  },
  coalition: ({ news }: AllyMind, one) => void news.push(one),
});
