import { endOf, isCompleted, type Operation } from './operation.js';
import { PENDING, Refusal, type SequentialModel } from './sequential-model.js';

/**
 * Whether any order explains a history, found by trying them all. The ruler beside the search: no sorting, no memory.
 *
 * @param optional those that may have taken effect while they were open, with any output, or not
 */
export function isLinearizableByBruteForce<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: SequentialModel<State, Input, Output>,
  optional: ReadonlySet<Operation<Input, Output>> = new Set(),
): boolean {
  const isRequired = (operation: Operation<Input, Output>) =>
    isCompleted(operation) && !optional.has(operation);
  const precedes = (a: Operation<Input, Output>, b: Operation<Input, Output>) => {
    if (!isCompleted(a)) return false;
    if (a.returnedAt < b.calledAt) return true;
    if (a.process !== b.process || a.returnedAt !== b.calledAt || !isRequired(a)) return false;
    const couldBeReversed = endOf(b) === a.calledAt;
    return !couldBeReversed || history.indexOf(a) < history.indexOf(b);
  };
  const complete = (state: State, placed: Operation<Input, Output>[]): boolean => {
    const rest = history.filter((each) => !placed.includes(each));
    if (!rest.some(isRequired)) return true;
    return rest.some((next) => {
      if (rest.some((other) => other !== next && isRequired(other) && precedes(other, next))) return false;
      if (placed.some((earlier) => precedes(next, earlier))) return false;
      const answer = model.apply(state, next.input, isRequired(next) ? (next.output as Output) : PENDING);
      return !(answer instanceof Refusal) && complete(answer, [...placed, next]);
    });
  };
  return complete(model.initial(), []);
}
