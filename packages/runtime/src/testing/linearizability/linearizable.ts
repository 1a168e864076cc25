import { checkLinearizability, type LinearizabilityOptions } from './check-linearizability.js';
import { formatHistory } from './format-history.js';
import type { HistoryRecorder } from './history-recorder.js';
import type { SequentialModel } from './sequential-model.js';

/**
 * What a law says of a history, most often in `finally`: true if it is linearizable, else the operations that contradict
 * each other, drawn. A history that takes too many configurations to decide is told as broken too: nobody may take it for
 * proved.
 *
 * @throws InvalidHistoryError, InvalidOptionError, as {@link checkLinearizability}
 * @example
 * finally: (_, { history }) => linearizable(history, register),
 */
export function linearizable<State, Input, Output>(
  history: HistoryRecorder<Input, Output>,
  model: SequentialModel<State, Input, Output>,
  options: LinearizabilityOptions = {},
): true | string {
  const verdict = checkLinearizability(history.operations(), model, options);
  return verdict.outcome === 'linearizable' || formatHistory(verdict);
}
