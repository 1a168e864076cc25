import type { Part, Word } from '../memory/image.js';

/**
 * The structures that kernels read, as JavaScript writes them: words in the order of the fields of the classes of
 * the same names in `wasm/assembly/structs.ts`, where each field is explained. An address may be null for "absent".
 */

type Address = Part | number | null;

export interface LinearMapFields {
  readonly form: number;
  readonly rows: number;
  readonly columns: number;
  readonly starts: Address;
  readonly indices: Address;
  readonly values: Address;
  readonly background: Address;
  readonly deltas: Address;
  readonly logValues: Address;
  readonly logBackground: Address;
}

export const linearMapWords = (m: LinearMapFields): Word[] => [
  ...[m.form, m.rows, m.columns],
  ...[m.starts, m.indices, m.values, m.background, m.deltas, m.logValues, m.logBackground],
];

export interface FactorFields {
  readonly stateCount: number;
  readonly stateOffset: number;
  readonly actionCount: number;
  readonly transitions: Address;
  readonly parentCount: number;
  readonly parents: Address;
  readonly learned: Address;
  readonly actionStarts: Address;
}

export const factorWords = (f: FactorFields): Word[] => [
  f.stateCount,
  f.stateOffset,
  f.actionCount,
  f.transitions,
  f.parentCount,
  f.parents,
  f.learned,
  f.actionStarts,
];

export interface LearnedFields {
  readonly entryCount: number;
  readonly counts: number;
  readonly values: number;
  readonly novelty: number;
  readonly logs: number;
  readonly gains: number;
  readonly shared: Address;
  readonly rate: number;
  readonly kept: number;
}

export const learnedWords = (l: LearnedFields): Word[] => [
  ...[l.entryCount, l.counts, l.values, l.novelty, l.logs, l.gains],
  ...[l.shared, { float: l.rate }, { float: l.kept }],
];

export interface ModalityFields {
  readonly outcomeCount: number;
  readonly likelihood: Address;
  readonly factorCount: number;
  readonly factors: Address;
  readonly jointCount: number;
  readonly gains: Address;
  readonly gainStride: number;
  readonly learned: Address;
  readonly logPreference: Address;
  readonly stepCount: number;
  readonly useInformation: boolean;
}

export const modalityWords = (m: ModalityFields): Word[] => [
  m.outcomeCount,
  m.likelihood,
  m.factorCount,
  m.factors,
  m.jointCount,
  m.gains,
  m.gainStride,
  m.learned,
  m.logPreference,
  m.stepCount,
  Number(m.useInformation),
];

/** Words of a modality or a factor: how far one stands from the next in their tables. */
export const MODALITY_WORDS = 11;
export const FACTOR_WORDS = 8;

export interface GroupFields {
  readonly modalityCount: number;
  readonly modalities: Address;
  readonly factorCount: number;
  readonly factors: Address;
  readonly jointCount: number;
  readonly tableOffset: number;
}

export const groupWords = (g: GroupFields): Word[] => [
  g.modalityCount,
  g.modalities,
  g.factorCount,
  g.factors,
  g.jointCount,
  g.tableOffset,
];

export interface ModelFields {
  readonly factorCount: number;
  readonly modalityCount: number;
  readonly stateTotal: number;
  readonly factors: Address;
  readonly modalities: Address;
  readonly groupCount: number;
  readonly groups: Address;
  readonly iterationsMax: number;
  readonly freeEnergyTolerance: number;
  readonly priorEpsilon: number;
}

export const modelWords = (m: ModelFields): Word[] => [
  ...[m.factorCount, m.modalityCount, m.stateTotal, m.factors, m.modalities, m.groupCount, m.groups],
  ...[m.iterationsMax, { float: m.freeEnergyTolerance }, { float: m.priorEpsilon }],
];

export interface PlanFields {
  readonly nodeCount: number;
  readonly nodes: Address;
  readonly policyCount: number;
  readonly depthMax: number;
  readonly useInformation: boolean;
  readonly gamma: number;
  readonly logHabit: Address;
  readonly firstActions: Address;
  readonly samplesPolicies: boolean;
  readonly isStochastic: boolean;
  readonly alpha: number;
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly policyStart: number;
  readonly useNovelty: boolean;
  readonly goalDistances: Address;
  readonly logStray: number;
}

export const planWords = (p: PlanFields): Word[] => [
  ...[p.nodeCount, p.nodes, p.policyCount, p.depthMax, Number(p.useInformation)],
  ...[{ float: p.gamma }, p.logHabit, p.firstActions],
  ...[Number(p.samplesPolicies), Number(p.isStochastic), { float: p.alpha }, p.seedLow, p.seedHigh],
  ...[p.policyStart, Number(p.useNovelty), p.goalDistances, { float: p.logStray }],
];

export interface PopulationFields {
  readonly beliefs: number;
  readonly lastActions: number;
  readonly steps: number;
  readonly keys: number;
  readonly previous: number;
  readonly ownLikelihoods: number;
  readonly ownTransitions: number;
  readonly compression: number;
  readonly courses: number;
}

export const populationWords = (p: PopulationFields): number[] => [
  ...[p.beliefs, p.lastActions, p.steps, p.keys],
  ...[p.previous, p.ownLikelihoods, p.ownTransitions, p.compression, p.courses],
];

/** Words of a population. */
export const POPULATION_WORDS = 9;

export interface CompressionFields {
  readonly slotCount: number;
  readonly threshold: number;
  readonly recordBytes: number;
  readonly spread: number;
}

export const compressionWords = (c: CompressionFields): Word[] => [
  c.slotCount,
  { float: c.threshold },
  c.recordBytes,
  c.spread,
];

export interface BatchFields {
  readonly capacity: number;
  readonly lanes: number;
  readonly outcomes: number;
  readonly weights: number;
  readonly status: number;
  readonly freeEnergy: number;
  readonly iterations: number;
  readonly actions: number;
  readonly expectedFreeEnergy: number;
  readonly policyPosterior: number;
}

export const batchWords = (b: BatchFields): number[] => [
  ...[b.capacity, b.lanes, b.outcomes, b.weights, b.status, b.freeEnergy, b.iterations],
  ...[b.actions, b.expectedFreeEnergy, b.policyPosterior],
];

/** Words of a batch. */
export const BATCH_WORDS = 10;

/** The blocks of a workspace, in order, with the number of rows each needs. */
export interface WorkspaceRows {
  readonly prior: number;
  readonly posterior: number;
  readonly logPrior: number;
  readonly message: number;
  readonly tables: number;
  readonly joint: number;
  readonly scratch: number;
  readonly beliefs: number;
  readonly outcomes: number;
  readonly terms: number;
  readonly sums: number;
  readonly policies: number;
  readonly actions: number;
  readonly moves: number;
  readonly own: number;
}

export const workspaceRows = (w: WorkspaceRows): number[] => [
  ...[w.prior, w.posterior, w.logPrior, w.message, w.tables, w.joint, w.scratch],
  ...[w.beliefs, w.outcomes, w.terms, w.sums, w.policies, w.actions, w.moves, w.own],
];
