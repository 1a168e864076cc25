// At stake: a ref of an actor that is gone must never reach another, whatever became of its slot or of its thread,
// and what has stopped must not take up room for ever. Tried with random lives beside a set of the living, over
// one thread and over many that replace each other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { GENERATION, INCARNATION, RECORD_SHIFT, STATUS } from './actor-record.js';
import { ActorTable, columnOf, offsetOf, pageOf, type TableLimits } from './actor-table.js';

const newRow = () => new LedgerRow(createLedgerMemory(1), 0);
const limitsOf = (given: Partial<TableLimits>): TableLimits => ({
  slotCountMax: 1 << 14,
  generationMax: 1 << 10,
  freeSlotsKept: 4,
  ...given,
});
const nameOf = (table: ActorTable<object>, slot: number) => `${slot}#${table.get(slot, GENERATION)}`;

interface Model {
  /** The living, by slot. */
  readonly alive: Map<number, string>;
  /** Free slots, the oldest first. */
  readonly free: number[];
  /** All that ever lived. */
  readonly given: Set<string>;
  /** The highest slot ever given. */
  end: number;
}
interface Machine {
  readonly table: ActorTable<object>;
  readonly limits: TableLimits;
}

function check({ table }: Machine, model: Model): void {
  const isWrong = (name: string): boolean => {
    const [slot, generation] = name.split('#').map(Number) as [number, number];
    return table.isAlive(slot, generation) !== (model.alive.get(slot) === name);
  };
  expect([...model.given].filter(isWrong)).toEqual([]);
}

class Allocate implements fc.Command<Model, Machine> {
  check = () => true;
  run(model: Model, machine: Machine): void {
    const { table, limits } = machine;
    const slot = table.allocate();
    if (model.free.length > limits.freeSlotsKept) expect(slot).toBe(model.free.shift());
    else {
      expect(slot).toBe(model.end === 63 ? 1024 : model.end + 1); // the first page is a short one
      model.end = slot;
    }
    const name = nameOf(table, slot);
    expect(model.given.has(name)).toBe(false);
    model.given.add(name);
    model.alive.set(slot, name);
    const at = offsetOf(slot);
    const record = [...table.pages[pageOf(slot)]!.subarray(at, at + (1 << RECORD_SHIFT))];
    expect(record.filter((_, field) => field !== GENERATION && field !== INCARNATION)).toEqual(
      Array(14).fill(0),
    );
    expect(record[INCARNATION]).toBe(1);
    expect(table.slotsEnd).toBe(model.end + 1);
    check(machine, model);
  }
  toString = () => 'allocate';
}

class Free implements fc.Command<Model, Machine> {
  readonly #which: number;
  constructor(which: number) {
    this.#which = which;
  }
  check = (model: Readonly<Model>) => model.alive.size > 0;
  run(model: Model, machine: Machine): void {
    const { table, limits } = machine;
    const slot = [...model.alive.keys()][this.#which % model.alive.size]!;
    const isLast = table.get(slot, GENERATION) === limits.generationMax;
    for (const column of [table.states, table.args, table.cells]) table.put(column as unknown[][], slot, {});
    table.put(table.names, slot, 'name');
    table.free(slot);
    for (const column of [table.states, table.args, table.names, table.cells])
      expect(column[pageOf(slot)]![columnOf(slot)]).toBeUndefined();
    model.alive.delete(slot);
    if (!isLast) model.free.push(slot);
    check(machine, model);
  }
  toString = () => `free ${this.#which}`;
}

describe('ActorTable', () => {
  it('gives the oldest free slot, some kept back, and no generation of a slot twice', () => {
    const steps = [fc.constant(new Allocate()), fc.nat(99).map((which) => new Free(which))];
    fc.assert(
      fc.property(
        fc.commands(steps, { maxCommands: 200, size: 'max' }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(5),
        (commands, generationMax, freeSlotsKept) => {
          const limits = limitsOf({ generationMax, freeSlotsKept });
          const machine = { table: new ActorTable<object>(newRow(), limits), limits };
          const model = { alive: new Map(), free: [], given: new Set<string>(), end: 0 };
          fc.modelRun(() => ({ model, real: machine }), commands);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps what each slot holds to itself, in pages that most slots leave blank', () => {
    const COUNT = 4 << 10; // four pages
    const write = fc.record({
      column: fc.constantFrom('args' as const, 'names' as const, 'cells' as const),
      slot: fc.integer({ min: 1, max: COUNT }),
      value: fc.option(fc.string(), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(write, fc.integer({ min: 1, max: COUNT })), { maxLength: 30 }),
        (steps) => {
          const table = new ActorTable<unknown>(newRow(), limitsOf({ freeSlotsKept: COUNT }));
          for (let i = 0; i < COUNT; i++) table.allocate();
          const model = { args: new Map(), names: new Map(), cells: new Map() };
          for (const step of steps) {
            if (typeof step === 'number') {
              if (!table.isAlive(step, 1)) continue;
              table.free(step);
              for (const column of Object.values(model)) column.delete(step);
            } else if (table.isAlive(step.slot, 1)) {
              table.put<unknown>(table[step.column], step.slot, step.value);
              model[step.column].set(step.slot, step.value);
            }
          }
          for (const name of ['args', 'names', 'cells'] as const)
            for (let slot = 0; slot <= COUNT; slot++) {
              const value = table[name][pageOf(slot)]![columnOf(slot)];
              if (value !== model[name].get(slot))
                expect([name, slot, value]).toEqual([name, slot, model[name].get(slot)]);
            }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps 1 024 free slots back', () => {
    const table = new ActorTable<object>(newRow());
    const slots = Array.from({ length: 1025 }, () => table.allocate());
    for (const slot of slots.slice(0, 1024)) table.free(slot);
    expect(slots).not.toContain(table.allocate());
    table.free(slots[1024]!);
    expect(table.allocate()).toBe(1);
    expect(table.isAlive(1, 1)).toBe(false);
    expect(table.isAlive(1, 2)).toBe(true);
  });

  it('uses those too before it refuses, by name and bound', () => {
    const table = new ActorTable<object>(newRow(), limitsOf({ slotCountMax: 4 }));
    const slots = [table.allocate(), table.allocate(), table.allocate()];
    const refusal = { code: 'RUNTIME_TOO_MANY_ACTORS' };
    expect(() => table.allocate()).toThrow(expect.objectContaining(refusal));
    table.free(slots[1]!);
    expect(table.allocate()).toBe(slots[1]);
    expect(() => table.allocate()).toThrow(expect.objectContaining(refusal));
  });

  it('retires a slot whose generations are used up', () => {
    const table = new ActorTable<object>(newRow(), limitsOf({ generationMax: 2, freeSlotsKept: 0 }));
    const slots = Array.from({ length: 4 }, () => {
      const slot = table.allocate();
      table.free(slot);
      return slot;
    });
    expect(slots).toEqual([1, 1, 2, 2]);
    expect(table.isAlive(1, 3)).toBe(false);
  });

  it('grows by pages that stay where they are', () => {
    const table = new ActorTable<object>(newRow());
    const first = table.pages;
    table.allocate();
    const page = table.pages[0];
    for (let i = 0; i < 4999; i++) table.allocate();
    const last = table.allocate();
    expect(table.pages).toBe(first);
    expect(table.pages[0]).toBe(page);
    expect(table.pages).toHaveLength(6);
    expect(table.isAlive(last, 1)).toBe(true);
    expect(table.isAlive(last + 1, 1)).toBe(false);
    expect(table.isAlive(last + 1, 0)).toBe(false);
    expect(table.isAlive(500_000, 1)).toBe(false);
  });

  it('leads through all slots that were ever used, though its first page is short', () => {
    for (const count of [0, 1, 62, 63, 64, 65, 1100, 3000]) {
      const table = new ActorTable<object>(newRow());
      const given = Array.from({ length: count }, () => table.allocate());
      const found: number[] = [];
      for (let slot = table.slotAfter(0); slot !== 0; slot = table.slotAfter(slot)) found.push(slot);
      expect(found).toEqual(given);
    }
  });

  it('of a thread that replaces another gives no id of that one again', () => {
    const threads = fc.array(fc.array(fc.nat(9), { maxLength: 60, size: 'max' }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(threads, fc.integer({ min: 2, max: 12 }), (lives, generationMax) => {
        const row = newRow();
        const limits = limitsOf({ generationMax, freeSlotsKept: 0, slotCountMax: 64 << 10 });
        const given = new Set<string>();
        for (const steps of lives) {
          const table = new ActorTable<object>(row, limits);
          const lives = (name: string): boolean => {
            const [slot, generation] = name.split('#').map(Number) as [number, number];
            return table.isAlive(slot, generation);
          };
          expect([...given].filter(lives)).toEqual([]);
          const alive: number[] = [];
          for (const step of steps) {
            if (step < 6 || alive.length === 0) {
              const slot = table.allocate();
              expect(given.has(nameOf(table, slot))).toBe(false);
              given.add(nameOf(table, slot));
              alive.push(slot);
            } else table.free(alive.splice(step % alive.length, 1)[0]!);
          }
        }
      }),
    );
  });

  it('can still be filled when an earlier thread had used its generations up', () => {
    const row = newRow();
    const limits = limitsOf({ generationMax: 3, freeSlotsKept: 0 });
    const before = new ActorTable<object>(row, limits);
    for (let i = 0; i < 9; i++) before.free(before.allocate());
    for (let thread = 0; thread < 10; thread++) {
      const table = new ActorTable<object>(row, limits);
      const slots = Array.from({ length: 10 }, () => table.allocate());
      expect(slots.every((slot) => table.isAlive(slot, table.get(slot, GENERATION)))).toBe(true);
      for (let slot = 1; slot < slots[0]!; slot++) expect(table.get(slot, STATUS)).toBe(6); // stopped
    }
    expect(row.get('pagesRetired')).toBeLessThanOrEqual(10);
  });
});
