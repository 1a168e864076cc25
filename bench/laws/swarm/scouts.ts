import { type AgentDefinition, defineAgent, type Mind, type MindSetup, type MindTurn } from '@skein/agents';
import { oneForOne } from '@skein/runtime';

/** This module, for a law's `modules`. */
export const SCOUTS_MODULE: string = import.meta.url;

/** Steps that surveyors have room for, count. */
export const TICKS_MAX = 32;

/** What a scout is shown, and at which call it fails, if at any. */
export interface Look {
  readonly value: number;
  readonly fails?: 'perceive' | 'act';
}

/** What a scout says that it has done. */
export interface Told {
  readonly index: number;
  readonly tick: number;
  readonly value: number;
  /** For a surveyor all that it believes: {@link cellOf} by cell. */
  readonly believed: readonly number[];
}

/** One life of a scout. It notes what it was shown and asked for, in order, as laws read it. */
export class ScoutMind implements Mind<Look, Told> {
  readonly index: number;
  /** Ticks, in the order in which they were perceived. */
  readonly perceived: number[] = [];
  /** Ticks, in the order in which it acted. */
  readonly acted: number[] = [];
  #look: Look = { value: Number.NaN };

  constructor(index: number) {
    this.index = index;
  }

  perceive(look: Look, { tick, evidence }: MindTurn): void {
    if (look.fails === 'perceive') throw new Error('as told');
    this.#look = look;
    this.perceived.push(tick);
    if (evidence !== undefined) evidence.own[cellOf(this.index, tick)]! += 1;
  }

  act({ tick, evidence }: MindTurn): Told {
    this.acted.push(tick);
    const { value, fails } = this.#look;
    if (fails === 'act') throw new Error('as told');
    const believed =
      evidence === undefined ? [] : Array.from(evidence.pool, (p, at) => p + evidence.own[at]!);
    return { index: this.index, tick, value, believed };
  }
}

/** Where evidence counts what an agent saw at a tick: 0 if nobody knows of it, 1 if it counts once. */
export function cellOf(index: number, tick: number): number {
  return index * TICKS_MAX + tick - 1;
}

const forgiving = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });

/** Shares nothing. */
export const scout: AgentDefinition<Look, Told> = defineAgent<Look, Told>({
  name: 'scout',
  mind: ({ index }) => new ScoutMind(index),
  supervision: forgiving,
});

/** Shares one piece of evidence about each observation. */
export const surveyor: AgentDefinition<Look, Told> = defineAgent<Look, Told>({
  name: 'surveyor',
  mind: ({ index }) => new ScoutMind(index),
  evidenceLength: ({ agentCount }: MindSetup) => agentCount * TICKS_MAX,
  supervision: forgiving,
});

/** Whose first failure is that of its cohort, and of all above it. */
export const novice: AgentDefinition<Look, Told> = defineAgent<Look, Told>({
  name: 'novice',
  mind: ({ index }) => new ScoutMind(index),
  supervision: oneForOne({ maxRestarts: 0 }),
});
