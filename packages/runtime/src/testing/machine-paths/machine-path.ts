import type { EventObject, StateValue } from 'xstate';

/** Where a machine is. */
export interface MachinePlace {
  /** The active states, as XState writes them. */
  readonly value: StateValue;
  readonly context: unknown;
  /** It is in a final state, and takes no more events. */
  readonly isDone: boolean;
}

/** What happens in one step: an event comes, or so much time passes that the next delayed event is due. */
export type MachineStep =
  | { readonly event: EventObject; readonly leadsTo: MachinePlace }
  | { readonly waitMs: number; readonly leadsTo: MachinePlace };

/** One way through a machine, from its beginning, as plain data. */
export interface MachinePath<Input = unknown> {
  /** All of it in a line: for the name of a test. */
  readonly title: string;
  readonly input: Input | undefined;
  /** Where it begins. */
  readonly initial: MachinePlace;
  readonly steps: readonly MachineStep[];
}

/** What a step is called in a title. */
export function describeStep(step: MachineStep): string {
  if ('waitMs' in step) return `${step.waitMs} ms`;
  const { type, ...rest } = step.event;
  return Object.keys(rest).length === 0 ? type : `${type} ${JSON.stringify(rest)}`;
}

/** Where a path leads, and by which steps. */
export function titleOf(initial: MachinePlace, steps: readonly MachineStep[]): string {
  const { value } = steps.at(-1)?.leadsTo ?? initial;
  const place = typeof value === 'string' ? value : JSON.stringify(value);
  return steps.length === 0
    ? `begins in ${place}`
    : `${steps.map(describeStep).join(' → ')} leads to ${place}`;
}
