import {
  factorWords,
  groupWords,
  modalityWords,
  modelWords,
  type WorkspaceRows,
} from '../kernels/structs.js';
import { LOG_EPSILON } from '../math/safe-log.js';
import { logSoftmaxColumns } from '../math/softmax.js';
import { Image, type Part } from '../memory/image.js';
import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { CompileSettings } from './compile-options.js';
import { withoutIdleFactors } from './dependencies.js';
import type { MapReport } from './explanation.js';
import { possibleForms } from './form.js';
import { expectedGains } from './gains.js';
import { addMap } from './map-image.js';
import { likelihoodMatrix, type Matrix, transitionMatrices } from './matrix.js';
import { addPlan, type PlanPart } from './plan-image.js';

/** A compiled model before it stands in memory. */
export interface ModelImage {
  readonly image: Image;
  readonly model: Part;
  readonly plan: PlanPart;
  readonly workspace: WorkspaceRows;
  readonly maps: readonly MapReport[];
}

interface CompiledModality {
  readonly factors: readonly number[];
  readonly jointCount: number;
  readonly likelihood: Part;
  readonly gains: Part;
  readonly gainStride: number;
}

/** Chooses a form for every matrix and lays out all that kernels read. */
export function modelImage(model: GenerativeModel, settings: CompileSettings): ModelImage {
  const image = new Image();
  const maps: MapReport[] = [];
  const { stateCounts, outcomeCounts, transitionFactors } = model.shape;
  const addBest = (matrix: Matrix, tensor: string, action: number | null, withLogs = false): Part => {
    const forms = possibleForms(matrix);
    const chosen = forms.find(({ form }) => form === settings.form) ?? forms[0]!;
    const before = image.bytes;
    const part = addMap(image, matrix, chosen.form, withLogs);
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
  const isMeanField = stateCounts.length > 1;
  const modalities = compileModalities(model, settings, image, (matrix, m) =>
    addBest(matrix, `A[${m}]`, null, isMeanField),
  );
  const transitions = shared(model.B, (source, f) =>
    transitionMatrices(source).map((matrix, action) => addBest(matrix, `B[${f}]`, action)),
  );
  const offsets = stateCounts.map((_, f) => sum(stateCounts.slice(0, f)));
  const factors = image.add(
    stateCounts.flatMap((stateCount, f) =>
      factorWords({
        stateCount,
        stateOffset: offsets[f]!,
        actionCount: model.shape.actionCounts[f]!,
        transitions: image.add(transitions[f]!),
        parentCount: transitionFactors[f]!.length,
        parents: image.add(Int32Array.from(transitionFactors[f]!)),
      }),
    ),
  );
  const modalityTable = image.add(
    modalities.flatMap((modality, m) =>
      modalityWords({
        ...modality,
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
  const plan = addPlan(
    image,
    settings.policies,
    modalities.map((modality) => modality.factors),
    {
      ...settings,
      E: model.E,
      useInformation: settings.useStateInformationGain,
    },
  );
  const parentJoints = transitionFactors.map((parents) => product(parents.map((f) => stateCounts[f]!)));
  const jointMax = Math.max(
    2,
    ...modalities.map(({ jointCount }) => jointCount),
    ...parentJoints,
    ...stateCounts,
  );
  const depthMax = Math.max(...settings.policies.map((policy) => policy.length));
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
    terms: (depthMax + 1) * outcomeCounts.length,
    sums: depthMax + 1,
    policies: settings.policies.length,
    actions: Math.max(...model.shape.actionCounts),
  };
  return { image, model: modelPart, plan, workspace, maps };
}

function compileModalities(
  model: GenerativeModel,
  settings: CompileSettings,
  image: Image,
  add: (matrix: Matrix, modality: number) => Part,
): CompiledModality[] {
  const { stateCounts, likelihoodFactors } = model.shape;
  const terms = { utility: settings.useUtility, stateInformation: settings.useStateInformationGain };
  // Modalities of one tensor over equally many factors differ in the factors only: the matrix is compiled once.
  const compiled = shared(model.A, (source, m) => {
    const kept = withoutIdleFactors(
      source,
      likelihoodFactors[m]!.map((_, axis) => axis),
    );
    const matrix = likelihoodMatrix(kept.tensor);
    return { matrix, part: add(matrix, m), axes: kept.factors };
  });
  return model.A.map((_, m) => {
    const { matrix, part, axes } = compiled[m]!;
    const factors = axes.map((axis) => likelihoodFactors[m]![axis]!);
    const logPreference = logSoftmaxColumns(model.C[m]!);
    return {
      factors,
      jointCount: product(factors.map((f) => stateCounts[f]!)),
      likelihood: part,
      gains: image.add(expectedGains(matrix, logPreference, terms)),
      gainStride: logPreference.shape.length > 1 ? 4 * matrix.columnCount : 0,
    };
  });
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
