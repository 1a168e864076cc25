import { oneForOne } from '@skein/runtime';
import { type AgentDefinition, defineAgent } from '../definition/agent-definition.js';
import type { ActingTurn, BatchedMind, PerceivingTurn } from './batched-mind.js';
import type { Mind, MindTurn } from './mind.js';

/**
 * What a gleaner is told: `[what it finds, how often, what it is to do]`. It keeps a number of its own, which all that it has been told and drawn
 * went into, so that nothing that happened to it can be hidden.
 */
export type Told = ArrayLike<number>;
/** What it does: two whole numbers. */
export type Did = readonly number[] | Int32Array;

/** The third number of what a gleaner is told. */
export const ORDERS = { go: 0, failToSee: 1, failToAct: 2, overcount: 3 } as const;
export const EVIDENCE_LENGTH = 7;
const PRIME = 1_000_003;

const mix = (state: number, ...numbers: readonly number[]): number =>
  numbers.reduce((mixed, number) => (mixed * 31 + number) % PRIME, state);

function actionOf(state: number, known: Float64Array, isPooled: boolean, uniform: number): Did {
  const knows = known.reduce((sum, count, at) => mix(sum, count, at), 0);
  return [mix(state, knows, Number(isPooled), Math.floor(uniform * 1000)), knows];
}

/** One mind an agent: the ruler. */
class Gleaner implements Mind<Told, Did> {
  state: number;
  #order = 0;
  readonly #shares: boolean;

  constructor(index: number, shares: boolean) {
    this.state = index;
    this.#shares = shares;
  }

  perceive(told: Told, { tick, evidence }: MindTurn): void {
    const [at = 0, times = 0, order = 0] = Array.from(told);
    if (order === ORDERS.failToSee) throw new Error('told not to see');
    if (order === ORDERS.overcount && this.#shares) throw new Error('told to count what does not exist');
    if (evidence !== undefined) evidence.own[at]! += times;
    this.state = mix(this.state, at, times, tick);
    this.#order = order;
  }

  act({ uniform, evidence }: MindTurn): Did {
    if (this.#order === ORDERS.failToAct) throw new Error('told not to act');
    const known = new Float64Array(EVIDENCE_LENGTH);
    for (let at = 0; at < EVIDENCE_LENGTH && evidence; at++)
      known[at] = evidence.pool[at]! + evidence.own[at]!;
    return actionOf(this.state, known, evidence?.own.every((count) => count === 0) ?? true, uniform);
  }
}

/** The same, of all agents of a shard. */
class Gleaners implements BatchedMind<Told, Did> {
  readonly #state: number[] = [];
  readonly #order: number[] = [];
  readonly #known = new Float64Array(EVIDENCE_LENGTH);

  add(lane: number, { index }: { readonly index: number }): void {
    this.#state[lane] = index;
  }

  remove(lane: number): void {
    this.#state[lane] = Number.NaN;
  }

  perceive(turn: PerceivingTurn<Told>): void {
    const { size, lanes, tick, evidence } = turn;
    for (let item = 0; item < size; item++) {
      const lane = lanes[item]!;
      const [at = 0, times = 0, order = 0] = Array.from(turn.observation(item));
      this.#state[lane] = mix(this.#state[lane]!, at, times, tick); // whoever fails is not asked again
      this.#order[lane] = order;
      if (order === ORDERS.failToSee) turn.fail(item, new Error('told not to see'));
      if (order === ORDERS.overcount) evidence?.add(item, EVIDENCE_LENGTH);
      if (times !== 0) evidence?.add(item, at, times);
    }
  }

  act(turn: ActingTurn<Did>): void {
    const { size, lanes, evidence } = turn;
    for (let item = 0; item < size; item++) {
      const lane = lanes[item]!;
      if (this.#order[lane] === ORDERS.failToAct) {
        turn.fail(item, new Error('told not to act'));
        continue;
      }
      this.#known.fill(0);
      if (evidence !== undefined) this.#known.set(evidence.pool);
      evidence?.addOwn(item, this.#known);
      const isPooled = evidence?.isPooled(item) ?? true;
      turn.effect(item, actionOf(this.#state[lane]!, this.#known, isPooled, turn.uniform(item)));
    }
  }

  view(lane: number): { readonly state: number } {
    return { state: this.#state[lane]! };
  }
}

const common = {
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  reports: { state: ({ state }: { readonly state: number }) => state },
};
const evidenceLength = (): number => EVIDENCE_LENGTH;

export type GleanerDefinition = AgentDefinition<Told, Did>;

export const alone: GleanerDefinition = defineAgent<Told, Did>({
  name: 'alone',
  mind: ({ index }) => new Gleaner(index, false),
  ...common,
});

export const batched: GleanerDefinition = defineAgent<Told, Did>({
  name: 'batched',
  minds: () => new Gleaners(),
  ...common,
});

export const sharingAlone: GleanerDefinition = defineAgent<Told, Did>({
  name: 'sharing-alone',
  mind: ({ index }) => new Gleaner(index, true),
  evidenceLength,
  ...common,
});

export const sharingBatched: GleanerDefinition = defineAgent<Told, Did>({
  name: 'sharing-batched',
  minds: () => new Gleaners(),
  evidenceLength,
  ...common,
});

/** Throws instead of failing an item. */
export const rash: AgentDefinition<number, number> = defineAgent<number, number>({
  name: 'rash',
  minds: () => ({
    add: () => undefined,
    remove: () => undefined,
    perceive: (turn) => {
      for (let item = 0; item < turn.size; item++) if (turn.observation(item) < 0) throw new Error('a bug');
    },
    act: (turn) => {
      for (let item = 0; item < turn.size; item++) turn.effect(item, 1);
    },
  }),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
});
