import { RowFrame } from '../kernel/row-frame.js';
import { type ActorRef, scatterFrame } from './actor-ref.js';
import type { PayloadOf, Protocol } from './protocol.js';
import { RefColumn } from './ref-column.js';

/** A typed array that holds one field of many messages. */
export type Column =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/**
 * Messages of one type as a structure of arrays: row `i` of `count` is the message
 *
 *     { type, ...common, [field]: columns[field][i], … }
 *
 * and nothing tells it from one that was sent by itself: it has its place in its receiver's mailbox, counts as an envelope, obeys
 * capacity and overflow, and can be a dead letter alone. A column of `count × width` numbers gives each row the view of its `width`
 * numbers, if that is not 1.
 *
 * As of any message, nothing of it may be changed once it was sent.
 */
export interface Rows<P extends Protocol = Protocol, Type extends keyof P & string = keyof P & string> {
  readonly type: Type;
  /** Rows, count. */
  readonly count: number;
  /** The fields that all rows have in common. */
  readonly common?: Partial<PayloadOf<P, Type>>;
  /** The fields that differ, by name. A column's length is a multiple of `count`. */
  readonly columns: { readonly [Field in keyof PayloadOf<P, Type>]?: Column };
}

/** Rows of one {@link Rows} that lie side by side in a mailbox: all that a handler of `receiveRows` meets at once. */
export interface RowSlice<P extends Protocol = Protocol, Type extends keyof P & string = keyof P & string>
  extends Rows<P, Type> {
  /** The first row, index. */
  readonly from: number;
  /** One past the last row, index. */
  readonly to: number;
}

/**
 * Handles several messages of one type at once, whoever sent them. If it throws, all of them are dead letters, and the actor has
 * failed once. There is nobody to reply to: questions are never rows.
 */
export type RowsHandler<P extends Protocol, State, Type extends keyof P & string, Context> = (
  state: State,
  rows: RowSlice<P, Type>,
  context: Context,
) => void;

/**
 * Checks rows that are to be scattered several times, as to the agents of one cohort after the other: they are not checked again.
 *
 * @throws InvalidOptionError for rows that do not add up
 */
export function prepareRows<P extends Protocol, Type extends keyof P & string>(
  rows: Rows<P, Type>,
): Rows<P, Type> {
  return RowFrame.of(rows as unknown as Rows) as unknown as Rows<P, Type>;
}

/**
 * Sends each of several actors one row: target `i` row `first + i`, an undefined target none. As so many calls of `send`, in the order of
 * the targets, at a fraction of the price for those that live on the shard of whoever sends.
 *
 * @throws InvalidOptionError for rows that do not add up, or too few of them
 * @example
 * scatterRows(agents, { type: 'observe', count: 3, common: { tick: 7 }, columns: { outcome: Int32Array.of(4, 2, 0) } });
 */
export function scatterRows<P extends Protocol, Type extends keyof P & string>(
  targets: readonly (ActorRef<P> | undefined)[] | RefColumn<P>,
  rows: Rows<P, Type>,
  first = 0,
): void {
  const frame = RowFrame.of(rows as unknown as Rows);
  frame.checkRange(first, first + targets.length);
  if (!(targets instanceof RefColumn))
    scatterFrame(targets as readonly (ActorRef | undefined)[], frame, first);
  else if (targets.host !== undefined) targets.host.scatter(targets as never, frame, first);
  else scatterFrame(targets.toArray() as readonly (ActorRef | undefined)[], frame, first);
}
