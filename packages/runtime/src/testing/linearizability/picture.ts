import { inOrder } from './check-history.js';
import { cut, describeOperation, printable } from './describe-operation.js';
import { endOf, isCompleted, type Operation } from './operation.js';

/** Lines of a picture, one a process, count. */
const PROCESSES_MAX = 24;

/** Cells for the name of a process. */
const NAME_CELLS_MAX = 16;

/** Labels are tried at these lengths, cells, until the picture is narrow enough. */
const LABEL_CELLS = [32, 24, 16, 12, 8, 4];

/** How a span is drawn: its ends and what lies between. */
const STROKES = { plain: '├─┤', part: '╞═╡', failed: '┣━┫' } as const;
const NEVER_RETURNED = '╌';

type AnyOperation = Operation<unknown, unknown>;

/** Which operations stand out. */
export interface Marks {
  readonly failed?: AnyOperation;
  readonly parts: readonly AnyOperation[];
}

/** What the strokes mean. */
export const LEGEND: string = `${STROKES.failed} failed  ${STROKES.part} contradict each other  ${NEVER_RETURNED} never returned`;

/**
 * Operations as spans, one line a process, time from left to right. Only the order of calls and returns is to scale:
 * a stamp takes as many cells as the labels need that end there.
 *
 *     a  ├{ write: 1 }┤ ╞{ write: 2 }╡
 *     b                                ┣read → 1━━━┫
 *     c                 ├{ write: 3 } → ?╌╌╌╌╌╌╌╌╌╌╌
 *
 * @param width the most cells a line may have
 * @returns undefined if it cannot be that narrow, or there are too many processes
 */
export function drawHistory(
  operations: readonly AnyOperation[],
  marks: Marks,
  width: number,
): string[] | undefined {
  const rows = rowsOf(operations);
  if (rows.length > PROCESSES_MAX) return undefined;
  const nameCells = Math.max(0, ...rows.map(({ name }) => [...name].length)) + 2;
  for (const labelCells of LABEL_CELLS) {
    const spans = new Map(rows.map((row) => [row, row.operations.map((each) => spanOf(each, labelCells))]));
    const cells = layOut([...spans.values()]);
    if (nameCells + cells > width) continue;
    return rows.map((row) => {
      const indent = ' '.repeat(nameCells - [...row.name].length);
      return `${row.name}${indent}${drawRow(spans.get(row)!, marks, cells)}`.trimEnd();
    });
  }
  return undefined;
}

/** A process and what it called, one after another. */
interface Row {
  readonly name: string;
  readonly operations: AnyOperation[];
}

function rowsOf(operations: readonly AnyOperation[]): Row[] {
  const rows = new Map<string | number, Row>();
  for (const index of inOrder(operations)) {
    const operation = operations[index]!;
    const row = rows.get(operation.process);
    if (row !== undefined) row.operations.push(operation);
    else {
      const name = cut(printable(String(operation.process)), NAME_CELLS_MAX);
      rows.set(operation.process, { name, operations: [operation] });
    }
  }
  return [...rows.values()];
}

/** An operation in its place: the columns of its call and of its end. */
interface Span {
  readonly operation: AnyOperation;
  readonly label: readonly string[];
  begin: number;
  end: number;
}

function spanOf(operation: AnyOperation, labelCells: number): Span {
  return { operation, label: [...cut(describeOperation(operation), labelCells)], begin: 0, end: 0 };
}

/**
 * Gives all spans their columns, and returns how many there are. Each stamp has a range of columns right of all earlier
 * stamps; in it the calls and ends of one process follow one another, each end as far right as its label needs.
 */
function layOut(rows: readonly (readonly Span[])[]): number {
  let column = 0;
  for (const stamp of stampsOf(rows.flat())) {
    const first = column;
    for (const row of rows) {
      let free = first;
      for (const span of row) {
        if (span.operation.calledAt === stamp) {
          span.begin = free;
          column = Math.max(column, free + 1);
        }
        if (endOf(span.operation) === stamp) {
          span.end = Math.max(free, span.begin + span.label.length + 1);
          free = span.end + 1;
          column = Math.max(column, free);
        }
      }
    }
  }
  return column;
}

/** All stamps once, from the earliest on; last of all comes the end of what is open still. */
function stampsOf(spans: readonly Span[]): number[] {
  const stamps = spans.flatMap(({ operation }) => [operation.calledAt, endOf(operation)]);
  return [...new Set(stamps)].sort((one, other) => (one < other ? -1 : 1));
}

function drawRow(spans: readonly Span[], marks: Marks, cells: number): string {
  const row = new Array<string>(cells).fill(' ');
  for (const { operation, label, begin, end } of spans) {
    const [left, between, right] = [...strokeOf(operation, marks)];
    const completed = isCompleted(operation);
    // What a later operation of the same process draws over the tail of one that never returned is its own.
    row.fill(completed ? between! : NEVER_RETURNED, begin, completed ? end : cells);
    row[begin] = left!;
    if (completed) row[end] = right!;
    for (const [i, cell] of label.entries()) row[begin + 1 + i] = cell;
  }
  return row.join('');
}

function strokeOf(operation: AnyOperation, { failed, parts }: Marks): string {
  if (operation === failed) return STROKES.failed;
  return parts.includes(operation) ? STROKES.part : STROKES.plain;
}
