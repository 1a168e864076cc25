export { compileModel } from './compile/compile-model.js';
export type {
  Backend,
  CompileOptions,
  CompileSettings,
  HorizonPolicies,
  LearningOptions,
  LearningSettings,
  SearchOptions,
} from './compile/compile-options.js';
export { attachCompiledModel, CompiledModel, type SharedCompiledModel } from './compile/compiled-model.js';
export type { Explanation, MapReport, PlanReport } from './compile/explanation.js';
export type { Form, FormCost } from './compile/form.js';
export {
  ImpossibleObservationError,
  InferenceError,
  InputError,
  type InputErrorCode,
  KernelsMissingError,
  ModelError,
  type ModelErrorCode,
  type ModelErrorDetails,
  PopulationError,
  type PopulationErrorCode,
} from './errors.js';
export {
  type CountReduction,
  type ModelReduction,
  type ReduceCountsInput,
  reduceCounts,
  reduceModel,
} from './learning/bayesian-model-reduction.js';
export { type Counts, DEFAULT_LEARNING_RATE } from './learning/counts.js';
export { expectedModel, type LearnedCounts } from './learning/expected-model.js';
export { type ForgetCountsInput, forgetCounts } from './learning/forget-counts.js';
export { type LearnHabitInput, learnHabit } from './learning/learn-habit.js';
export { type LearnLikelihoodInput, learnLikelihood } from './learning/learn-likelihood.js';
export { type LearnPriorInput, learnPrior } from './learning/learn-prior.js';
export { type LearnTransitionInput, learnTransition } from './learning/learn-transition.js';
export { argmax } from './math/argmax.js';
export { digamma } from './math/digamma.js';
export { columnEntropies, entropy } from './math/entropy.js';
export { klDivergence } from './math/kl-divergence.js';
export { logBeta, logGamma } from './math/log-gamma.js';
export { logSumExp } from './math/log-sum-exp.js';
export { normalizeColumns } from './math/normalize.js';
export { LOG_EPSILON, safeLog, safeLogs } from './math/safe-log.js';
export { type CategoricalDraw, sampleCategorical } from './math/sample-categorical.js';
export { logSoftmax, softmax, softmaxColumns } from './math/softmax.js';
export {
  contract,
  expectation,
  type JointSupport,
  jointSupport,
  outerProduct,
} from './math/tensor-contraction.js';
export {
  attachInferenceMemory,
  createInferenceMemory,
  InferenceMemory,
  type InferenceMemoryOptions,
  type SharedInferenceMemory,
} from './memory/inference-memory.js';
export { SPARSE_AXIS_MAX } from './model/check-sparse-tensor.js';
export { defineModel, type GenerativeModel, type ModelSpec } from './model/generative-model.js';
export { likelihoodShape, type ModelShape, transitionShape } from './model/model-shape.js';
export { type PreparedModel, prepareModel } from './model/prepare-model.js';
export type { RowIndex, SparseColumns } from './model/sparse-columns.js';
export {
  entryAt,
  isSparse,
  type ModelTensor,
  type SparseTensor,
  type SparseTensorSpec,
  sparseFromDense,
  sparseTensor,
  toDense,
} from './model/sparse-tensor.js';
export {
  ELEMENT_COUNT_MAX,
  type NestedNumbers,
  type Tensor,
  type TensorInput,
  tensor,
  toNested,
} from './model/tensor.js';
export { NORMALIZATION_TOLERANCE, type ValidateModelOptions, validateModel } from './model/validate-model.js';
export type { Environment } from './models/environment.js';
export {
  type Cell,
  cellAt,
  cellIndex,
  GRID_ACTIONS,
  type GridWorld,
  type GridWorldOptions,
  gridWorld,
} from './models/grid-world.js';
export {
  T_MAZE_CONTEXTS,
  T_MAZE_LOCATIONS,
  T_MAZE_REWARDS,
  type TMaze,
  type TMazeOptions,
  tMaze,
} from './models/t-maze.js';
export { BELIEF_TOLERANCE, type Beliefs } from './perception/beliefs.js';
export { type Evidence, type Observation, readEvidence } from './perception/evidence.js';
export { exactFilter, type PriorZeros } from './perception/exact-filter.js';
export {
  FREE_ENERGY_TOLERANCE,
  type InferStatesInput,
  ITERATIONS_MAX,
  inferStates,
} from './perception/infer-states.js';
export { isPossible } from './perception/is-possible.js';
export { logLikelihoodMessage } from './perception/log-likelihood-message.js';
export {
  type MarginalMessagePassingInput,
  marginalMessagePassing,
  WINDOW_ITERATIONS,
  WINDOW_STEP_SIZE,
  type WindowPosterior,
  type WindowUpdate,
  type WindowVariant,
} from './perception/marginal-message-passing.js';
export { type MeanFieldOptions, meanField, type StatePosterior } from './perception/mean-field.js';
export { predictOutcomes } from './perception/predict-outcomes.js';
export { type Action, predictStates } from './perception/predict-states.js';
export { type SmoothedStates, type SmoothStatesInput, smoothStates } from './perception/smooth-states.js';
export { accuracy, complexity, variationalFreeEnergy } from './perception/variational-free-energy.js';
export type { ObservationSequence } from './perception/window.js';
export { JOINT_STATE_COUNT_MAX } from './perception/window-messages.js';
export { actionMarginals } from './planning/action-marginals.js';
export {
  type EnumeratePoliciesOptions,
  enumeratePolicies,
  POLICY_COUNT_MAX,
  type Policy,
} from './planning/enumerate-policies.js';
export { type ExpectedFreeEnergy, expectedFreeEnergy } from './planning/expected-free-energy.js';
export {
  type GoalDistances,
  type GoalDistancesOptions,
  type Goals,
  goalDistances,
  MOVE_THRESHOLD,
} from './planning/goal-distances.js';
export { INDUCTIVE_EPSILON, inductiveUtility, movesLeft } from './planning/inductive-inference.js';
export { type NoveltyForm, noveltyWeights } from './planning/parameter-information-gain.js';
export type { EfeTerms, ExpectedFreeEnergyOptions } from './planning/policy-point.js';
export { DEFAULT_GAMMA, type PolicyPosteriorOptions, policyPosterior } from './planning/policy-posterior.js';
export { nodeAction, type PolicyTree, policyTree } from './planning/policy-tree.js';
export { DEFAULT_ALPHA, type SelectActionInput, selectAction, sharpen } from './planning/select-action.js';
export {
  NODE_COUNT_MAX,
  PRUNE_PENALTY,
  PRUNE_THRESHOLD,
  SEARCH_HORIZON_MAX,
  type SophisticatedInferenceOptions,
  type SophisticatedPlan,
  sophisticatedInference,
} from './planning/sophisticated-inference.js';
export { jointStateInformationGain } from './planning/state-information-gain.js';
export { createPopulation } from './population/create-population.js';
export {
  CARRIED_ON,
  type DeadlineReport,
  DeadlineStepper,
  type DeadlineStepperOptions,
  NOT_PLANNED,
} from './population/deadline.js';
export type { DeadlineRule } from './population/deadline-rule.js';
export {
  type AddAgentOptions,
  AGENT_STATUS,
  type AgentFailure,
  type AgentHandle,
  type BatchReport,
  type BatchResults,
  CAPACITY_MAX,
  type CompressionOptions,
  NO_ACTION,
  NOT_OBSERVED,
  type Population,
  type PopulationBatch,
  type PopulationOptions,
  SOFT_OUTCOME,
} from './population/population.js';
