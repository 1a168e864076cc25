import type { CompiledModel, CompileOptions, GenerativeModel, Population } from '@skein/inference';
import {
  compileModel,
  createPopulation,
  defineModel,
  InferenceError,
  type LearnedCounts,
} from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { type AnyMachineSnapshot, initialTransition, setup, transition } from 'xstate';
import type { AgentArgs } from '../agent/agent-actor.js';
import { drawKey } from '../agent/draw-key.js';
import { learning, track } from '../agent/lane-agents.test-fixtures.js';
import type { ModelView } from '../agent/model-mind.js';
import { ObservationColumns } from '../agent/observation-columns.js';
import { type AgentDefinition, defineAgent } from '../definition/agent-definition.js';
import type { LifecycleView } from './agent-lifecycle.js';

/** Explores until it knows where it is, exploits until it is tired, charges at its own place. */
export const day = setup({
  types: { events: {} as { type: 'sure' } | { type: 'lost' } | { type: 'left' } | { type: 'full' } },
}).createMachine({
  id: 'day',
  initial: 'working',
  states: {
    working: {
      initial: 'exploring',
      after: { 7: 'charging' },
      states: {
        exploring: { on: { sure: 'exploiting' } },
        exploiting: { on: { lost: 'exploring', left: '#day.charging' } },
        before: { type: 'history' },
      },
    },
    charging: { on: { full: 'resting' }, after: { 3: 'resting' } },
    resting: { after: { 1: 'working.before' } },
  },
});

/** The same walker that sees worse. */
const dusk: GenerativeModel = defineModel({
  A: [[0, 1, 2, 3, 4].map((o) => [0, 1, 2, 3, 4].map((s) => (o === s ? 0.6 : 0.1)))],
  B: track.B,
  C: [[0.5, 0, 0, 0, 0]],
  D: [[0.2, 0.2, 0.2, 0.2, 0.2]],
});

const wide = { horizon: 2 } as const;
const home = [[3, 0, 0, 0, 0]];

/** What an agent is told: an outcome, or that it is to fail, before it infers anything or when it gives its event. */
export type Told = { readonly outcome: number; readonly after?: 'give nonsense' | 'throw' } | 'crash';

/** What is compared: all that an agent thought, and where it was. */
export type Lived = {
  readonly action: readonly number[];
  readonly beliefs: readonly (readonly number[])[];
  readonly nats: number;
  readonly state: unknown;
};

export const lived = ({ action, posterior, variationalFreeEnergy, state }: LifecycleView<Told>): Lived => ({
  action,
  beliefs: posterior.map((belief) => Array.from(belief)),
  nats: variationalFreeEnergy,
  state,
});

type DayView = Pick<LifecycleView<Told>, 'observation' | 'posterior' | 'action' | 'variationalFreeEnergy'>;

/** Looks at all that a view shows. */
export function eventOf({ observation, posterior, action, variationalFreeEnergy }: DayView) {
  const { outcome, after } = observation as Exclude<Told, 'crash'>;
  if (after === 'throw') throw new Error('thrown by the test');
  if (after === 'give nonsense') return 'nonsense' as never;
  if (outcome === 4 && action[0] !== 0) return 'left';
  if (variationalFreeEnergy > 2.5) return 'lost';
  if (posterior[0]!.some((p) => p > 0.8)) return 'sure';
  return outcome === 0 ? 'full' : undefined;
}

const options = { selection: 'stochastic', gamma: 1 } as const;

const liver = (
  name: string,
  more: { readonly learning?: typeof learning; readonly onRestart?: 'snapshot' },
): AgentDefinition<Told, Lived> =>
  defineAgent<Told, Lived, typeof day>({
    name,
    model: track,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    ...options,
    ...more,
    observe: (told) => {
      if (told === 'crash') throw new Error('crashed by the test');
      return [told.outcome];
    },
    act: (thought) => lived(thought as LifecycleView<Told>),
    lifecycle: {
      machine: day,
      event: eventOf,
      states: {
        'working.exploring': wide,
        charging: { preferences: home, gamma: 4 },
        resting: { model: dusk },
      },
    },
  });

export const liverAnew: AgentDefinition<Told, Lived> = liver('liver', {});
export const keeper: AgentDefinition<Told, Lived> = liver('kept', { onRestart: 'snapshot' });
export const pupil: AgentDefinition<Told, Lived> = liver('pupil', { learning, onRestart: 'snapshot' });

/** The same day of one whose observations and actions are numbers, who tells whether it rests. */
export const commuter: AgentDefinition<number | readonly number[], readonly number[]> = defineAgent<
  number | readonly number[],
  readonly number[],
  typeof day
>({
  name: 'commuter',
  model: track,
  ...options,
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  reports: { resting: ({ state }: ModelView) => (state === 'resting' ? 1 : 0) },
  lifecycle: {
    machine: day,
    event: ({ observation, action, posterior }) => {
      const outcome = typeof observation === 'number' ? observation : observation[0];
      if (outcome === 4 && action[0] !== 0) return 'left';
      if (posterior[0]!.some((p) => p > 0.8)) return 'sure';
      return outcome === 0 ? 'full' : undefined;
    },
    states: { 'working.exploring': wide, charging: { preferences: home }, resting: { model: dusk } },
  },
});

export const shift = setup({
  types: { events: {} as { type: 'tired' } | { type: 'moved' } },
}).createMachine({
  id: 'shift',
  initial: 'awake',
  states: {
    awake: { on: { tired: 'asleep' } },
    asleep: { on: { tired: 'dreaming', moved: 'dreaming' } },
    dreaming: { on: { moved: 'awake' } },
  },
});

/** Sees everything as likely as anything, so that nothing is impossible. */
export const steady: GenerativeModel = defineModel({
  A: [[0, 1, 2, 3, 4].map((o) => [0, 1, 2, 3, 4].map((s) => (o === s ? 0.4 : 0.15)))],
  B: track.B,
  C: [[0, 1, 0, 0, 0]],
  D: [[0.2, 0.2, 0.2, 0.2, 0.2]],
});

/** It wants to be where it is not. */
export const flight = [[3, 0, 0, 0, 3]];

/** Gives events by what it sees and does, which are whole numbers, and at most one of the two by each. */
export const sleeper: AgentDefinition<number, Lived> = defineAgent<number, Lived, typeof shift>({
  name: 'sleeper',
  model: track,
  gamma: 4,
  act: (thought) => lived(thought as LifecycleView<never>),
  lifecycle: {
    machine: shift,
    event: ({ observation, action }) => {
      if (observation === 2) return 'tired';
      return action[0] === 1 ? 'moved' : undefined;
    },
    states: { awake: { horizon: 2 }, asleep: { model: steady }, dreaming: { preferences: flight, gamma: 1 } },
  },
});

/** The plain version of each definition: its models by state, as one would write them down. */
const plainModel = (state: string): { model: GenerativeModel; options: CompileOptions } => {
  if (state === 'charging') {
    const { A, B, D } = track;
    return { model: defineModel({ A, B, C: home, D }), options: { ...options, gamma: 4 } };
  }
  if (state === 'resting') return { model: dusk, options };
  return { model: track, options: state === 'working.exploring' ? { ...options, ...wide } : options };
};

const compiled = new Map<string, CompiledModel>();
const compiledFor = (state: string, learns: boolean): CompiledModel => {
  const name = `${state} ${learns}`;
  if (!compiled.has(name)) {
    const { model, options: own } = plainModel(state);
    compiled.set(name, compileModel(model, { ...own, ...(learns && { learning }) }));
  }
  return compiled.get(name)!;
};

/** Where a machine is, told by XState alone: its snapshot, and observations left of each delay. */
interface Place {
  readonly snapshot: AnyMachineSnapshot;
  readonly delays: readonly { readonly type: string; readonly left: number }[];
}

function noted(
  [snapshot, actions]: readonly [
    AnyMachineSnapshot,
    readonly { readonly type: string; readonly params: unknown }[],
  ],
  before: Place['delays'],
): Place {
  let delays = [...before];
  for (const { type, params } of actions) {
    const { sendId, delay, event } = params as { sendId?: string; delay?: number; event: { type: string } };
    if (type === 'xstate.cancel') delays = delays.filter((each) => each.type !== sendId);
    if (type === 'xstate.raise' && delay !== undefined) delays.push({ type: event.type, left: delay });
  }
  return { snapshot, delays };
}

const begun = (): Place => noted(initialTransition(day) as never, []);

const taken = ({ snapshot, delays }: Place, type: string): Place =>
  noted(transition(day, snapshot as never, { type } as never) as never, delays);

function observed(place: Place, type: string | undefined): Place {
  const due = place.delays.filter(({ left }) => left === 1);
  let next: Place = { ...place, delays: place.delays.map(({ type, left }) => ({ type, left: left - 1 })) };
  for (const { type } of due)
    if (next.delays.some((each) => each.type === type && each.left === 0))
      next = taken({ ...next, delays: next.delays.filter((each) => each.type !== type) }, type);
  return type === undefined ? next : taken(next, type);
}

/** An agent with a lifecycle by itself: XState's own machine, and a population of one for each of its states, between which its belief is copied. */
export class LoneLife {
  readonly #args: AgentArgs;
  readonly #learns: boolean;
  readonly #keeps: boolean;
  #incarnation = 1;
  #tick = 0;
  #choices = 0;
  #key = 0;
  #place: Place = begun();
  #mind: { beliefs: Float64Array[]; lastAction: number[] | null; counts: LearnedCounts | null } | undefined;
  #kept: { mind: NonNullable<LoneLife['_mind']>; place: Place; tick: number } | undefined;
  declare readonly _mind: {
    beliefs: Float64Array[];
    lastAction: number[] | null;
    counts: LearnedCounts | null;
  };

  constructor(name: string, args: AgentArgs) {
    this.#args = args;
    this.#learns = name === 'pupil';
    this.#keeps = name !== 'liver';
  }

  get state(): string {
    const { value } = this.#place.snapshot;
    return typeof value === 'string' ? value : `working.${value['working']}`;
  }

  /** What it says to what it is told; undefined if it failed, and then it has begun another life. */
  see(told: Told, tick = this.#tick): Lived | undefined {
    this.#tick = tick;
    const said = told === 'crash' ? undefined : this.#live(told);
    if (said === undefined) this.#restart();
    else if (this.#keeps) this.#kept = { mind: this.#mind!, place: this.#place, tick };
    return said;
  }

  #live(told: Exclude<Told, 'crash'>): Lived | undefined {
    const { seed, index } = this.#args;
    if (this.#mind === undefined || this.#choices < 0) {
      this.#key = drawKey(seed, index, this.#incarnation, this.#tick);
      this.#choices = 0;
    }
    const population = createPopulation(compiledFor(this.state, this.#learns), { capacity: 1 });
    try {
      return this.#think(population, told);
    } finally {
      population[Symbol.dispose]();
    }
  }

  #think(population: Population, told: Exclude<Told, 'crash'>): Lived | undefined {
    const agent = population.add({ key: this.#key, ...(this.#mind && { beliefs: this.#mind.beliefs }) });
    // It has made choices before, in other populations: it makes them up for this one, and is then as it was.
    for (let i = 0; i < this.#choices; i++) population.planActions({ agents: [agent] });
    population.setLastAction(agent, this.#mind?.lastAction ?? null);
    if (this.#mind?.counts) population.writeCounts(agent, this.#mind.counts);
    const columns = new ObservationColumns(population.compiled.model.shape, 1);
    try {
      columns.write(0, [told.outcome]);
    } catch (error) {
      if (error instanceof InferenceError) return undefined;
      throw error;
    }
    if (population.step({ agents: [agent], ...columns }).failures.length > 0) return undefined;
    this.#choices++;
    const beliefs = population.readBeliefs(agent);
    const { actions, freeEnergy } = population.results;
    const action = actions.map((column) => column[0]!);
    const said = {
      action,
      beliefs: beliefs.map((b) => Array.from(b)),
      nats: freeEnergy[0]!,
      state: this.#place.snapshot.value,
    };
    let event: string | undefined;
    try {
      event = eventOf({ observation: told, posterior: beliefs, action, variationalFreeEnergy: said.nats });
    } catch {
      return undefined;
    }
    if (event === 'nonsense') return undefined;
    this.#mind = { beliefs, lastAction: action, counts: this.#learns ? population.readCounts(agent) : null };
    this.#place = observed(this.#place, event);
    return said;
  }

  #restart(): void {
    this.#incarnation++;
    this.#choices = -1;
    this.#mind = this.#kept?.mind;
    this.#place = this.#kept?.place ?? begun();
    this.#tick = this.#kept?.tick ?? 0;
  }
}
