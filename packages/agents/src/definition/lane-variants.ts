import type { CompileOptions, GenerativeModel } from '@skein/inference';
import type { AnyStateMachine } from 'xstate';
import type { MindSetup } from '../agent/mind.js';
import { AgentDefinitionError } from '../errors.js';
import type { AgentLifecycle, LifecycleState, LifecycleView } from '../lifecycle/agent-lifecycle.js';
import { LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import { checkAlike, planLifecycle, withPreferences } from '../lifecycle/lifecycle-variants.js';
import { compileOptionsOf, type PlanningOptions } from './inference-options.js';

/** The parts of a definition that say by what models its agents perceive and plan. */
export interface VariantSpec<Observed, Machine extends AnyStateMachine> extends PlanningOptions {
  readonly name: string;
  readonly model: GenerativeModel | ((setup: MindSetup) => GenerativeModel);
  readonly lifecycle?: AgentLifecycle<Observed, Machine>;
}

/** A model, and what it is compiled for. */
export interface ModelVariant {
  readonly model: GenerativeModel;
  readonly options: CompileOptions;
}

/** By what models the agents of a definition perceive and plan, and when by which. */
export interface LaneVariants {
  /** Undefined where there is one model and no lifecycle. */
  readonly lifecycle: LaneLifecycle | undefined;
  /** At least one: lives begin by the first. @throws AgentDefinitionError for models of which one could not go on where another was */
  readonly variantsOf: (setup: MindSetup) => readonly ModelVariant[];
}

/** @throws AgentDefinitionError for a lifecycle that does not hold together; ModelError for preferences that do not fit the model */
export function laneVariants<Observed, Machine extends AnyStateMachine>(
  spec: VariantSpec<Observed, Machine>,
): LaneVariants {
  const { name, lifecycle } = spec;
  if (lifecycle === undefined) {
    const options = compileOptionsOf(spec);
    return { lifecycle, variantsOf: (setup) => [{ model: modelOf(spec.model, setup), options }] };
  }
  const plan = planLifecycle(name, lifecycle);
  const sources = plan.variants.map((state) => sourceOf(spec, state));
  const models = (setup: MindSetup | undefined): readonly GenerativeModel[] => {
    const made = sources.map(({ model, preferences }) => withPreferences(modelOf(model, setup), preferences));
    checkAlike(name, made, spec.learning !== undefined);
    return made;
  };
  const fixed = sources.every(({ model }) => typeof model !== 'function') ? models(undefined) : undefined;
  return {
    lifecycle: new LaneLifecycle(name, plan, lifecycle.event as (view: LifecycleView) => string | undefined),
    variantsOf: (setup) => {
      const all = fixed ?? models(setup);
      return sources.map(({ options }, variant) => ({ model: all[variant]!, options }));
    },
  };
}

type Model = VariantSpec<never, AnyStateMachine>['model'];

function modelOf(model: Model, setup: MindSetup | undefined): GenerativeModel {
  return typeof model === 'function' ? model(setup!) : model;
}

function sourceOf<Observed, Machine extends AnyStateMachine>(
  spec: VariantSpec<Observed, Machine>,
  state: LifecycleState,
): { model: Model; preferences: LifecycleState['preferences']; options: CompileOptions } {
  const isOtherPolicies = state.horizon !== undefined || state.inference?.policies !== undefined;
  if (spec.learning?.pE !== undefined && isOtherPolicies)
    throw new AgentDefinitionError(
      spec.name,
      'its lifecycle changes the policies, and habits of them are learned',
      'Leave `pE` out of `learning`, or the horizon and policies out of the states.',
    );
  const inference = { ...spec.inference, ...state.inference };
  return {
    model: state.model ?? spec.model,
    preferences: state.preferences,
    options: compileOptionsOf({ ...spec, ...state, inference }),
  };
}
