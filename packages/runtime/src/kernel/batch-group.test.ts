// At stake: the actors of a group have their turns in the order of coming, also those that a turn puts back, and the slot
// that stands for them is nobody's. Tried with three groups over one table beside arrays, and on a table that is soon full.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { NEXT_READY, ROLE } from './actor-record.js';
import { ActorTable, type TableLimits } from './actor-table.js';
import { BatchGroup } from './batch-group.js';
import { ReadyQueue } from './ready-queue.js';

const createTable = (limits?: TableLimits) =>
  new ActorTable<unknown>(new LedgerRow(createLedgerMemory(1), 0), limits);
const SIZE_MAX = 4;
const GROUPS = [0, 1, 2];

describe('the line of a batch group', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('come' as const), group: fc.constantFrom(...GROUPS) }),
    fc.record({ do: fc.constant('turn' as const), putsBack: fc.nat({ max: SIZE_MAX }) }),
  );

  it('is the queue that an array is, whatever stands in other lines', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const table = createTable();
        const groups = GROUPS.map((role) => new BatchGroup(role, [], SIZE_MAX, table));
        const outside = GROUPS.map(() => Array.from({ length: 20 }, () => table.allocate()));
        const standIns = new ReadyQueue(table.pages);
        const lines: number[][] = GROUPS.map(() => []);
        const inTurn: number[] = []; // which groups have their stand-in in line
        const stand = (group: number): void => {
          if (inTurn.includes(group) || lines[group]!.length === 0) return;
          standIns.push(groups[group]!.standIn);
          inTurn.push(group);
        };
        for (const each of steps) {
          if (each.do === 'come') {
            const slot = outside[each.group]!.shift();
            if (slot === undefined) continue;
            groups[each.group]!.line.push(slot);
            lines[each.group]!.push(slot);
            stand(each.group);
          } else {
            const group = inTurn.shift();
            expect(standIns.shift()).toBe(group === undefined ? 0 : groups[group]!.standIn);
            if (group === undefined) continue;
            const { line, sizeMax } = groups[group]!;
            const expected = lines[group]!.splice(0, sizeMax);
            expect(expected.map(() => line.shift())).toEqual(expected);
            for (const slot of expected) expect(table.get(slot, NEXT_READY)).toBe(0);
            const back = expected.splice(Math.max(0, expected.length - each.putsBack));
            for (const slot of back.toReversed()) line.unshift(slot);
            lines[group]!.unshift(...back);
            outside[group]!.push(...expected);
            stand(group);
          }
          expect(groups.map(({ line }) => line.length)).toEqual(lines.map(({ length }) => length));
        }
        for (const [group, { line }] of groups.entries())
          expect([...lines[group]!.map(() => line.shift()), line.shift()]).toEqual([...lines[group]!, 0]);
        expect(standIns.length).toBe(inTurn.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the stand-in of a batch group', () => {
  const limits = { slotCountMax: 6, generationMax: 20, freeSlotsKept: 0 };

  it('is of the role, and nobody who lives, however often the other slots change hands', () => {
    const table = createTable(limits);
    const { standIn } = new BatchGroup(7, [], SIZE_MAX, table);
    const given = new Set<number>();
    for (let turn = 0; turn < 50; turn++) {
      const slot = table.allocate();
      given.add(slot);
      table.free(slot);
      for (let generation = 0; generation <= limits.generationMax; generation++)
        expect(table.isAlive(standIn, generation)).toBe(false);
    }
    expect(given.size).toBeGreaterThan(1);
    expect(given).not.toContain(standIn);
    expect(table.get(standIn, ROLE)).toBe(7);
  });

  it('is refused when all slots are taken', () => {
    const table = createTable(limits);
    for (let slot = 1; slot < limits.slotCountMax; slot++) table.allocate();
    expect(() => new BatchGroup(0, [], SIZE_MAX, table)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_TOO_MANY_ACTORS' }),
    );
  });
});
