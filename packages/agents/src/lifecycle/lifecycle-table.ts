import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createMachine,
  type EventObject,
  type ExecutableActionObject,
  initialTransition,
  type StateValue,
  transition,
} from 'xstate';
import { AgentDefinitionError } from '../errors.js';
import { checkLifecycle } from './check-lifecycle.js';

/** Stages of one lifecycle at most, count. */
export const STAGES_MAX: number = 4096;
/** Microsteps for one event, count, unless the machine's own `options.maxIterations` says otherwise. */
const MICROSTEPS_MAX = 1000;

/** Where an agent's lifecycle is: an index into {@link LifecycleTable.stages}. */
export type StageNumber = number;

/** The column of {@link LifecycleTable.next} for an observation that gives no event. */
export const NO_EVENT = 0;

/** All that decides how a lifecycle goes on: active states, histories, and what is left of each delay. */
export interface Stage {
  /** As XState has it: of a machine without nested states the name of the state. Frozen. */
  readonly value: StateValue;
  /** Paths of the states that are active, as `working.near`, in document order; without the machine itself. */
  readonly active: readonly string[];
}

/** A lifecycle as a table: what an observation, and the event that it gives, make of a stage. A life begins in stage 0. */
export interface LifecycleTable {
  readonly stages: readonly Stage[];
  /** The column of each event by its name. */
  readonly columns: ReadonlyMap<string, number>;
  /** Columns, count: that of no event, and those of the events. */
  readonly width: number;
  /** i32[stage, column]: the next stage. */
  readonly next: Int32Array;
}

interface Delayed {
  readonly id: string | undefined;
  readonly event: EventObject;
  /** Observations until it is due, count. */
  readonly left: number;
}

interface Configuration {
  readonly snapshot: AnyMachineSnapshot;
  /** In the order in which they were begun. */
  readonly delayed: readonly Delayed[];
}

/** What XState hands to built-in actions, as far as it matters here. */
interface Params {
  readonly event: EventObject;
  readonly id?: string;
  readonly sendId?: string;
  readonly delay?: number;
}

/**
 * Makes a table of a machine, by walking all that can come of it with XState's own pure transitions.
 *
 * With each observation of the agent first time passes: of every delay one observation less is left, and those of which none is left end,
 * the oldest first. Then comes the event, if there is one. A machine that is done stays where it is.
 *
 * @throws AgentDefinitionError for what no table can hold, or one of more than {@link STAGES_MAX} stages
 */
export function compileLifecycle(
  agent: string,
  machine: AnyStateMachine,
  events: readonly string[] = [],
): LifecycleTable {
  checkLifecycle(agent, machine, events);
  const { config } = machine;
  const { actions, guards, delays } = machine.implementations;
  const bounded = createMachine(
    { ...config, options: { maxIterations: MICROSTEPS_MAX, ...config.options } },
    { actions, guards, delays },
  );
  const names = [...new Set([...machine.events.filter(isNamed), ...events])];
  const walk = new Walk(agent, bounded);
  const rows: StageNumber[][] = [];
  walk.begin();
  for (let stage = 0; stage < walk.configurations.length; stage++) {
    const later = walk.pass(walk.configurations[stage]!);
    const row = names.map((type) => walk.numberOf(walk.take(later, { type })));
    rows.push([walk.numberOf(later), ...row]);
  }
  return {
    stages: walk.configurations.map(stageOf),
    columns: new Map(names.map((name, column) => [name, column + 1])),
    width: names.length + 1,
    next: Int32Array.from(rows.flat()),
  };
}

/** XState's own events, and wildcards, are not for agents to give. */
function isNamed(type: string): boolean {
  return !(type.startsWith('xstate.') || type.endsWith('*'));
}

/** All configurations that were met, numbered in the order of their discovery. */
class Walk {
  readonly configurations: Configuration[] = [];
  readonly #agent: string;
  readonly #machine: AnyStateMachine;
  readonly #numbers = new Map<string, StageNumber>();

  constructor(agent: string, machine: AnyStateMachine) {
    this.#agent = agent;
    this.#machine = machine;
  }

  begin(): void {
    const [snapshot, actions] = initialTransition(this.#machine, undefined as never);
    this.numberOf(this.#follow(snapshot, actions, []));
  }

  numberOf(configuration: Configuration): StageNumber {
    const key = keyOf(configuration);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.configurations.length;
    if (number === STAGES_MAX)
      throw new AgentDefinitionError(
        this.#agent,
        `its lifecycle has more than ${STAGES_MAX} stages: active states, with what is left of each delay`,
        'Shorten the delays, or have fewer states side by side.',
      );
    this.#numbers.set(key, number);
    this.configurations.push(configuration);
    return number;
  }

  /** Lets one observation pass. */
  pass({ snapshot, delayed }: Configuration): Configuration {
    const due = delayed.filter(({ left }) => left === 1).map(({ event }) => event.type);
    let now: Configuration = {
      snapshot,
      delayed: delayed.map((each) => ({ ...each, left: each.left - 1 })),
    };
    for (const type of due) {
      const at = now.delayed.findIndex(({ left, event }) => left === 0 && event.type === type);
      if (at === -1) continue; // cancelled by one before it
      const { event } = now.delayed[at]!;
      now = this.take({ ...now, delayed: now.delayed.toSpliced(at, 1) }, event);
    }
    return now;
  }

  take(configuration: Configuration, event: EventObject): Configuration {
    const { snapshot, delayed } = configuration;
    if (snapshot.status !== 'active') return configuration;
    const [next, actions] = transition(this.#machine, snapshot, event as never);
    return this.#follow(next, actions, delayed);
  }

  #follow(
    snapshot: AnyMachineSnapshot,
    actions: readonly ExecutableActionObject[],
    before: readonly Delayed[],
  ): Configuration {
    if (snapshot.status === 'error') throw snapshot.error;
    if (snapshot.status === 'done') return { snapshot, delayed: [] };
    let delayed = before;
    for (const { type, params } of actions) {
      const { id, sendId, delay, event } = params as unknown as Params;
      if (type === 'xstate.cancel') delayed = delayed.filter((each) => each.id !== sendId);
      else if (type === 'xstate.raise' && delay !== undefined)
        delayed = [...delayed, { id, event, left: delay }];
    }
    return { snapshot, delayed };
  }
}

function keyOf({ snapshot, delayed }: Configuration): string {
  const histories = Object.entries(snapshot.historyValue).map(([id, nodes]) => [
    id,
    ...nodes.map((node) => node.id).sort(),
  ]);
  return JSON.stringify([snapshot.status, activeIn(snapshot), histories.sort(), delayed]);
}

function stageOf({ snapshot }: Configuration): Stage {
  return { value: frozen(snapshot.value), active: activeIn(snapshot) };
}

function activeIn({ _nodes: nodes }: AnyMachineSnapshot): string[] {
  return nodes
    .filter(({ path }) => path.length > 0)
    .toSorted((a, b) => a.order - b.order)
    .map(({ path }) => path.join('.'));
}

function frozen(value: StateValue): StateValue {
  if (typeof value === 'string') return value;
  for (const inner of Object.values(value)) if (inner !== undefined) frozen(inner);
  return Object.freeze(value);
}
