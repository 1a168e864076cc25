import type { CompletedOperation } from './operation.js';
import type { SearchEnd } from './search.js';
import { findSmallest } from './smallest.js';
import type { StateSpace } from './state-space.js';
import { NEVER, type Timeline } from './timeline.js';
import type { Counterexample, Placement, RefusedOperation } from './verdict.js';

/** Tells why a search got stuck. @param configurationsMax bound of those for finding the smallest history, count */
export function explain<State, Input, Output>(
  timeline: Timeline<Input, Output>,
  space: StateSpace<State, Input, Output>,
  end: SearchEnd & { outcome: 'stuck' },
  configurationsMax: number,
): Omit<Counterexample<State, Input, Output>, 'key' | 'operations'> {
  const prefix = replay(timeline, space, end.order);
  const failed = timeline.operations[end.failed] as CompletedOperation<Input, Output>;
  return {
    failed,
    prefix: prefix.placements,
    state: space.stateOf(prefix.state),
    refused: refusals(timeline, space, end, prefix.state),
    ...findSmallest(timeline, space, end.failed, configurationsMax),
  };
}

/** Applies operations in the order that a search has found. */
export function replay<State, Input, Output>(
  { operations, returnAt }: Timeline<Input, Output>,
  space: StateSpace<State, Input, Output>,
  order: Int32Array,
): { readonly placements: Placement<State, Input, Output>[]; readonly state: number } {
  let state = space.initial;
  const placements = Array.from(order, (op) => {
    state = space.next(state, op, returnAt[op] !== NEVER);
    return { operation: operations[op]!, state: space.stateOf(state) };
  });
  return { placements, state };
}

function refusals<State, Input, Output>(
  { operations, callAt, returnAt }: Timeline<Input, Output>,
  space: StateSpace<State, Input, Output>,
  { order, failed }: SearchEnd & { outcome: 'stuck' },
  state: number,
): RefusedOperation<Input, Output>[] {
  const placed = new Set(order);
  const open = Array.from(operations.keys()).filter(
    (op) => !placed.has(op) && op !== failed && callAt[op]! < returnAt[failed]!,
  );
  return [failed, ...open].flatMap((op) => {
    const why = space.whyNot(state, op, returnAt[op] !== NEVER);
    return why === undefined ? [] : [{ operation: operations[op]!, why }];
  });
}
