import type { GenerativeModel } from '../model/generative-model.js';
import type { Backend, CompileSettings, HorizonPolicies } from './compile-options.js';
import type { Form, FormCost } from './form.js';

/** What was chosen for one matrix. */
export interface MapReport {
  /** The tensor as the model calls it, e.g. `B[0]`. */
  readonly tensor: string;
  /** The action, for a transition. */
  readonly action: number | null;
  readonly form: Form;
  readonly rows: number;
  readonly columns: number;
  /** Entries that stand out from zero or their row's background, count. */
  readonly listed: number;
  /** Bytes in memory, with logarithms where perception needs them. */
  readonly bytes: number;
  /** Expected time of one application, in multiply-and-adds of the dense kernel on four lanes. */
  readonly cost: number;
  /** Every form it could have had, cheapest first. */
  readonly alternatives: readonly FormCost[];
}

/** What evaluating the policies of one horizon takes. */
export interface PlanReport {
  /** Steps of the longest policy, count. */
  readonly horizon: number;
  readonly policyCount: number;
  /** Steps evaluated for all policies, count; without sharing it would be `stepCount`. */
  readonly nodeCount: number;
  readonly stepCount: number;
}

/** How a model was compiled, and why. `String(explanation)` is a table. */
export interface Explanation {
  readonly backend: Backend;
  /** Why the reference runs, one sentence each; empty for `simd`. */
  readonly reasons: readonly string[];
  readonly maps: readonly MapReport[];
  /** Bytes of all tables in memory. */
  readonly bytes: number;
  /** Bytes that A and B would take dense, in single precision. */
  readonly denseBytes: number;
  /** The policies of the full horizon. */
  readonly policyCount: number;
  /** Steps evaluated for them, count; without sharing it would be `stepCount`. */
  readonly nodeCount: number;
  readonly stepCount: number;
  /** The full horizon, then the shorter ones. */
  readonly plans: readonly PlanReport[];
  /** Bytes of belief an agent adds. */
  readonly beliefBytes: number;
  /** A table that a person can read. */
  toString(): string;
}

/** The explanation as a table that a person can read. */
export function formatExplanation(explanation: Omit<Explanation, 'toString'>): string {
  const { backend, reasons, maps, bytes, denseBytes, plans } = explanation;
  const header = ['tensor', 'form', 'shape', 'listed', 'bytes', 'cost', 'dense cost'];
  const rows = maps.map((map) => [
    map.action === null ? map.tensor : `${map.tensor} action ${map.action}`,
    map.form,
    `${map.rows} x ${map.columns}`,
    `${percent(map.listed, map.rows * map.columns)}`,
    map.bytes.toLocaleString('en'),
    Math.round(map.cost).toLocaleString('en'),
    Math.round(map.alternatives.find(({ form }) => form === 'dense')!.cost).toLocaleString('en'),
  ]);
  const table = alignColumns([header, ...rows]);
  const lines = [
    `backend ${backend}`,
    ...reasons.map((reason) => `  ${reason}`),
    ...(maps.length > 0 ? ['', ...table, ''] : []),
    ...(maps.length > 0
      ? [`tables ${bytes.toLocaleString('en')} bytes; A and B dense ${denseBytes.toLocaleString('en')} bytes`]
      : []),
    ...plans.map((plan, i) => (i === 0 ? '' : `horizon ${plan.horizon}: `) + formatPlan(plan)),
  ];
  return lines.join('\n');
}

function formatPlan({ policyCount, nodeCount, stepCount }: PlanReport): string {
  const [policies, nodes, steps] = [policyCount, nodeCount, stepCount].map((count) =>
    count.toLocaleString('en'),
  );
  return `${policies} policies: ${nodes} steps evaluated of ${steps}`;
}

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return `${share >= 10 || share === 0 ? share.toFixed(0) : share.toPrecision(2)} %`;
}

/** Text left, numbers right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * Puts together how a model was compiled.
 *
 * @param nodeCounts steps that are evaluated for the policies of each plan, count
 */
export function explain(
  model: GenerativeModel,
  settings: CompileSettings,
  backend: Backend,
  reasons: readonly string[],
  maps: readonly MapReport[],
  bytes: number,
  nodeCounts: readonly number[],
): Explanation {
  const elements = [...new Set([...model.A, ...model.B])].map(({ shape }) =>
    shape.reduce((n, length) => n * length, 1),
  );
  const bytesEach = backend === 'simd' ? 4 : 8;
  const plans = settings.plans.map((plan, i) => ({
    horizon: plan.horizon,
    policyCount: plan.policies.length,
    nodeCount: nodeCounts[i]!,
    stepCount: stepCountOf(plan),
  }));
  const { policyCount, nodeCount, stepCount } = plans[0]!;
  const explanation = {
    backend,
    reasons,
    maps,
    bytes,
    denseBytes: 4 * elements.reduce((total, count) => total + count, 0),
    policyCount,
    nodeCount,
    stepCount,
    plans,
    beliefBytes: bytesEach * model.shape.stateCounts.reduce((total, count) => total + count, 0),
  };
  return { ...explanation, toString: () => formatExplanation(explanation) };
}

/** Steps of all policies of a plan, count. */
export const stepCountOf = ({ policies }: HorizonPolicies): number =>
  policies.reduce((steps, policy) => steps + policy.length, 0);
