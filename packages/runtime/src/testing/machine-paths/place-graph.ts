import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';
import { type AdjacencyValue, getAdjacencyMap } from 'xstate/graph';
import { structuralKey } from '../linearizability/structural-key.js';
import type { MachinePlace, MachineStep } from './machine-path.js';
import { isWait, TimedMachine, type TimedSnapshot, type Wait } from './timed-machine.js';

/** One situation of a machine: a place, and what is known there of the past and the future. */
export interface PlaceNode {
  readonly place: MachinePlace;
  /** What can happen there, and where that leads. */
  readonly edges: readonly PlaceEdge[];
}

/** One step, from one situation to another. */
export interface PlaceEdge {
  readonly step: MachineStep;
  readonly to: PlaceNode;
}

/** What is explored, and how far. */
export interface ExploreOptions {
  readonly input: unknown;
  /** What may come in a place. */
  readonly events: (place: MachinePlace) => readonly EventObject[];
  readonly statesMax: number;
}

/** A machine's situations as a graph. */
export interface PlaceGraph {
  readonly initial: PlaceNode;
  /** False when there are more situations than were to be explored. */
  readonly isComplete: boolean;
}

/**
 * Explores a machine with XState's graph. Two situations are one if states, context, history and delayed events are equal; so time is
 * part of the graph, and no path fires a delayed event that another one comes before.
 */
export function explore(machine: AnyStateMachine, options: ExploreOptions): PlaceGraph {
  const timed = new TimedMachine(machine);
  let explored = 0;
  let isComplete = true;
  const map = getAdjacencyMap<TimedSnapshot, EventObject | Wait, unknown>(
    {
      getInitialSnapshot: () => timed.begin(options.input),
      transition: (state, event) => timed.step(state, event),
      getPersistedSnapshot: (state) => state,
    },
    {
      fromState: timed.begin(options.input),
      events: (state) => {
        const wait = timed.waitOf(state);
        const place = placeOf(state);
        if (place.isDone) return [];
        return wait === undefined ? options.events(place) : [...options.events(place), wait];
      },
      serializeState: keyOf,
      stopWhen: () => {
        const isEnough = ++explored > options.statesMax;
        if (isEnough) isComplete = false;
        return isEnough;
      },
    },
  );
  const entries: [string, AdjacencyValue<TimedSnapshot, EventObject | Wait>][] = Object.entries(map);
  const nodes = new Map(
    entries.map(([key, { state }]) => [key, { place: placeOf(state), edges: [] as PlaceEdge[] }]),
  );
  for (const [key, { transitions }] of entries)
    for (const { event, state } of Object.values(transitions)) {
      const to = nodes.get(keyOf(state))!;
      const { place: leadsTo } = to;
      const step: MachineStep = isWait(event) ? { waitMs: event.waitMs, leadsTo } : { event, leadsTo };
      nodes.get(key)!.edges.push({ step, to });
    }
  return { initial: nodes.get(entries[0]![0])!, isComplete };
}

function placeOf({ machine: { value, context, status } }: TimedSnapshot): MachinePlace {
  return { value, context, isDone: status === 'done' };
}

function keyOf({ machine, delayed }: TimedSnapshot): string {
  return [machine.value, machine.context, machine.status, historyOf(machine), delayed]
    .map((part) => structuralKey(part) ?? JSON.stringify(part)) // XState's refs of children are told by JSON
    .join(' ');
}

function historyOf({ historyValue }: AnyMachineSnapshot): unknown {
  return Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
}
