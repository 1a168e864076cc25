import { InvalidOptionError } from '../../errors.js';
import { checkHistory } from './check-history.js';
import { explain, replay } from './counterexample.js';
import type { Operation } from './operation.js';
import { search } from './search.js';
import type { SequentialModel } from './sequential-model.js';
import { StateSpace } from './state-space.js';
import { createTimeline, NEVER } from './timeline.js';
import type { Linearization, UnknownVerdict, Verdict } from './verdict.js';

/** Configurations that a check may come to unless told otherwise, count. */
const CONFIGURATIONS_MAX = 1_000_000;

/** How a check is done. */
export interface LinearizabilityOptions {
  /**
   * Configurations (sets of operations and the state they led to) that the search may come to, count; default
   * 1 000 000. Beyond, the verdict is `unknown`. A history of n operations takes n at least; each takes a few
   * microseconds and some 100 bytes. As many again may be spent on finding the smallest history that fails.
   */
  readonly configurationsMax?: number;
}

/**
 * Decides whether a history is linearizable: whether its operations could have taken effect one after another as
 * the model says, each at one moment between its call and its return. Deciding it is NP-complete; what keeps it
 * cheap is that few operations overlap, and a `partition` of the model.
 *
 * Of several parts the shortest is checked first; the first that fails is the verdict. A part that takes too many
 * configurations makes it `unknown` unless another fails.
 *
 * @throws InvalidHistoryError if the history cannot have been
 * @throws InvalidOptionError if an option is out of range, the model changes a state in place, or its states
 *   cannot be told apart
 * @example
 * const history = createHistoryRecorder<'read' | { write: number }, number | undefined>();
 * await Promise.all(
 *   clients.map((client) => history.record(client, 'read', () => ref.ask({ type: 'read' }))),
 * );
 * const verdict = checkLinearizability(history.operations(), register);
 * expect(verdict.outcome, formatHistory(verdict)).toBe('linearizable');
 */
export function checkLinearizability<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: SequentialModel<State, Input, Output>,
  options: LinearizabilityOptions = {},
): Verdict<State, Input, Output> {
  const { configurationsMax = CONFIGURATIONS_MAX } = options;
  if (!(configurationsMax >= 1))
    throw new InvalidOptionError('configurationsMax', configurationsMax, 'at least 1');
  checkHistory(history);
  const parts = partsOf(history, model);
  const found = new Map<string | number | undefined, Linearization<State, Input, Output>>();
  let configurations = 0;
  let unknown: Pick<UnknownVerdict<Input, Output>, 'key' | 'operations'> | undefined;
  for (const [key, operations] of [...parts].sort(([, one], [, other]) => one.length - other.length)) {
    const timeline = createTimeline(operations);
    const space = new StateSpace(model, key, timeline.operations);
    const completed = Uint8Array.from(timeline.returnAt, (place) => (place === NEVER ? 0 : 1));
    const end = search(timeline, completed, space, [space.initial], configurationsMax - configurations);
    configurations += end.configurations;
    if (end.outcome === 'stuck') {
      const counterexample = { key, operations, ...explain(timeline, space, end, configurationsMax) };
      return { outcome: 'not-linearizable', history, counterexample, configurations };
    }
    if (end.outcome === 'placed')
      found.set(key, { key, order: replay(timeline, space, end.order).placements });
    else unknown ??= { key, operations };
  }
  if (unknown !== undefined)
    return { outcome: 'unknown', history, ...unknown, configurationsMax, configurations };
  const linearizations = Array.from(parts.keys(), (key) => found.get(key)!);
  return { outcome: 'linearizable', history, linearizations, configurations };
}

/** The operations of each part, in the order in which the history comes to them. */
function partsOf<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  { partition }: SequentialModel<State, Input, Output>,
): Map<string | number | undefined, Operation<Input, Output>[]> {
  const parts = new Map<string | number | undefined, Operation<Input, Output>[]>();
  for (const operation of history) {
    const key = partition?.(operation.input);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [operation]);
    else part.push(operation);
  }
  return parts;
}
