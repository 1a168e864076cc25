import { InvalidOptionError } from '../../errors.js';
import { cut, describeOperation, describeValue, printable } from './describe-operation.js';
import { endOf, type Operation } from './operation.js';
import { drawHistory, LEGEND, type Marks } from './picture.js';
import type { Counterexample, Placement, Verdict } from './verdict.js';

/** How wide a text is unless told otherwise, cells. */
const WIDTH = 80;

/** The narrowest text that still says something, cells. */
const WIDTH_MIN = 40;

/** Operations beyond which a history is not drawn whole, count. */
const DRAWN_MAX = 100;

/** Lines of a list, count; of an order these are its last. */
const LISTED_MAX = 12;

/** How a verdict is shown. */
export interface FormatHistoryOptions {
  /** The most cells a line may have, at least 40; default 80. A character counts as one cell. */
  readonly width?: number;
}

/**
 * A verdict as text for a terminal: what it is, the operations as spans on the axis of time with one line a process,
 * and why no order explains them, or one that does. Of a long history it draws what matters.
 *
 * @throws InvalidOptionError
 * @example
 * const verdict = checkLinearizability(history.operations(), register);
 * if (verdict.outcome !== 'linearizable') console.log(formatHistory(verdict, { width: 100 }));
 * // Not linearizable: read → 1 of b, from 5 to 6.
 * //
 * // a  ├{ write: 1 }┤╞{ write: 2 }╡
 * // b                              ┣read → 1┫
 * //
 * // ┣━┫ failed  ╞═╡ contradict each other  ╌ never returned
 * // ...
 */
export function formatHistory<State, Input, Output>(
  verdict: Verdict<State, Input, Output>,
  options: FormatHistoryOptions = {},
): string {
  const { width = WIDTH } = options;
  if (!(width >= WIDTH_MIN)) throw new InvalidOptionError('width', width, `at least ${WIDTH_MIN}`);
  const sections = sectionsOf(verdict, width).filter((lines) => lines.length > 0);
  return sections.map((lines) => lines.map((line) => cut(line, width)).join('\n')).join('\n\n');
}

function sectionsOf<State, Input, Output>(verdict: Verdict<State, Input, Output>, width: number): string[][] {
  const { outcome, history, configurations } = verdict;
  switch (outcome) {
    case 'linearizable':
      return [
        [`Linearizable: ${count(history.length, 'operation')}, ${count(configurations, 'configuration')}.`],
        drawFirstThatFits([history], { parts: [] }, width),
        ...verdict.linearizations.map(({ key, order }) => [`An order${ofPart(key)}:`, ...listOrder(order)]),
      ];
    case 'not-linearizable':
      return explanation(verdict.counterexample, width);
    case 'unknown':
      return [
        [
          `Unknown${ofPart(verdict.key)}: it takes more than ${count(verdict.configurationsMax, 'configuration')}.`,
        ],
        drawFirstThatFits([verdict.operations], { parts: [] }, width),
      ];
  }
}

function explanation<State, Input, Output>(
  counterexample: Counterexample<State, Input, Output>,
  width: number,
): string[][] {
  const { key, failed, prefix, refused, smallest, isSmallest, operations, state } = counterexample;
  const near = operations.filter(
    (each) =>
      smallest.includes(each as never) ||
      (each.calledAt <= failed.returnedAt && endOf(each) >= failed.calledAt),
  );
  const drawn = drawFirstThatFits([operations, near, smallest, [failed]], { failed, parts: smallest }, width);
  return [
    [
      `Not linearizable${ofPart(key)}: ${describeOperation(failed)} of ${nameOf(failed)}, ${timesOf(failed)}.`,
    ],
    drawn,
    [LEGEND, ...(isSmallest ? [] : ['Fewer operations may contradict each other: the bound was reached.'])],
    ['An order of all that returned before:', ...listOrder(prefix)],
    [
      `Next, in state ${describeValue(state)}, cannot be:`,
      ...list(
        refused,
        ({ operation, why }) => `${describeOperation(operation)} of ${nameOf(operation)}: ${printable(why)}`,
      ),
    ],
  ];
}

/** The picture of the first selection that is narrow enough, and how many operations it leaves out. */
function drawFirstThatFits(
  selections: readonly (readonly Operation<unknown, unknown>[])[],
  marks: Marks,
  width: number,
): string[] {
  const whole = selections[0]!.length;
  for (const selection of selections) {
    const picture = selection.length > DRAWN_MAX ? undefined : drawHistory(selection, marks, width);
    if (picture === undefined) continue;
    const left = whole - selection.length;
    return left === 0 ? picture : [...picture, `(without ${count(left, 'other operation')})`];
  }
  return [];
}

/** The last steps of an order, numbered. */
function listOrder<State>(order: readonly Placement<State, unknown, unknown>[]): string[] {
  if (order.length === 0) return ['  (nothing)'];
  const skipped = Math.max(0, order.length - LISTED_MAX);
  const steps = order.slice(skipped).map(({ operation, state }, i) => {
    const what = `${describeOperation(operation)} of ${nameOf(operation)}`;
    return `  ${skipped + i + 1}. ${what}; state ${describeValue(state)}`;
  });
  return skipped === 0 ? steps : [`  (${count(skipped, 'step')} before)`, ...steps];
}

function list<Item>(items: readonly Item[], describe: (item: Item) => string): string[] {
  const lines = items.slice(0, LISTED_MAX).map((item) => `  ${describe(item)}`);
  const left = items.length - lines.length;
  return left === 0 ? lines : [...lines, `  (and ${left} more)`];
}

function nameOf({ process }: Operation<unknown, unknown>): string {
  return printable(String(process));
}

function timesOf(operation: Operation<unknown, unknown>): string {
  return `from ${operation.calledAt} to ${endOf(operation)}`;
}

function ofPart(key: string | number | undefined): string {
  return key === undefined ? '' : ` in part ${describeValue(key)}`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
