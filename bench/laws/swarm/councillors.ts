import { type AgentDefinition, defineAgent, type ElectionNews, type Mind } from '@skein/agents';
import { oneForOne } from '@skein/runtime';

/** This module, for a law's `modules`. */
export const COUNCILLORS_MODULE: string = import.meta.url;

/** One life of a councillor. It notes who it heard has been elected, in order. */
export class CouncillorMind implements Mind<null, null> {
  readonly index: number;
  readonly news: ElectionNews[] = [];

  constructor(index: number) {
    this.index = index;
  }

  perceive(): void {}

  act(): null {
    return null;
  }
}

/** Believes in the first of two states, each councillor as much as nobody else. */
export function beliefOf(index: number): readonly [number, number] {
  const p = (index + 1) / 64;
  return [p, 1 - p];
}

/** Says who it is; hears who leads. */
export const councillor: AgentDefinition<null, null> = defineAgent<null, null>({
  name: 'councillor',
  mind: ({ index }) => new CouncillorMind(index),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  reports: {
    index: ({ index }: CouncillorMind) => index,
    belief: { width: 2, of: ({ index }: CouncillorMind) => beliefOf(index) },
  },
  votes: { parity: { choices: 2, of: ({ index }: CouncillorMind) => index % 2 } },
  elected: ({ news }: CouncillorMind, one) => void news.push(one),
  combiners: {
    /** Everybody who was counted, in the order of counting. */
    roll: { of: (_, index) => [index], join: (left, right) => [...(left as []), ...(right as [])] },
  },
});
