/** What every error of this package carries: a stable code to match on and a remedy in the imperative. */
export abstract class InferenceError extends Error {
  abstract readonly code: string;
  abstract readonly remedy: string;
}

/** Which rule a model breaks. */
export type ModelErrorCode =
  | 'INFERENCE_SHAPE_MISMATCH'
  | 'INFERENCE_NOT_NORMALIZED'
  | 'INFERENCE_NEGATIVE'
  | 'INFERENCE_NOT_FINITE'
  | 'INFERENCE_DEPENDENCY_INVALID'
  | 'INFERENCE_SPARSE_INVALID'
  | 'INFERENCE_TENSOR_TOO_LARGE'
  | 'INFERENCE_NOT_LEARNABLE';

const MODEL_REMEDIES: Readonly<Record<ModelErrorCode, string>> = {
  INFERENCE_SHAPE_MISMATCH:
    'Give the tensor the expected shape; axes are outcome or next state first, action last.',
  INFERENCE_NOT_NORMALIZED: 'Divide the column by its sum, or give it at least one positive entry.',
  INFERENCE_NEGATIVE: 'Replace the entry with a probability or a count of at least 0.',
  INFERENCE_NOT_FINITE: 'Replace the entry with a finite number.',
  INFERENCE_DEPENDENCY_INVALID: 'List each factor once, by an index that the model has.',
  INFERENCE_SPARSE_INVALID:
    'Build the tensor with `sparseTensor`: entries column by column, rows ascending, each once.',
  INFERENCE_TENSOR_TOO_LARGE: 'Use a sparse tensor, or fewer states, outcomes and actions.',
  INFERENCE_NOT_LEARNABLE:
    'Count in the form of the tensor; make one with a background dense, or list all entries that may learn.',
};

/** What was found wrong, where, and what stood there: the fields of a `ModelError`. */
export interface ModelErrorDetails {
  /** The offending tensor or list as the specification calls it, e.g. `A[1]`. */
  readonly tensor: string;
  /** Position inside the tensor, outermost axis first; for a column, its indices without the summed axis. */
  readonly index?: readonly number[];
  readonly expected: string;
  readonly got: string;
}

/** A generative model, or a tensor meant for one, breaks a rule of its shape or of probability. */
export class ModelError extends InferenceError {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  readonly remedy: string;
  readonly tensor: string;
  readonly index: readonly number[];
  readonly expected: string;
  readonly got: string;

  constructor(code: ModelErrorCode, details: ModelErrorDetails, options?: ErrorOptions) {
    const index = details.index ?? [];
    const where = index.length === 0 ? details.tensor : `${details.tensor} at [${index.join(', ')}]`;
    super(`${where}: expected ${details.expected}, got ${details.got}`, options);
    this.code = code;
    this.remedy = MODEL_REMEDIES[code];
    this.tensor = details.tensor;
    this.index = index;
    this.expected = details.expected;
    this.got = details.got;
  }
}

/** What is wrong with an argument. */
export type InputErrorCode =
  | 'INFERENCE_OBSERVATION_INVALID'
  | 'INFERENCE_BELIEF_INVALID'
  | 'INFERENCE_POLICY_INVALID'
  | 'INFERENCE_POLICY_COUNT_EXCEEDED'
  | 'INFERENCE_SEARCH_EXCEEDED'
  | 'INFERENCE_GOAL_COUPLED'
  | 'INFERENCE_OPTION_INVALID'
  | 'INFERENCE_MODEL_UNSUITED';

const INPUT_REMEDIES: Readonly<Record<InputErrorCode, string>> = {
  INFERENCE_OBSERVATION_INVALID:
    'Pass, for every modality, an outcome index, a distribution over its outcomes, or null.',
  INFERENCE_BELIEF_INVALID: 'Pass one probability distribution over the states of each factor.',
  INFERENCE_POLICY_INVALID: 'Pass policies of at least one step, with one valid action index a factor.',
  INFERENCE_POLICY_COUNT_EXCEEDED: 'Shorten the policies, list fewer of them, or raise `policyCountMax`.',
  INFERENCE_SEARCH_EXCEEDED: 'Shorten the horizon, raise the thresholds of pruning, or raise `nodeCountMax`.',
  INFERENCE_GOAL_COUPLED:
    'Give goals to factors that move by themselves, or join the coupled factors into one.',
  INFERENCE_OPTION_INVALID: 'Pass an option within the range that its documentation states.',
  INFERENCE_MODEL_UNSUITED: 'Pass a model of the kind that the function is for, or use one for yours.',
};

/** An argument of a call does not fit the model it is used with. */
export class InputError extends InferenceError {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;
  readonly remedy: string;
  /** The offending argument, with its index where it has one, e.g. `observations[2]`. */
  readonly argument: string;
  readonly expected: string;
  readonly got: string;

  constructor(code: InputErrorCode, argument: string, expected: string, got: string) {
    super(`${argument}: expected ${expected}, got ${got}`);
    this.code = code;
    this.remedy = INPUT_REMEDIES[code];
    this.argument = argument;
    this.expected = expected;
    this.got = got;
  }
}

/**
 * No joint state that the prior allows could have produced the observation: prior x likelihood is
 * exactly 0 everywhere. The agent's model is wrong about its world; no belief follows from it.
 */
export class ImpossibleObservationError extends InferenceError {
  override readonly name = 'ImpossibleObservationError';
  readonly code = 'INFERENCE_IMPOSSIBLE_OBSERVATION';
  readonly remedy =
    'Check the observation; give the states or outcomes the model excludes a small probability in A, B or D.';
  /** What was observed, by modality: an outcome index, a distribution, or null for a missing one. */
  readonly observations: readonly (number | readonly number[] | null)[];
  readonly modalityNames: readonly string[];
  /** The prior of each factor, probability; in a sequence, what the time points before left possible. */
  readonly prior: readonly (readonly number[])[];
  /** The time point in a sequence of observations, from 0; null for an observation by itself. */
  readonly time: number | null;

  constructor(
    observations: readonly (number | readonly number[] | null)[],
    modalityNames: readonly string[],
    prior: readonly (readonly number[])[],
    time: number | null = null,
  ) {
    const seen = observations.map((outcome, m) => `${modalityNames[m]} = ${describeOutcome(outcome)}`);
    const allowed = prior.map((belief, f) => `factor ${f}: ${describeSupport(belief)}`);
    const when = time === null ? '' : ` at time point ${time}`;
    super(
      `impossible observation${when} (${seen.join(', ')}) under a prior that allows ${allowed.join('; ')}`,
    );
    this.observations = observations;
    this.modalityNames = modalityNames;
    this.prior = prior;
    this.time = time;
  }
}

function describeOutcome(outcome: number | readonly number[] | null): string {
  if (outcome === null) return 'missing';
  return typeof outcome === 'number' ? String(outcome) : `[${outcome.join(', ')}]`;
}

/** A message stays readable when a factor has hundreds of states. */
const STATES_SHOWN_MAX = 8;

function describeSupport(belief: readonly number[]): string {
  const states = belief.flatMap((probability, state) => (probability > 0 ? [state] : []));
  if (states.length === belief.length) return `all ${states.length} states`;
  const shown = states.slice(0, STATES_SHOWN_MAX).join(', ');
  return states.length > STATES_SHOWN_MAX
    ? `states ${shown} and ${states.length - STATES_SHOWN_MAX} more`
    : `states ${shown}`;
}

/** What went wrong with a population or the memory it lives in. */
export type PopulationErrorCode =
  | 'INFERENCE_POPULATION_FULL'
  | 'INFERENCE_AGENT_UNKNOWN'
  | 'INFERENCE_PLAN_NOT_FINITE'
  | 'INFERENCE_MEMORY_EXHAUSTED'
  | 'INFERENCE_DISPOSED';

const POPULATION_REMEDIES: Readonly<Record<PopulationErrorCode, string>> = {
  INFERENCE_POPULATION_FULL: 'Create the population with a larger `capacity`, or remove agents first.',
  INFERENCE_AGENT_UNKNOWN: 'Use the handle that `add` returned, and none after `remove`.',
  INFERENCE_PLAN_NOT_FINITE: 'Bring preferences, counts and precision to an ordinary size.',
  INFERENCE_MEMORY_EXHAUSTED: 'Raise `bytesMax`, dispose of what is not used, or compile sparser models.',
  INFERENCE_DISPOSED: 'Keep the object until its last use is over; it was disposed of before.',
};

/** A population, or the memory of compiled models, cannot do what it was asked. */
export class PopulationError extends InferenceError {
  override readonly name = 'PopulationError';
  readonly code: PopulationErrorCode;
  readonly remedy: string;
  readonly expected: string;
  readonly got: string;

  constructor(code: PopulationErrorCode, subject: string, expected: string, got: string) {
    super(`${subject}: expected ${expected}, got ${got}`);
    this.code = code;
    this.remedy = POPULATION_REMEDIES[code];
    this.expected = expected;
    this.got = got;
  }
}

/** The SIMD kernels are not where they are kept. In a checkout the build makes them; a package brings them along. */
export class KernelsMissingError extends InferenceError {
  override readonly name = 'KernelsMissingError';
  readonly code = 'INFERENCE_KERNELS_MISSING';
  readonly remedy =
    'Run `npm run build` in a checkout; elsewhere install the package again, and let no bundler move it.';
  /** Where they were looked for, a URL. */
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(`no compiled kernels at ${file}: run \`npm run build\``, options);
    this.file = file;
  }
}
