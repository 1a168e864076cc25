import { InputError } from '../errors.js';
import { type Counts, checkLearningRate, DEFAULT_LEARNING_RATE } from '../learning/counts.js';
import type { InferenceMemory } from '../memory/inference-memory.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import type { PriorZeros } from '../perception/exact-filter.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../perception/infer-states.js';
import { enumeratePolicies, type Policy } from '../planning/enumerate-policies.js';
import {
  type GoalDistances,
  type GoalDistancesOptions,
  type Goals,
  goalDistances,
} from '../planning/goal-distances.js';
import { INDUCTIVE_EPSILON } from '../planning/inductive-inference.js';
import type { NoveltyForm } from '../planning/parameter-information-gain.js';
import { DEFAULT_GAMMA } from '../planning/policy-posterior.js';
import { DEFAULT_ALPHA } from '../planning/select-action.js';
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

/**
 * Fills in and checks the options.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`, `INFERENCE_POLICY_INVALID`, `INFERENCE_POLICY_COUNT_EXCEEDED`
 */
export function compileSettings(model: GenerativeModel, options: CompileOptions): CompileSettings {
  const policies = options.policies ?? enumeratePolicies(model.shape.actionCounts, options.horizon ?? 1);
  const horizon = policies.reduce((most, policy) => Math.max(most, policy.length), 0);
  const settings: CompileSettings = {
    policies,
    plans: [{ horizon, policies }, ...shorterPlans(model, options, horizon)],
    useUtility: options.useUtility ?? true,
    useStateInformationGain: options.useStateInformationGain ?? true,
    useParameterInformationGain: options.useParameterInformationGain ?? false,
    noveltyForm: options.noveltyForm ?? 'approximate',
    goalDistances:
      options.goals === undefined
        ? null
        : goalDistances(prepareModel(model), options.goals, options.goalOptions ?? {}),
    inductiveEpsilon: options.inductiveEpsilon ?? INDUCTIVE_EPSILON,
    search: options.search ?? null,
    gamma: options.gamma ?? DEFAULT_GAMMA,
    alpha: options.alpha ?? DEFAULT_ALPHA,
    sampling: options.sampling ?? 'marginal',
    selection: options.selection ?? 'deterministic',
    seed: options.seed ?? 0,
    iterationsMax: options.iterationsMax ?? ITERATIONS_MAX,
    freeEnergyTolerance: options.freeEnergyTolerance ?? FREE_ENERGY_TOLERANCE,
    priorZeros: options.priorZeros ?? 'exclude',
    learning: options.learning === undefined ? null : learningSettings(model, options.learning),
    backend: options.backend ?? 'auto',
    form: options.form ?? null,
    prefixTree: options.prefixTree ?? true,
  };
  checkNumbers(settings);
  checkChoices(settings);
  checkPolicies(model, settings);
  return settings;
}

function shorterPlans(
  { shape }: GenerativeModel,
  { shorterHorizons = [], policies }: CompileOptions,
  horizon: number,
): HorizonPolicies[] {
  if (shorterHorizons.length > 0 && policies !== undefined) {
    fail('shorterHorizons', 'none beside `policies`, which have no shorter form', `[${shorterHorizons}]`);
  }
  return shorterHorizons.map((shorter, i) => {
    const longer = shorterHorizons[i - 1] ?? horizon;
    if (!(Number.isInteger(shorter) && shorter >= 1 && shorter < longer)) {
      fail(`shorterHorizons[${i}]`, `at least 1 step, and fewer than the ${longer} before`, shorter);
    }
    return { horizon: shorter, policies: enumeratePolicies(shape.actionCounts, shorter) };
  });
}

function learningSettings(model: GenerativeModel, options: LearningOptions): LearningSettings {
  const { rates = {}, forgetting = 0 } = options;
  const settings = {
    pA: options.pA ?? model.A.map(() => null),
    pB: options.pB ?? model.B.map(() => null),
    pD: options.pD ?? model.D.map(() => null),
    pE: options.pE ?? null,
    rates: {
      A: rates.A ?? DEFAULT_LEARNING_RATE,
      B: rates.B ?? DEFAULT_LEARNING_RATE,
      D: rates.D ?? DEFAULT_LEARNING_RATE,
      E: rates.E ?? DEFAULT_LEARNING_RATE,
    },
    forgetting,
  };
  for (const rate of Object.values(settings.rates)) checkLearningRate(rate);
  if (!(forgetting >= 0 && forgetting <= 1)) fail('forgetting', 'a share from 0 to 1', forgetting);
  return settings;
}

function fail(argument: string, expected: string, got: unknown): never {
  throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
}

function checkNumbers(settings: CompileSettings): void {
  const { gamma, alpha, inductiveEpsilon, seed, iterationsMax, freeEnergyTolerance } = settings;
  if (!(gamma >= 0 && Number.isFinite(gamma))) fail('gamma', 'a finite number of at least 0', gamma);
  if (!(inductiveEpsilon > 0 && inductiveEpsilon <= 1)) {
    fail('inductiveEpsilon', 'a probability above 0', inductiveEpsilon);
  }
  if (!(alpha >= 0 && Number.isFinite(alpha))) fail('alpha', 'a finite number of at least 0', alpha);
  if (!Number.isSafeInteger(seed) || seed < 0) fail('seed', 'an integer in [0, 2^53)', seed);
  if (!Number.isInteger(iterationsMax) || iterationsMax < 1) {
    fail('iterationsMax', 'a count of at least 1', iterationsMax);
  }
  if (!(freeEnergyTolerance >= 0)) fail('freeEnergyTolerance', 'at least 0 nats', freeEnergyTolerance);
}

function checkChoices(settings: CompileSettings): void {
  const choices = {
    noveltyForm: ['approximate', 'exact'],
    sampling: ['marginal', 'full'],
    selection: ['deterministic', 'stochastic'],
    priorZeros: ['exclude', 'epsilon'],
    backend: ['auto', 'simd', 'reference'],
  } as const;
  for (const [name, allowed] of Object.entries(choices)) {
    const got = settings[name as keyof typeof choices];
    if (!(allowed as readonly string[]).includes(got)) fail(name, allowed.join(' or '), got);
  }
}

function checkPolicies(model: GenerativeModel, { policies, learning, search }: CompileSettings): void {
  const { actionCounts } = model.shape;
  if (search !== null && policies.some((policy) => policy.length !== 1)) {
    fail('policies', 'single actions where `search` looks ahead', 'longer ones');
  }
  const invalid = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_POLICY_INVALID', argument, expected, String(got));
  };
  if (policies.length === 0) invalid('policies', 'at least 1 policy', 'none');
  const stepsMax = model.C.reduce(
    (most, { shape }) => Math.min(most, shape[1] ?? most),
    Number.POSITIVE_INFINITY,
  );
  policies.forEach((policy, p) => {
    if (policy.length === 0) invalid(`policies[${p}]`, 'at least 1 step', 'none');
    if (policy.length > stepsMax) {
      invalid(`policies[${p}]`, `at most ${stepsMax} steps, as many as C has`, policy.length);
    }
    policy.forEach((action, step) => {
      if (action.length !== actionCounts.length) {
        invalid(`policies[${p}][${step}]`, `${actionCounts.length} action indices`, action.length);
      }
      actionCounts.forEach((count, f) => {
        const choice = action[f]!;
        if (Number.isInteger(choice) && choice >= 0 && choice < count) return;
        invalid(`policies[${p}][${step}][${f}]`, `an action in [0, ${count})`, choice);
      });
    });
  });
  const habitCount = learning?.pE?.data.length ?? model.E?.length ?? policies.length;
  if (habitCount !== policies.length)
    fail('E', `${policies.length} entries, one for each policy`, habitCount);
}
