// At stake: what does not end is reported once while it lasts, and nothing else is. Tried on a row that the test
// writes as a shard would, looked at as time goes by.
import { expect, it } from 'vitest';
import type { RunnableDefinition } from '../actor/definition.js';
import { obedient, puppet } from '../testing/puppet.test-fixtures.js';
import { DefinitionRegistry } from './definition-registry.js';
import { createLedgerMemory, LedgerRow } from './ledger.js';
import { LedgerWatch } from './ledger-watch.js';
import type { SlowHandler } from './watchdog.js';

function watched() {
  const memory = createLedgerMemory(3);
  const [, row, other] = [0, 1, 2].map((shard) => new LedgerRow(memory, shard)) as [
    LedgerRow,
    LedgerRow,
    LedgerRow,
  ];
  const registry = new DefinitionRegistry();
  for (const definition of [puppet, obedient] as unknown as RunnableDefinition[])
    registry.add(definition, 'a module');
  const reports: SlowHandler[] = [];
  const rows = new Map([
    [1, row],
    [2, other],
  ]);
  const addressOf = (id: number, shard: number) => ({ path: `/actor-${id}`, id, shard });
  const watch = new LedgerWatch(rows, 100, registry, addressOf, (slow) => reports.push(slow));
  const begin = (id: number, type: string) => {
    row.add('turns', 1);
    row.set('runningId', id);
    row.set('runningDefinition', registry.numberOf(puppet));
    row.set('runningType', puppet.messageTypes.indexOf(type) + 1);
  };
  return { row, other, watch, reports, begin };
}

it('reports a turn that goes on for too long, once, and notes it in the row', () => {
  const { row, watch, reports, begin } = watched();
  begin(7, 'note');
  for (const nowMs of [1000, 1025, 1099]) watch.look(nowMs);
  expect(reports).toEqual([]);
  watch.look(1100);
  expect(reports).toEqual([
    {
      shard: 1,
      returned: false,
      durationMs: 100,
      suspects: [
        {
          actor: { path: '/actor-7', id: 7, shard: 1 },
          definition: 'puppet',
          messageType: 'note',
          messages: 1,
        },
      ],
    },
  ]);
  expect([row.get('slowTurn'), row.get('slowSinceMs')]).toEqual([1, 1000]);
  watch.look(5000);
  expect(reports).toHaveLength(1);
});

it('reports the next one again, also of the same turn', () => {
  const { row, watch, reports, begin } = watched();
  begin(7, 'note');
  for (const nowMs of [0, 100]) watch.look(nowMs);
  row.add('handled', 1);
  row.set('runningType', 0);
  for (const nowMs of [125, 225]) watch.look(nowMs);
  begin(8, 'run');
  for (const nowMs of [250, 350]) watch.look(nowMs);
  expect(reports.map(({ suspects: [suspect] }) => [suspect!.actor.id, suspect!.messageType])).toEqual([
    [7, 'note'],
    [7, undefined],
    [8, 'run'],
  ]);
});

it.each([
  { what: 'turns', column: 'turns' },
  { what: 'messages handled', column: 'handled' },
  { what: 'messages dead', column: 'dead' },
] as const)('takes more $what for progress', ({ column }) => {
  const { row, watch, reports, begin } = watched();
  begin(7, 'note');
  for (let nowMs = 0; nowMs < 1000; nowMs += 99) {
    watch.look(nowMs);
    row.add(column, 1);
  }
  expect(reports).toEqual([]);
});

it('takes a shard between slices for idle', () => {
  const { row, watch, reports, begin } = watched();
  begin(7, 'note');
  row.set('runningId', 0);
  for (const nowMs of [0, 100, 200]) watch.look(nowMs);
  row.set('runningId', 9); // busy again: it counts from when it was seen idle last
  watch.look(250);
  expect(reports).toEqual([]);
  watch.look(300);
  expect(reports).toHaveLength(1);
});
