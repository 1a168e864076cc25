import {
  type CompiledModel,
  type CompileOptions,
  compileModel,
  createPopulation,
  defineModel,
  type GenerativeModel,
  InferenceError,
  type LearnedCounts,
  type LearningOptions,
  type Observation,
  type Population,
} from '@skein/inference';
import { type ActorAddress, type ActorRef, type Ask, defineActor, oneForOne } from '@skein/runtime';
import { defineAgent } from '../definition/agent-definition.js';
import type { AgentArgs, AgentProtocol } from './agent-actor.js';
import { drawKey } from './draw-key.js';
import type { Thought } from './model-mind.js';
import { ObservationColumns } from './observation-columns.js';

/** A walker on a ring of five places, who begins at one of two: it sees where it is, or the place beside it. */
export const track: GenerativeModel = defineModel({
  A: [
    [
      [0.9, 0.1, 0, 0, 0],
      [0.1, 0.8, 0.1, 0, 0],
      [0, 0.1, 0.8, 0.1, 0],
      [0, 0, 0.1, 0.8, 0.1],
      [0, 0, 0, 0.1, 0.9],
    ],
  ],
  B: [
    [0, 1, 2, 3, 4].map((next) =>
      [0, 1, 2, 3, 4].map((s) => [0, 1, 4].map((step) => ((s + step) % 5 === next ? 1 : 0))),
    ),
  ],
  C: [[0, 0, 0, 0.2, 0]],
  D: [[0.5, 0.5, 0, 0, 0]],
});

/** Two factors and two modalities, of which the second depends on both. */
export const lamp: GenerativeModel = defineModel({
  A: [
    [
      [0.8, 0.3],
      [0.2, 0.7],
    ],
    [
      [
        [0.9, 0.4, 0.2],
        [0.1, 0.5, 0.3],
      ],
      [
        [0.1, 0.6, 0.8],
        [0.9, 0.5, 0.7],
      ],
    ],
  ],
  B: [
    [0, 1].map((next) => [0, 1].map((s) => [0.5, next === s ? 0.9 : 0.1])),
    [0, 1, 2].map((next) => [0, 1, 2].map((s) => [next === s ? 1 : 0, next === (s + 1) % 3 ? 0.8 : 0.1])),
  ],
  C: [
    [0, 0.3],
    [0.1, 0],
  ],
  likelihoodFactors: [[0], [0, 1]],
});

export const learning: LearningOptions = { pA: [scaled(track, 2)], rates: { A: 1 } };

function scaled(model: GenerativeModel, by: number) {
  const A = model.A[0]!;
  if ('data' in A) return { ...A, data: A.data.map((p) => p * by) };
  throw new Error('a dense A is expected');
}

/** What is compared: all that an agent thought. */
const all = ({ action, posterior, variationalFreeEnergy }: Thought) => ({
  action,
  beliefs: posterior.map((belief) => Array.from(belief)),
  nats: variationalFreeEnergy,
});
export type Said = ReturnType<typeof all>;

/** How each kind of agent is compiled, by name. */
export const kinds: Readonly<
  Record<string, { readonly model: GenerativeModel; readonly options: CompileOptions }>
> = {
  walker: { model: track, options: { horizon: 2, selection: 'stochastic', alpha: 2, gamma: 1 } },
  planner: { model: track, options: { horizon: 3 } },
  lamp: { model: lamp, options: { selection: 'stochastic', sampling: 'full', gamma: 2 } },
  learner: { model: track, options: { learning, selection: 'stochastic', gamma: 1 } },
  disciple: { model: track, options: { learning, selection: 'stochastic', gamma: 1 } },
  keeper: { model: track, options: { selection: 'stochastic', gamma: 1 } },
};

/** An observation, or the order to crash before anything is inferred. */
export type Shown = readonly Observation[] | 'crash';

const keeps = (name: string): boolean => name === 'keeper' || name === 'disciple';

const kindOf = (name: keyof typeof kinds & string) => {
  const { model, options } = kinds[name]!;
  const { learning: learns, horizon, gamma, alpha, sampling, selection } = options;
  return defineAgent<Shown, Said>({
    name,
    model,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
    act: all,
    observe: (shown) => {
      if (shown === 'crash') throw new Error('crashed by the test');
      return shown;
    },
    ...(learns && { learning: learns }),
    ...(horizon && { horizon }),
    ...(gamma && { gamma }),
    ...(alpha && { alpha }),
    ...(sampling && { sampling }),
    ...(selection && { selection }),
    ...(keeps(name) && { onRestart: 'snapshot' }),
  });
};

export const walker: ReturnType<typeof kindOf> = kindOf('walker');
export const planner: ReturnType<typeof kindOf> = kindOf('planner');
export const lampist: ReturnType<typeof kindOf> = kindOf('lamp');
export const learner: ReturnType<typeof kindOf> = kindOf('learner');
export const disciple: ReturnType<typeof kindOf> = kindOf('disciple');
export const keeper: ReturnType<typeof kindOf> = kindOf('keeper');

const definitions = { walker, planner, lamp: lampist, learner, disciple, keeper };
export type Kind = keyof typeof definitions;

/** What nests were told, by round. */
export const told = new Map<number, Said>();

type Nest = {
  hatch: Ask<{ readonly kind: Kind; readonly args: AgentArgs }, { readonly address: ActorAddress }>;
  /** Lets one go after what it has in its mail. */
  leave: { readonly address: ActorAddress };
  contributed: { readonly round: number; readonly index: number; readonly value: unknown };
  fail: Record<never, never>;
};

/** Stands for a cohort: supervises agents, restarts whoever fails, and keeps what they report. */
export const nest = defineActor<Nest>()({
  name: 'nest',
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  initial: () => ({}),
  receive: {
    hatch: (_, { kind, args }, context) =>
      context.reply({ address: context.spawn(definitions[kind].agent, args).address }),
    leave: (_, { address }, context) => context.stop(context.ref(address)),
    contributed: (_, { round, value }) => void told.set(round, value as Said),
    fail: () => {
      throw new Error('the nest fell');
    },
  },
});

export type AgentRef = ActorRef<AgentProtocol<Shown, Said>>;

const compiled = new Map<string, CompiledModel>();

/** An agent by itself: a population of one, and nobody else. */
export class LoneAgent {
  readonly #kind: Kind;
  readonly #args: AgentArgs;
  #incarnation = 1;
  #tick = 0;
  #population: Population | undefined;
  #handle = 0;
  #kept:
    | { beliefs: Float64Array[]; lastAction: number[] | null; counts: LearnedCounts; tick: number }
    | undefined;

  readonly #compiled: CompiledModel;

  constructor(kind: Kind, args: AgentArgs, changed: CompileOptions = {}) {
    const name = `${kind} ${JSON.stringify(changed)}`;
    const { model, options } = kinds[kind]!;
    if (!compiled.has(name)) compiled.set(name, compileModel(model, { ...options, ...changed }));
    this.#compiled = compiled.get(name)!;
    this.#kind = kind;
    this.#args = args;
  }

  /** What it says to an observation; undefined if it failed, and then it has begun another life. */
  see(shown: Shown, tick = this.#tick): Said | undefined {
    this.#tick = tick;
    const said = shown === 'crash' ? undefined : this.#infer(shown);
    if (said === undefined) this.#restart();
    else if (keeps(this.#kind)) this.#keep();
    return said;
  }

  get beliefs(): number[][] {
    return this.#begun()
      .readBeliefs(this.#handle)
      .map((belief) => Array.from(belief));
  }

  #infer(observation: readonly Observation[]): Said | undefined {
    const population = this.#begun();
    const columns = new ObservationColumns(population.compiled.model.shape, 1);
    try {
      columns.write(0, observation);
    } catch (error) {
      if (error instanceof InferenceError) return undefined;
      throw error;
    }
    const { failures } = population.step({ agents: [this.#handle], ...columns });
    if (failures.length > 0) return undefined;
    const { actions, freeEnergy } = population.results;
    return { action: actions.map((column) => column[0]!), beliefs: this.beliefs, nats: freeEnergy[0]! };
  }

  #begun(): Population {
    if (this.#population !== undefined) return this.#population;
    const { seed, index } = this.#args;
    const { options } = kinds[this.#kind]!;
    const population = createPopulation(this.#compiled, { capacity: 1 });
    const key = drawKey(seed, index, this.#incarnation, this.#tick);
    this.#handle = population.add({ key, ...(this.#kept && { beliefs: this.#kept.beliefs }) });
    if (this.#kept) {
      population.setLastAction(this.#handle, this.#kept.lastAction);
      if (options.learning) population.writeCounts(this.#handle, this.#kept.counts);
    }
    this.#population = population;
    return population;
  }

  #keep(): void {
    const population = this.#begun();
    const lastAction = population.lastAction(this.#handle);
    const counts = population.readCounts(this.#handle);
    this.#kept = { beliefs: population.readBeliefs(this.#handle), lastAction, counts, tick: this.#tick };
  }

  #restart(): void {
    this.#population?.[Symbol.dispose]();
    this.#population = undefined;
    this.#incarnation++;
    this.#tick = this.#kept?.tick ?? 0;
  }
}
