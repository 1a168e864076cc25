import { formatTable } from '@skein/cli';
import { fitCosts } from './fit-costs.js';
import { type FormCase, formSpecs, timeForms } from './forms.js';
import { type Effort, timesLonger } from './interleave.js';
import { formatNumber, type Measure, measure, valuesOf } from './measure.js';
import type { PatternSpec } from './patterns.js';

const BENCH = 'forms';
export const CHOICE = 'automatic choice, times the best';

/** Every form that matrices of many sizes and densities can have, and how good the automatic choice among them is. */
export function formChoice(effort: Effort, isQuick: boolean): Measure[] {
  const cases = timeForms(formSpecs(isQuick), effort);
  return [...cases.flatMap(measuresOf), ...fitCosts(cases)];
}

/** A line for each matrix: what was chosen, what it takes, and what would have been best. */
export function formatForms(measures: readonly Measure[]): string {
  const ofForms = measures.filter(({ bench }) => bench === BENCH);
  const models = [...new Set(ofForms.map(({ model }) => model))];
  const columns = [
    { title: 'matrix' },
    { title: 'chosen' },
    { title: 'bytes', align: 'right' },
    { title: 'us/block', align: 'right' },
    { title: 'times less than dense', align: 'right' },
    { title: 'best' },
    { title: 'times the best', align: 'right' },
  ] as const;
  const rows = models.map((model) => {
    const [chosen, memory, ...others] = ofForms.filter((found) => found.model === model);
    const choice = others.find(({ metric }) => metric === CHOICE)!;
    const ratio = chosen!.ratio === null ? '' : formatNumber(chosen!.ratio);
    const figures = [formatNumber(memory!.value), formatNumber(chosen!.value), ratio];
    return [model, chosen!.metric, ...figures, choice.baseline!, formatNumber(choice.value)];
  });
  return `${BENCH}\n\n${formatTable(columns, rows)}`;
}

function measuresOf({ spec, forms }: FormCase): Measure[] {
  const common = { bench: BENCH, model: describe(spec) };
  const chosen = forms[0]!;
  const best = forms.reduce((least, form) => (form.time.median < least.time.median ? form : least));
  const dense = forms.find(({ form }) => form === 'dense');
  return [
    ...forms.flatMap(({ form, time, bytes }) => {
      const comparison =
        dense === undefined || form === 'dense'
          ? {}
          : { baseline: 'dense', ratio: dense.time.median / time.median };
      return [
        measure({ ...common, metric: form, ...valuesOf(time), unit: 'us/block', ...comparison }),
        measure({ ...common, metric: `${form}, memory`, value: bytes, unit: 'bytes' }),
      ];
    }),
    measure({
      ...common,
      metric: CHOICE,
      value: timesLonger(chosen.time, best.time),
      unit: 'times',
      baseline: best.form,
    }),
  ];
}

function describe({ pattern, rows, columns, listed }: PatternSpec): string {
  return `${pattern}, ${rows} x ${columns}, ${Number(((100 * listed) / rows).toPrecision(2))} %`;
}
