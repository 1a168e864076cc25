/**
 * What JavaScript lays out in memory and kernels read: structures of 32-bit words, in the order of their fields.
 * Every field is a count, an offset or an address (bytes; 0 means absent); `src/kernels/structs.ts` writes them.
 */

/** How a linear map is stored; see `linear-map.ts`. */
export namespace Form {
  export const DENSE: i32 = 0;
  export const SPARSE: i32 = 1;
  export const BACKGROUND: i32 = 2;
  export const ONE_HOT: i32 = 3;
  export const GATHER: i32 = 4;
  export const IDENTITY: i32 = 5;
  export const NOISY_GATHER: i32 = 6;
}

/** A matrix `[rows, columns]` that beliefs are pushed through: A, or B under one action. */
@unmanaged
export class LinearMap {
  form: i32;
  rows: i32;
  columns: i32;
  /** i32[rows + 1], entries of each row; absent: one entry a row. */
  starts: usize;
  /** i32[entries], column of each entry, times 16; absent: the entry of row r stands in column r. */
  indices: usize;
  /** f32[rows, columns] when dense, else f32[entries]; absent: every entry is 1. */
  values: usize;
  /** f32[rows], the value of what is not listed; absent: 0. */
  background: usize;
  /** f32[entries], value less background; present with a background. */
  deltas: usize;
  /** `ln(values + 1e-16)`, in the layout of `values`; present where perception needs it. */
  logValues: usize;
  /** f32[rows], `ln(background + 1e-16)`; present with `logValues`, unless dense. */
  logBackground: usize;
}

/**
 * A tensor that agents learn: where the parts of an agent's own block begin, in bytes. A block holds Dirichlet
 * counts for the entries that the tensor lists, and what follows from them.
 */
@unmanaged
export class Learned {
  /** Entries, padded to whole vectors, count. */
  entryCount: i32;
  /** f32[entryCount] */
  counts: i32;
  /** f32[entryCount], counts divided by the sum of their column. */
  values: i32;
  /** f32[entryCount], what one more count would teach, nats; 0: not asked for. */
  novelty: i32;
  /** f32[entryCount], `ln(values + 1e-16)`. */
  logs: i32;
  /** f32[steps, columns], as `Modality.gains`. */
  gains: i32;
  /** The block that agents share until they learn, with the prior counts. */
  shared: usize;
  /** Weight of one experience, count. */
  rate: f32;
  /** Share of what was learned that is kept at each experience. */
  kept: f32;
}

/** A hidden-state factor. */
@unmanaged
export class Factor {
  stateCount: i32;
  /** Where its states begin among those of all factors. */
  stateOffset: i32;
  actionCount: i32;
  /** u32[actionCount], the LinearMap of each action, over the joint states of the parents. */
  transitions: usize;
  parentCount: i32;
  /** i32[parentCount], the factors that its transition depends on. */
  parents: usize;
  /** Learned, when agents learn the transition; its entries are those of all actions. */
  learned: usize;
  /** i32[actionCount + 1], where the entries of each action begin. */
  actionStarts: usize;
}

/** An observation modality. */
@unmanaged
export class Modality {
  outcomeCount: i32;
  likelihood: usize;
  factorCount: i32;
  /** i32[factorCount], the factors it depends on, in the order of the axes. */
  factors: usize;
  /** Joint states of those factors, count. */
  jointCount: i32;
  /** f32[steps, jointCount], expected utility less ambiguity of each joint state, nats. */
  gains: usize;
  /** Bytes from one step's gains to the next; 0 when preferences do not change over time. */
  gainStride: i32;
  /** Learned, when agents learn the likelihood. */
  learned: usize;
  /** f32[steps, outcomeCount], ln softmax(C), nats; absent when preferences do not count. */
  logPreference: usize;
  /** Steps of the preferences, count. */
  stepCount: i32;
  /** Whether information about states counts. */
  useInformation: i32;
}

/** Modalities that depend on the same factors: what they say adds up in one table. */
@unmanaged
export class Group {
  modalityCount: i32;
  /** i32[modalityCount] */
  modalities: usize;
  factorCount: i32;
  /** i32[factorCount] */
  factors: usize;
  jointCount: i32;
  /** Where its table begins, in rows of `Workspace.tables`. */
  tableOffset: i32;
}

@unmanaged
export class Model {
  factorCount: i32;
  modalityCount: i32;
  /** States of all factors, count. */
  stateTotal: i32;
  factors: usize;
  modalities: usize;
  groupCount: i32;
  groups: usize;
  /** Mean-field sweeps at most, count. */
  iterationsMax: i32;
  /** Change of free energy that ends the sweeps, nats. */
  freeEnergyTolerance: f32;
  /** What a prior of 0 counts as: 0, which excludes the state, or 1e-16. */
  priorEpsilon: f32;
}

/** The policies under evaluation and how to choose among them. */
@unmanaged
export class Plan {
  nodeCount: i32;
  /** The tree, depth-first; see `plan.ts` for the words of a node. */
  nodes: usize;
  policyCount: i32;
  depthMax: i32;
  /** Whether the entropy of predicted outcomes counts. */
  useInformation: i32;
  gamma: f32;
  /** f32[policyCount], ln E, nats; absent: uniform. */
  logHabit: usize;
  /** i32[policyCount, factorCount], the first action of each policy. */
  firstActions: usize;
  /** 0: each factor's marginal; 1: a whole policy. */
  sampling: i32;
  /** 0: the most probable; 1: at random. */
  selection: i32;
  alpha: f32;
  seedLow: u32;
  seedHigh: u32;
  /** Policies of plans before this one, count. */
  policyStart: i32;
  /** Whether what outcomes teach about learned parameters counts. */
  useNovelty: i32;
  /** u32[factorCount], i32[stateCount] of each factor with a goal: moves to it, -1: out of reach; absent: no goals. */
  goalDistances: usize;
  /** What straying from the way to the goal costs, ln epsilon, nats. */
  logStray: f32;
}

/** How beliefs are compressed; see `belief-store.ts`. */
@unmanaged
export class Compression {
  /** States of a factor that are listed at most, count. */
  slotCount: i32;
  /** States less probable than this are not listed, probability. */
  threshold: f32;
  /** Bytes of an agent's record. */
  recordBytes: i32;
  /** f32[entries of a batch], the mass that was spread evenly, probability. */
  spread: usize;
}

/** What is kept of every agent. */
@unmanaged
export class Population {
  /** f32[capacity / 4][stateTotal][4], or records; see `belief-store.ts`. */
  beliefs: usize;
  /** i32[capacity, factorCount], what each did last; -1: nothing yet. */
  lastActions: usize;
  /** u32[capacity], choices made so far. */
  steps: usize;
  /** u32[capacity], who draws. */
  keys: usize;
  /** As `beliefs`, from before the last inference; absent unless transitions are learned. */
  previous: usize;
  /** u32[modalityCount] of u32[capacity], each agent's own block of a learned likelihood; absent: not learned. */
  ownLikelihoods: usize;
  /** u32[factorCount] of u32[capacity], each agent's own block of a learned transition; absent: not learned. */
  ownTransitions: usize;
  /** Compression; absent: beliefs are kept as they are. */
  compression: usize;
  /** i32[capacity, 2], the policy each is on, counted over all plans, and steps taken of it; absent: not kept. */
  courses: usize;
}

/** One call's agents, what they observed and what comes of it. */
@unmanaged
export class Batch {
  /** Entries that fit, count: the stride of the columns below. */
  capacity: i32;
  /** i32[capacity], lane of each entry. */
  lanes: usize;
  /** i32[modalityCount, capacity], outcome; -1: not observed; -2: see `weights`. */
  outcomes: usize;
  /** u32[modalityCount], f32[capacity, outcomeCount] of each: a distribution over outcomes; absent: none. */
  weights: usize;
  /** i32[capacity], 0: fine; 1: not decided here; 2 and above: set by JavaScript. */
  status: usize;
  /** f32[capacity], variational free energy, nats. */
  freeEnergy: usize;
  /** i32[capacity], sweeps run. */
  iterations: usize;
  /** i32[factorCount, capacity], the action chosen. */
  actions: usize;
  /** f32[capacity, policyCount], G, nats; absent: not kept. */
  expectedFreeEnergy: usize;
  /** f32[capacity, policyCount], probability; absent: not kept. */
  policyPosterior: usize;
}

/** Scratch blocks; every length is in rows. */
@unmanaged
export class Workspace {
  /** [stateTotal] */
  prior: usize;
  /** [stateTotal] */
  posterior: usize;
  /** [stateTotal] */
  logPrior: usize;
  /** [stateTotal] */
  message: usize;
  /** [joint states of all groups] */
  tables: usize;
  /** [largest joint] */
  joint: usize;
  /** [largest joint] */
  scratch: usize;
  /** [depthMax + 1][stateTotal] */
  beliefs: usize;
  /** [largest outcome count] */
  outcomes: usize;
  /** [depthMax + 1][modalityCount + factorCount], of each modality, then of each factor */
  terms: usize;
  /** [depthMax + 1] */
  sums: usize;
  /** [policyCount] */
  policies: usize;
  /** [largest action count] */
  actions: usize;
  /** [factorCount], i32: how near its goal each agent means to be, moves; -1: it sees no way */
  moves: usize;
  /** [1], u32: the blocks of four agents */
  own: usize;
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function word(base: usize, index: i32): i32 {
  return load<i32>(base + (<usize>index << 2));
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function factorAt(model: Model, index: i32): Factor {
  return changetype<Factor>(model.factors + <usize>index * offsetof<Factor>());
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function modalityAt(model: Model, index: i32): Modality {
  return changetype<Modality>(model.modalities + <usize>index * offsetof<Modality>());
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function groupAt(model: Model, index: i32): Group {
  return changetype<Group>(model.groups + <usize>index * offsetof<Group>());
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function transitionOf(factor: Factor, action: i32): LinearMap {
  return changetype<LinearMap>(<usize>word(factor.transitions, action));
}

// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function likelihoodOf(modality: Modality): LinearMap {
  return changetype<LinearMap>(modality.likelihood);
}

/** An agent's own block of a learned tensor, 0 when the tensor is not learned. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function ownBlock(columns: usize, tensor: i32, lane: i32): usize {
  const column = <usize>word(columns, tensor);
  return column ? <usize>word(column, lane) : 0;
}
