import { type GenerativeModel, tensor, validateModel } from '@skein/inference';
import type { AnyStateMachine } from 'xstate';
import { AgentDefinitionError } from '../errors.js';
import type { AgentLifecycle, LifecycleState } from './agent-lifecycle.js';
import { compileLifecycle, type LifecycleTable, type Stage } from './lifecycle-table.js';

/** A way to perceive and plan, of those that a lifecycle changes between: an index. */
export type Variant = number;

/** A lifecycle that holds together: its table, and what its stages mean for inference. */
export interface LifecyclePlan {
  readonly table: LifecycleTable;
  /** What each variant changes of the definition. */
  readonly variants: readonly LifecycleState[];
  /** i32[stage]: the variant of each stage. */
  readonly variantOf: Int32Array;
}

const OPTIONS: readonly (keyof LifecycleState)[] = [
  'model',
  'preferences',
  'horizon',
  'gamma',
  'alpha',
  'sampling',
  'selection',
  'inference',
];

/**
 * Compiles a lifecycle. Stages in which the same states decide have one variant.
 *
 * @throws AgentDefinitionError for a machine that no table can hold, a state that the machine has not, an option that there is not, and
 *   states that can be active side by side and decide on the same
 */
export function planLifecycle<Observed, Machine extends AnyStateMachine>(
  agent: string,
  { machine, states = {}, events = [] }: AgentLifecycle<Observed, Machine>,
): LifecyclePlan {
  const table = compileLifecycle(agent, machine, events);
  const known = new Set(pathsIn(machine.root));
  for (const [path, state] of Object.entries(states)) {
    if (!known.has(path))
      throw new AgentDefinitionError(
        agent,
        `its lifecycle has no state "${path}"`,
        `Use the path of a state: ${[...known].join(', ')}.`,
      );
    for (const option of Object.keys(state))
      if (!OPTIONS.includes(option as keyof LifecycleState))
        throw new AgentDefinitionError(
          agent,
          `state "${path}" of its lifecycle has the option \`${option}\``,
          `Use ${OPTIONS.map((name) => `\`${name}\``).join(', ')}.`,
        );
  }
  const variants: LifecycleState[] = [];
  const numbers = new Map<string, Variant>();
  const variantOf = table.stages.map((stage) => {
    const deciding = stage.active.filter((path) => Object.hasOwn(states, path));
    const key = deciding.join(' ');
    let variant = numbers.get(key);
    if (variant === undefined) {
      variant = variants.push(merged(agent, states, deciding)) - 1;
      numbers.set(key, variant);
    }
    return variant;
  });
  return { table, variants, variantOf: Int32Array.from(variantOf) };
}

function pathsIn(node: AnyStateMachine['root']): string[] {
  return Object.values(node.states).flatMap((child) => [child.path.join('.'), ...pathsIn(child)]);
}

/** What states that are active together decide: an inner one over those around it. */
function merged(
  agent: string,
  states: Readonly<Record<string, LifecycleState>>,
  deciding: Stage['active'],
): LifecycleState {
  for (const [at, path] of deciding.entries())
    for (const other of deciding.slice(at + 1)) {
      if (other.startsWith(`${path}.`)) continue;
      const both = OPTIONS.find((name) => name in states[path]! && name in states[other]!);
      if (both !== undefined)
        throw new AgentDefinitionError(
          agent,
          `states "${path}" and "${other}" of its lifecycle, side by side, both decide on \`${both}\``,
          'Let one of them decide, or a state around both.',
        );
    }
  return deciding.reduce<LifecycleState>((around, path) => {
    const state = states[path]!;
    const inference = { ...around.inference, ...state.inference };
    return { ...around, ...state, ...(Object.keys(inference).length > 0 && { inference }) };
  }, {});
}

/** A model with other preferences. @throws ModelError for such as do not fit */
export function withPreferences(
  model: GenerativeModel,
  preferences: LifecycleState['preferences'],
): GenerativeModel {
  if (preferences === undefined) return model;
  const C = preferences.map((each, modality) => tensor(each, `preferences[${modality}]`));
  const preferring = { ...model, C };
  validateModel(preferring);
  return preferring;
}

/**
 * An agent takes its belief and its last action from one model to another, and what it has learned.
 *
 * @throws AgentDefinitionError for models of which one could not go on where the other was
 */
export function checkAlike(agent: string, models: readonly GenerativeModel[], learns: boolean): void {
  const names = ['stateCounts', 'outcomeCounts', 'actionCounts'] as const;
  const dependencies = ['likelihoodFactors', 'transitionFactors'] as const;
  const [first, ...others] = models;
  for (const { shape } of others)
    for (const name of learns ? [...names, ...dependencies] : names) {
      const [expected, got] = [JSON.stringify(first!.shape[name]), JSON.stringify(shape[name])];
      if (expected !== got)
        throw new AgentDefinitionError(
          agent,
          `in one state of its lifecycle the model has \`${name}\` ${expected}, in another ${got}`,
          'Give all states models of one shape: an agent takes its belief from one to the other.',
        );
    }
}
