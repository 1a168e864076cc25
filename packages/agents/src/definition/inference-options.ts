import type { CompileOptions, LearningOptions } from '@skein/inference';

/** What else a model can be compiled for: see `compileModel`. */
export type AgentInferenceOptions = Pick<
  CompileOptions,
  | 'backend'
  | 'freeEnergyTolerance'
  | 'goalOptions'
  | 'goals'
  | 'inductiveEpsilon'
  | 'iterationsMax'
  | 'noveltyForm'
  | 'policies'
  | 'priorZeros'
  | 'useParameterInformationGain'
  | 'useStateInformationGain'
  | 'useUtility'
>;

/** What a definition says of how its agents plan and learn. */
export interface PlanningOptions extends Pick<CompileOptions, (typeof DIRECT)[number]> {
  readonly inference?: AgentInferenceOptions;
  readonly learning?: LearningOptions;
}

const DIRECT = ['horizon', 'gamma', 'alpha', 'sampling', 'selection', 'learning'] as const;

/** What a model is compiled for; nothing else that `options` may hold. */
export function compileOptionsOf(options: PlanningOptions): CompileOptions {
  const given = DIRECT.filter((name) => options[name] !== undefined);
  return { ...options.inference, ...Object.fromEntries(given.map((name) => [name, options[name]])) };
}
