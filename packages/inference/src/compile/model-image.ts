import {
  factorWords,
  groupWords,
  modalityWords,
  modelWords,
  type WorkspaceRows,
} from '../kernels/structs.js';
import type { Counts } from '../learning/counts.js';
import { LOG_EPSILON } from '../math/safe-log.js';
import { logSoftmaxColumns } from '../math/softmax.js';
import { Image, type Part } from '../memory/image.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import type { CompileSettings } from './compile-options.js';
import { withoutIdleFactors } from './dependencies.js';
import type { MapReport } from './explanation.js';
import { type Form, possibleForms } from './form.js';
import { expectedGains } from './gains.js';
import { addLearned, type LearnedPart, type LearnedUse } from './learned-image.js';
import { addMap } from './map-image.js';
import { countMatrices, likelihoodMatrix, type Matrix, transitionMatrices } from './matrix.js';
import { addPlan, type PlanPart } from './plan-image.js';

/** A compiled model before it stands in memory. */
export interface ModelImage {
  readonly image: Image;
  readonly model: Part;
  /** One for each of `CompileSettings.plans`. */
  readonly plans: readonly PlanPart[];
  readonly workspace: WorkspaceRows;
  readonly maps: readonly MapReport[];
  readonly learned: {
    readonly likelihoods: readonly (LearnedPart | null)[];
    readonly transitions: readonly (LearnedPart | null)[];
    /** The tables of `Modality` and `Factor` structures. */
    readonly modalities: Part;
    readonly factors: Part;
  };
}

interface CompiledModality {
  readonly factors: readonly number[];
  readonly jointCount: number;
  readonly likelihood: Part;
  readonly gains: Part;
  readonly gainStride: number;
  readonly learned: LearnedPart | null;
  readonly logPreference: Part | null;
  readonly stepCount: number;
  readonly useInformation: boolean;
}

interface CompiledFactor {
  readonly transitions: readonly Part[];
  readonly learned: LearnedPart | null;
}

/** Chooses a form for every matrix and lays out all that kernels read. */
export function modelImage(model: GenerativeModel, settings: CompileSettings): ModelImage {
  const image = new Image();
  const maps: MapReport[] = [];
  const { stateCounts, outcomeCounts, transitionFactors } = model.shape;
  const isMeanField = stateCounts.length > 1;
  const addBest: AddMatrix = (matrix, tensor, action, wanted) => {
    const forms = possibleForms(matrix);
    const chosen = forms.find(({ form }) => form === (wanted ?? settings.form)) ?? forms[0]!;
    const before = image.bytes;
    const part = addMap(image, matrix, chosen.form, isMeanField && action === null);
    maps.push({
      tensor,
      action,
      form: chosen.form,
      rows: matrix.rowCount,
      columns: matrix.columnCount,
      listed: matrix.values.length,
      bytes: image.bytes - before,
      cost: chosen.cost,
      alternatives: forms,
    });
    return part;
  };
  const modalities = compileModalities(model, settings, image, addBest);
  const transitions = compileTransitions(model, settings, image, addBest);
  const offsets = stateCounts.map((_, f) => sum(stateCounts.slice(0, f)));
  const factors = image.add(
    stateCounts.flatMap((stateCount, f) =>
      factorWords({
        stateCount,
        stateOffset: offsets[f]!,
        actionCount: model.shape.actionCounts[f]!,
        transitions: image.add(transitions[f]!.transitions),
        parentCount: transitionFactors[f]!.length,
        parents: image.add(Int32Array.from(transitionFactors[f]!)),
        learned: transitions[f]!.learned?.part ?? null,
        actionStarts: image.add(Int32Array.from(transitions[f]!.learned?.layout.starts ?? [])),
      }),
    ),
  );
  const modalityTable = image.add(
    modalities.flatMap((modality, m) =>
      modalityWords({
        ...modality,
        learned: modality.learned?.part ?? null,
        outcomeCount: outcomeCounts[m]!,
        factorCount: modality.factors.length,
        factors: image.add(Int32Array.from(modality.factors)),
      }),
    ),
  );
  const groups = groupByFactors(modalities);
  let tableRows = 0;
  const groupTable = image.add(
    groups.flatMap(({ factors, members, jointCount }) => {
      const tableOffset = tableRows;
      tableRows += jointCount;
      return groupWords({
        modalityCount: members.length,
        modalities: image.add(Int32Array.from(members)),
        factorCount: factors.length,
        factors: image.add(Int32Array.from(factors)),
        jointCount,
        tableOffset,
      });
    }),
  );
  const modelPart = image.add(
    modelWords({
      factorCount: stateCounts.length,
      modalityCount: outcomeCounts.length,
      stateTotal: sum(stateCounts),
      factors,
      modalities: modalityTable,
      groupCount: groups.length,
      groups: groupTable,
      iterationsMax: settings.iterationsMax,
      freeEnergyTolerance: settings.freeEnergyTolerance,
      priorEpsilon: settings.priorZeros === 'epsilon' ? LOG_EPSILON : 0,
    }),
  );
  let policyStart = 0;
  const plans = settings.plans.map(({ policies }, i) => {
    const plan = addPlan(
      image,
      policies,
      modalities.map((modality) => modality.factors),
      {
        ...settings,
        policyStart,
        E: i === 0 ? model.E : null,
        useInformation: settings.useStateInformationGain,
        useNovelty: settings.useParameterInformationGain,
      },
    );
    policyStart += policies.length;
    return plan;
  });
  const parentJoints = transitionFactors.map((parents) => product(parents.map((f) => stateCounts[f]!)));
  const jointMax = Math.max(
    2,
    ...modalities.map(({ jointCount }) => jointCount),
    ...parentJoints,
    ...stateCounts,
  );
  // The first plan is the largest: the others have every policy of fewer steps.
  const depthMax = settings.plans[0]!.horizon;
  const stateTotal = sum(stateCounts);
  const workspace: WorkspaceRows = {
    prior: stateTotal,
    posterior: stateTotal,
    logPrior: stateTotal,
    message: stateTotal,
    tables: tableRows,
    joint: jointMax,
    scratch: jointMax,
    beliefs: (depthMax + 1) * stateTotal,
    outcomes: Math.max(2, ...outcomeCounts),
    terms: (depthMax + 1) * (outcomeCounts.length + stateCounts.length),
    sums: depthMax + 1,
    policies: settings.policies.length,
    actions: Math.max(...model.shape.actionCounts),
    moves: stateCounts.length,
    own: 1,
  };
  return {
    image,
    model: modelPart,
    plans,
    workspace,
    maps,
    learned: {
      likelihoods: modalities.map(({ learned }) => learned),
      transitions: transitions.map(({ learned }) => learned),
      modalities: modalityTable,
      factors,
    },
  };
}

/** Adds a matrix in the cheapest form, or in one that is asked for. */
type AddMatrix = (matrix: Matrix, tensor: string, action: number | null, form?: Form) => Part;

function compileModalities(
  model: GenerativeModel,
  settings: CompileSettings,
  image: Image,
  add: AddMatrix,
): CompiledModality[] {
  const { stateCounts, likelihoodFactors } = model.shape;
  const terms = { utility: settings.useUtility, stateInformation: settings.useStateInformationGain };
  // Modalities of one tensor over equally many factors differ in the factors only: the matrix is compiled once.
  const compiled = shared(model.A, (source, m) => {
    const axes = likelihoodFactors[m]!.map((_, axis) => axis);
    if (isLearned(settings.learning?.pA, m)) {
      const matrix = countMatrices(source, 1)[0]!;
      return { matrix, part: add(matrix, `A[${m}]`, null, 'sparse'), axes };
    }
    const kept = withoutIdleFactors(source, axes);
    const matrix = likelihoodMatrix(kept.tensor);
    return { matrix, part: add(matrix, `A[${m}]`, null), axes: kept.factors };
  });
  return model.A.map((_, m) => {
    const { matrix, part, axes } = compiled[m]!;
    const factors = axes.map((axis) => likelihoodFactors[m]![axis]!);
    const logPreference = logSoftmaxColumns(model.C[m]!);
    const stepCount = logPreference.shape[1] ?? 1;
    const gains = expectedGains(matrix, logPreference, terms);
    const counts = settings.learning?.pA[m] ?? null;
    return {
      factors,
      jointCount: product(factors.map((f) => stateCounts[f]!)),
      likelihood: part,
      gains: image.add(gains),
      gainStride: stepCount > 1 ? 4 * matrix.columnCount : 0,
      learned: counts === null ? null : learnedPart(image, counts, 1, gains.length, useOf(settings, 'A')),
      logPreference: settings.useUtility ? image.add(transposed(logPreference)) : null,
      stepCount,
      useInformation: settings.useStateInformationGain,
    };
  });
}

function compileTransitions(
  model: GenerativeModel,
  settings: CompileSettings,
  image: Image,
  add: AddMatrix,
): CompiledFactor[] {
  const maps = shared(model.B, (source, f) => {
    const isOwn = isLearned(settings.learning?.pB, f);
    const matrices = isOwn ? countMatrices(source, source.shape.at(-1)!) : transitionMatrices(source);
    return matrices.map((matrix, action) => add(matrix, `B[${f}]`, action, isOwn ? 'sparse' : undefined));
  });
  return maps.map((transitions, f) => {
    const counts = settings.learning?.pB[f] ?? null;
    const learned =
      counts === null ? null : learnedPart(image, counts, transitions.length, 0, useOf(settings, 'B'));
    return { transitions, learned };
  });
}

const isLearned = (counts: Counts<ModelTensor> | undefined, index: number): boolean =>
  (counts?.[index] ?? null) !== null;

const useOf = ({ learning, useParameterInformationGain }: CompileSettings, kind: 'A' | 'B'): LearnedUse => ({
  rate: learning!.rates[kind],
  forgetting: learning!.forgetting,
  useNovelty: useParameterInformationGain,
});

function learnedPart(
  image: Image,
  counts: ModelTensor,
  matrixCount: number,
  gainCount: number,
  use: LearnedUse,
): LearnedPart {
  return addLearned(image, countMatrices(counts, matrixCount), gainCount, use);
}

/** `[O, steps]` as f32[steps, O]. */
function transposed({ shape, data }: Tensor): Float32Array {
  const stepCount = shape[1] ?? 1;
  const outcomeCount = shape[0]!;
  return Float32Array.from(
    data,
    (_, i) => data[(i % outcomeCount) * stepCount + Math.floor(i / outcomeCount)]!,
  );
}

/** Works out something once for each distinct tensor of a list. */
function shared<R>(tensors: readonly ModelTensor[], derive: (tensor: ModelTensor, index: number) => R): R[] {
  const derived = new Map<ModelTensor, R>();
  return tensors.map((tensor, index) => {
    const known = derived.get(tensor) ?? derive(tensor, index);
    derived.set(tensor, known);
    return known;
  });
}

interface FactorGroup {
  readonly factors: readonly number[];
  readonly members: number[];
  readonly jointCount: number;
}

function groupByFactors(modalities: readonly CompiledModality[]): FactorGroup[] {
  const groups = new Map<string, FactorGroup>();
  modalities.forEach(({ factors, jointCount }, m) => {
    const group = groups.get(factors.join()) ?? { factors, members: [], jointCount };
    group.members.push(m);
    groups.set(factors.join(), group);
  });
  return [...groups.values()];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const product = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);
