import type { Counts } from '../learning/counts.js';
import type { InferenceMemory } from '../memory/inference-memory.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import type { PriorZeros } from '../perception/exact-filter.js';
import type { Policy } from '../planning/enumerate-policies.js';
import type { GoalDistances, GoalDistancesOptions, Goals } from '../planning/goal-distances.js';
import type { NoveltyForm } from '../planning/parameter-information-gain.js';
import type { SophisticatedInferenceOptions } from '../planning/sophisticated-inference.js';
import type { Form } from './form.js';

/** What agents learn while they act, and how. A count of exactly 0 never learns. */
export interface LearningOptions {
  /** Prior Dirichlet counts of A; null for a modality that is not learned. Default: none is. */
  readonly pA?: Counts<ModelTensor>;
  /** Prior Dirichlet counts of B; null for a factor that is not learned. Default: none is. */
  readonly pB?: Counts<ModelTensor>;
  /** Prior Dirichlet counts of D, learned at the first step of an episode; null for a factor that is not. */
  readonly pD?: Counts;
  /** Prior Dirichlet counts of E, `[policy]`. Default: habits are not learned. */
  readonly pE?: Tensor;
  /** Weight of one experience, count, at least 0. Default 1 each. */
  readonly rates?: { readonly A?: number; readonly B?: number; readonly D?: number; readonly E?: number };
  /** Share of what was learned that is forgotten before each experience, in [0, 1]. Default 0. */
  readonly forgetting?: number;
}

/** `LearningOptions` with every default filled in. */
export interface LearningSettings {
  readonly pA: Counts<ModelTensor>;
  readonly pB: Counts<ModelTensor>;
  readonly pD: Counts;
  readonly pE: Tensor | null;
  readonly rates: { readonly A: number; readonly B: number; readonly D: number; readonly E: number };
  readonly forgetting: number;
}

/** What agents of a model will be asked to do, decided once for all of them. */
export interface CompileOptions {
  /** Where the tables go. Default: a memory of their own. */
  readonly memory?: InferenceMemory;
  /** Steps of the policies under evaluation, all of which are enumerated; count. Default 1. */
  readonly horizon?: number;
  /** The policies under evaluation, `[policy][step][factor]`, instead of all of one length. */
  readonly policies?: readonly Policy[];
  /**
   * Shorter horizons that agents may be planned with when time is short (`DeadlineStepper`), longest first; count.
   * Their policies are enumerated too; a habit E is one over the policies of the full horizon only. Default: none.
   */
  readonly shorterHorizons?: readonly number[];
  /** Count preferences. Default true. */
  readonly useUtility?: boolean;
  /** Count what outcomes reveal about states. Default true. */
  readonly useStateInformationGain?: boolean;
  /** Count what outcomes teach about the A and B that are learned. Default false. */
  readonly useParameterInformationGain?: boolean;
  /** How that is worked out; `exact` is only in the reference. Default `approximate`. */
  readonly noveltyForm?: NoveltyForm;
  /** Where agents want to be: straying from the ways there costs. The ways are those of the model given. Default: nowhere. */
  readonly goals?: Goals;
  /** Which moves count on a way to the goal. */
  readonly goalOptions?: GoalDistancesOptions;
  /** How improbable it is to stray from the ways to the goal, in (0, 1], probability. Default 1e-3. */
  readonly inductiveEpsilon?: number;
  /**
   * Search ahead by what will have been seen by then, instead of evaluating policies of fixed actions; `policies` are
   * then single actions. Only in the reference. Default: do not.
   */
  readonly search?: SearchOptions;
  /** Precision of policies, dimensionless. Default 16. */
  readonly gamma?: number;
  /** Precision of a stochastic choice, dimensionless. Default 16. */
  readonly alpha?: number;
  /** Choose each factor's action on its own, or a policy. Default `marginal`. */
  readonly sampling?: 'marginal' | 'full';
  /** Choose the most probable, or at random. Default `deterministic`. */
  readonly selection?: 'deterministic' | 'stochastic';
  /** Seed of random choices, an integer in [0, 2^53). Default 0. */
  readonly seed?: number;
  /** Mean-field sweeps at most, count. Default 10. */
  readonly iterationsMax?: number;
  /** Change of free energy that ends the sweeps, nats. Default 0.001. */
  readonly freeEnergyTolerance?: number;
  /** How a prior of exactly 0 is read. Default `exclude`. */
  readonly priorZeros?: PriorZeros;
  /** What agents learn. The model's A, B and D are then those that the counts lead one to expect. Default: nothing. */
  readonly learning?: LearningOptions;
  /**
   * Which code runs: `simd`, many agents at once in single precision; `reference`, one by one in double precision;
   * `auto`, the first unless something asked for is only in the second. Default `auto`.
   */
  readonly backend?: 'auto' | Backend;
  /** Store matrices in this form wherever they can have it, instead of the cheapest. For measurements. */
  readonly form?: Form;
  /** Evaluate policies that begin alike together. Default true; false is for measurements. */
  readonly prefixTree?: boolean;
}

/** How far and how thoroughly to search; see `sophisticatedInference`. */
export type SearchOptions = Pick<
  SophisticatedInferenceOptions,
  'horizon' | 'actionThreshold' | 'outcomeThreshold' | 'prunePenalty' | 'nodeCountMax'
>;

/** The code that runs a compiled model. */
export type Backend = 'simd' | 'reference';

/** Policies that are evaluated together. */
export interface HorizonPolicies {
  /** Steps of the longest of them, count. */
  readonly horizon: number;
  readonly policies: readonly Policy[];
}

/** `CompileOptions` with every default filled in, but for where the tables go. */
export interface CompileSettings {
  readonly policies: readonly Policy[];
  /** `policies`, then those of each shorter horizon; longest horizon first. */
  readonly plans: readonly HorizonPolicies[];
  readonly useUtility: boolean;
  readonly useStateInformationGain: boolean;
  readonly useParameterInformationGain: boolean;
  readonly noveltyForm: NoveltyForm;
  readonly goalDistances: GoalDistances | null;
  readonly inductiveEpsilon: number;
  readonly search: SearchOptions | null;
  readonly gamma: number;
  readonly alpha: number;
  readonly sampling: 'marginal' | 'full';
  readonly selection: 'deterministic' | 'stochastic';
  readonly seed: number;
  readonly iterationsMax: number;
  readonly freeEnergyTolerance: number;
  readonly priorZeros: PriorZeros;
  readonly learning: LearningSettings | null;
  readonly backend: 'auto' | Backend;
  readonly form: Form | null;
  readonly prefixTree: boolean;
}
