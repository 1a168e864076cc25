import type { Column, RowSlice, Rows } from '../actor/rows.js';
import { InvalidOptionError } from '../errors.js';
import { WEIGHT_BYTES, WEIGHT_MAX } from './mail-pool.js';
import { MailRun } from './mail-run.js';

/** What a row weighs beside its fields, and each of those in common, bytes. */
const ROW_BYTES = 128;
const FIELD_BYTES = 8;

/** Rows of a frame that lie side by side in a mailbox. Made by the hundred: so no literal, see `docs/decisions/0018-rounds-that-leave-little-behind.md`. */
export class FrameSlice implements RowSlice {
  readonly type: string;
  readonly count: number;
  readonly common: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, Column>>;
  readonly from: number;
  readonly to: number;

  constructor({ type, count, common, columns }: RowFrame, from: number, to: number) {
    this.type = type;
    this.count = count;
    this.common = common;
    this.columns = columns;
    this.from = from;
    this.to = to;
  }
}

/** Checked {@link Rows}, and how one of them becomes a message. */
export class RowFrame implements Rows {
  readonly type: string;
  readonly count: number;
  readonly common: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, Column>>;
  /** What a row weighs, units of `WEIGHT_BYTES`. */
  readonly units: number;
  #alone: MailRun | undefined = undefined;

  private constructor({ type, count, common, columns }: Rows) {
    this.type = type;
    this.count = count;
    this.common = common ?? {};
    this.columns = columns as Readonly<Record<string, Column>>;
    let bytes = ROW_BYTES;
    for (const _ in this.common) bytes += FIELD_BYTES;
    for (const field in this.columns) bytes += this.columns[field]!.byteLength / Math.max(count, 1);
    this.units = Math.min(Math.ceil(bytes / WEIGHT_BYTES), WEIGHT_MAX);
  }

  /** @internal Lies in the node of each row that is alone in its mailbox; which row it is, the pool tells. */
  get alone(): MailRun {
    if (this.#alone === undefined) {
      this.#alone = new MailRun();
      this.#alone.isShared = true;
      this.#alone.frame = this;
    }
    return this.#alone;
  }

  /** @throws InvalidOptionError */
  static of(rows: Rows): RowFrame {
    if (rows instanceof RowFrame) return rows;
    check(rows);
    return new RowFrame(rows);
  }

  /** @throws InvalidOptionError when not all of the rows `from` to `to`, exclusive, are there */
  checkRange(from: number, to: number): void {
    if (!(Number.isInteger(from) && from >= 0 && from <= to && to <= this.count))
      throw new InvalidOptionError('rows', `${from} to ${to}`, `a range within 0 to ${this.count}`);
  }

  /** A row as it would have been sent by itself. */
  message(row: number): { readonly type: string } {
    const message: Record<string, unknown> & { type: string } = { type: this.type, ...this.common };
    for (const field in this.columns) {
      const column = this.columns[field]!;
      const width = column.length / this.count;
      message[field] = width === 1 ? column[row] : column.subarray(row * width, (row + 1) * width);
    }
    return message;
  }
}

function check(rows: Rows): void {
  if (typeof rows !== 'object' || rows === null) throw new InvalidOptionError('rows', rows, 'an object');
  const { type, count, common = {}, columns } = rows;
  if (typeof type !== 'string') throw new InvalidOptionError('rows.type', type, 'the type of a message');
  if (!(Number.isInteger(count) && count >= 0))
    throw new InvalidOptionError('rows.count', count, 'a count of rows');
  if (typeof common !== 'object' || common === null)
    throw new InvalidOptionError('rows.common', common, 'an object');
  if (typeof columns !== 'object' || columns === null)
    throw new InvalidOptionError('rows.columns', columns, 'an object of typed arrays');
  for (const field in columns) {
    const column: unknown = columns[field];
    if (field === 'type' || Object.hasOwn(common, field))
      throw new InvalidOptionError(`rows.columns.${field}`, field, 'a field that rows do not have in common');
    if (!isColumn(column))
      throw new InvalidOptionError(`rows.columns.${field}`, column, 'a typed array of numbers');
    const { length } = column;
    if (count === 0 ? length !== 0 : length % count !== 0 || length === 0)
      throw new InvalidOptionError(
        `rows.columns.${field}`,
        `${length} numbers`,
        `a multiple of ${count}, above 0`,
      );
  }
}

function isColumn(value: unknown): value is Column {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}
