import { InputError } from '../errors.js';
import { checkLearningRate, DEFAULT_LEARNING_RATE } from '../learning/counts.js';
import { InferenceMemory } from '../memory/inference-memory.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { describe } from '../model/tensor.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../perception/infer-states.js';
import { enumeratePolicies, type Policy } from '../planning/enumerate-policies.js';
import { goalDistances } from '../planning/goal-distances.js';
import { INDUCTIVE_EPSILON } from '../planning/inductive-inference.js';
import { DEFAULT_GAMMA } from '../planning/policy-posterior.js';
import { DEFAULT_ALPHA } from '../planning/select-action.js';
import { checkHorizon } from '../planning/sophisticated-inference.js';
import type {
  CompileOptions,
  CompileSettings,
  HorizonPolicies,
  LearningOptions,
  LearningSettings,
} from './compile-options.js';
import { FORM_CODES } from './form.js';

/**
 * Fills in and checks the options.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`, `INFERENCE_POLICY_INVALID`, `INFERENCE_POLICY_COUNT_EXCEEDED`
 */
export function compileSettings(model: GenerativeModel, options: CompileOptions): CompileSettings {
  checkKinds(options);
  if (options.policies !== undefined) checkPolicyLists(options.policies);
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
  const lists = { pA: options.pA, pB: options.pB, pD: options.pD };
  for (const [name, counts] of Object.entries(lists)) {
    if (counts !== undefined && !Array.isArray(counts))
      fail(`learning.${name}`, 'a list of counts', describe(counts));
  }
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

/** Options that are no lists, objects or flags are refused before anything is read of them. */
function checkKinds(options: CompileOptions): void {
  if (typeof options !== 'object' || options === null) fail('options', 'an object', describe(options));
  const flags = [
    'useUtility',
    'useStateInformationGain',
    'useParameterInformationGain',
    'prefixTree',
  ] as const;
  for (const name of flags) {
    const flag: unknown = options[name];
    if (flag !== undefined && typeof flag !== 'boolean') fail(name, 'true or false', describe(flag));
  }
  for (const name of ['learning', 'search', 'goalOptions'] as const) {
    const group: unknown = options[name];
    if (group !== undefined && (typeof group !== 'object' || group === null))
      fail(name, 'an object', describe(group));
  }
  for (const name of ['goals', 'shorterHorizons'] as const) {
    const list: unknown = options[name];
    if (list !== undefined && !Array.isArray(list)) fail(name, 'a list', describe(list));
  }
  if (options.memory !== undefined && !(options.memory instanceof InferenceMemory)) {
    fail('memory', 'a memory of `createInferenceMemory`', describe(options.memory));
  }
  if (options.form !== undefined && !Object.hasOwn(FORM_CODES, options.form)) {
    fail('form', Object.keys(FORM_CODES).join(' or '), options.form);
  }
}

/** A policy is a list of actions, an action a list of indices, one for each factor. */
function checkPolicyLists(policies: readonly Policy[]): void {
  const invalid = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_POLICY_INVALID', argument, expected, describe(got));
  };
  if (!Array.isArray(policies)) invalid('policies', 'a list of policies', policies);
  policies.forEach((policy, p) => {
    if (!Array.isArray(policy)) invalid(`policies[${p}]`, 'a list of actions', policy);
    policy.forEach((action, step) => {
      const isList = Array.isArray(action) || ArrayBuffer.isView(action);
      if (!isList) invalid(`policies[${p}][${step}]`, 'a list of action indices', action);
    });
  });
}

/** Beyond this a number, times another, may leave single precision. */
const PRECISION_MAX = 1e30;
/** Kernels count in 32 bits. */
const COUNT_END = 2 ** 31;

function checkNumbers(settings: CompileSettings): void {
  const { gamma, alpha, inductiveEpsilon, seed, iterationsMax, freeEnergyTolerance } = settings;
  for (const [name, value] of Object.entries({ gamma, alpha })) {
    if (!(value >= 0 && value <= PRECISION_MAX)) fail(name, `a number in [0, ${PRECISION_MAX}]`, value);
  }
  if (!(inductiveEpsilon > 0 && inductiveEpsilon <= 1)) {
    fail('inductiveEpsilon', 'a probability above 0', inductiveEpsilon);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) fail('seed', 'an integer in [0, 2^53)', seed);
  if (!Number.isInteger(iterationsMax) || iterationsMax < 1 || iterationsMax >= COUNT_END) {
    fail('iterationsMax', 'a count in [1, 2^31)', iterationsMax);
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
  if (search !== null) checkHorizon(search.horizon);
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
