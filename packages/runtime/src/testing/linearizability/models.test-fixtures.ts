import { deterministicModel } from './deterministic-model.js';
import type { CompletedOperation, PendingOperation } from './operation.js';
import type { SequentialModel } from './sequential-model.js';

export type RegisterInput = 'read' | { readonly write: number };
export const register: SequentialModel<number, RegisterInput, number | undefined> = deterministicModel({
  initial: () => 0,
  apply: (value, input) => (input === 'read' ? [value, value] : [input.write, undefined]),
});

export const counter: SequentialModel<number, 'increment' | 'read', number> = deterministicModel({
  initial: () => 0,
  apply: (count, input) => (input === 'read' ? [count, count] : [count + 1, count + 1]),
});

/** Both answer whether they did what was asked. */
export type LockInput = { readonly acquire: string } | { readonly release: string };
export const lock: SequentialModel<string | null, LockInput, boolean> = deterministicModel({
  initial: (): string | null => null,
  apply: (holder, input) => {
    if ('acquire' in input) return holder === null ? [input.acquire, true] : [holder, false];
    return holder === input.release ? [null, true] : [holder, false];
  },
});

export type QueueInput = 'dequeue' | { readonly enqueue: string };
export const queue: SequentialModel<readonly string[], QueueInput, string | undefined> = deterministicModel({
  initial: (): readonly string[] => [],
  apply: (items, input) =>
    input === 'dequeue' ? [items.slice(1), items[0]] : [[...items, input.enqueue], undefined],
});

export interface BankInput {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}
/** Answers whether the money was there. */
export const bank: SequentialModel<Readonly<Record<string, number>>, BankInput, boolean> = deterministicModel(
  {
    initial: (): Readonly<Record<string, number>> => ({ ann: 10, bob: 0 }),
    apply: (balances, { from, to, amount }) =>
      balances[from]! < amount
        ? [balances, false]
        : [{ ...balances, [from]: balances[from]! - amount, [to]: balances[to]! + amount }, true],
  },
);

export type AuctionInput = 'close' | { readonly bidder: string; readonly bid: number };
export interface Auction {
  readonly closed: boolean;
  readonly best: number;
  readonly winner: string | null;
}
/** A bid is told whether it leads, `close` who won. */
export const auction = deterministicModel<Auction, AuctionInput, boolean | string | null>({
  initial: () => ({ closed: false, best: 0, winner: null }),
  apply: (state, input) => {
    if (input === 'close') return [{ ...state, closed: true }, state.winner];
    if (state.closed || input.bid <= state.best) return [state, false];
    return [{ closed: false, best: input.bid, winner: input.bidder }, true];
  },
});

/** Several registers, each with its key. */
export type RegistersInput = { readonly key: string } & (
  | { readonly read: true }
  | { readonly write: number }
);
export const registers: SequentialModel<
  Readonly<Record<string, number>>,
  RegistersInput,
  number | undefined
> = deterministicModel({
  initial: (): Readonly<Record<string, number>> => ({}),
  apply: (values, input) =>
    'read' in input ? [values, values[input.key] ?? 0] : [{ ...values, [input.key]: input.write }, undefined],
});

/** A completed operation, short to write. */
export function op<Input, Output>(
  process: string | number,
  calledAt: number,
  returnedAt: number,
  input: Input,
  output: Output,
): CompletedOperation<Input, Output> {
  return { process, input, output, calledAt, returnedAt };
}

/** An operation that never returned. */
export function lost<Input>(
  process: string | number,
  calledAt: number,
  input: Input,
  abandonedAt?: number,
): PendingOperation<Input> {
  return { process, input, calledAt, abandonedAt };
}
