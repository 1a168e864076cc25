// At stake: whoever is ready has its turn, in the order of its class, once; critical actors wait for nobody, and nobody waits for ever. Tried
// beside a model of three arrays, and in systems where each handler takes time on a clock that does not move otherwise.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import { defineActor, type Priority, type RunnableDefinition } from '../actor/definition.js';
import { RUNNING, STOPPED } from '../actor/lifecycle.js';
import { MAIL_HEAD, ROLE, STATUS } from '../kernel/actor-record.js';
import { ActorTable } from '../kernel/actor-table.js';
import type { BatchGroup } from '../kernel/batch-group.js';
import { Role } from '../kernel/role.js';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { createTestSystem, type TestSystem } from '../testing/test-system.js';
import { Dispatcher } from './dispatcher.js';
import { type DispatcherChoices, fairChoices } from './dispatcher-choices.js';
import { act, type Play, players } from './players.test-fixtures.js';

const PRIORITIES: readonly Priority[] = ['critical', 'standard', 'batch'];

/** Roles 0 to 2 are of one class each, 3 to 5 the same in groups of two. */
function createDispatcher(choices: DispatcherChoices = fairChoices) {
  const table = new ActorTable<unknown>(new LedgerRow(createLedgerMemory(1), 0));
  const roles = [...PRIORITIES, ...PRIORITIES].map((priority, index) => {
    const definition = defineActor<{ go: {} }>()({
      name: `role-${index}`,
      initial: () => undefined,
      receive: { go: () => {} },
      ...(index > 2 && { receiveBatch: { go: () => {} }, batchMax: 2 }),
      priority,
    });
    return new Role(index, 0, definition as never as RunnableDefinition, table);
  });
  const slots = roles.flatMap((role) =>
    Array.from({ length: 4 }, () => {
      const slot = table.allocate();
      table.set(slot, STATUS, RUNNING);
      table.set(slot, ROLE, role.index);
      table.set(slot, MAIL_HEAD, 1);
      return slot;
    }),
  );
  const dispatcher = new Dispatcher(choices, table, roles);
  const groupAt = (slot: number): BatchGroup | undefined =>
    roles.find(({ group }) => group?.standIn === slot)?.group;
  return { dispatcher, slots, table, roles, groupAt };
}

/** What a dispatcher does, said plainly. A group's place in its class is its first name: a negative number. */
class Model {
  readonly classes: number[][] = [[], [], []];
  readonly groups: number[][] = [[], [], []];
  #turns = 0;

  offer(name: number, role: number): void {
    const rank = role % 3;
    const line = role < 3 ? this.classes[rank]! : this.groups[rank]!;
    if (!line.includes(name)) line.push(name);
    if (role >= 3) this.#offerGroup(rank);
  }

  next(): number[] {
    const [critical, standard, batch] = this.classes as [number[], number[], number[]];
    const starving = batch.length > 0 && this.#turns >= 63;
    const line = starving ? batch : ([critical, standard, batch].find(({ length }) => length > 0) ?? []);
    const name = line.shift();
    if (name === undefined) return [];
    this.#turns = line === batch ? 0 : this.#turns + 1;
    if (name >= 0) return [name];
    const turn = this.groups[-1 - name]!.splice(0, 2);
    this.#offerGroup(-1 - name);
    return turn;
  }

  #offerGroup(rank: number): void {
    if (this.groups[rank]!.length > 0 && !this.classes[rank]!.includes(-1 - rank))
      this.classes[rank]!.push(-1 - rank);
  }
}

describe('a dispatcher', () => {
  it('gives turns as its model does', () => {
    const offer = fc.nat({ max: 23 });
    const turns = fc.integer({ min: 1, max: 80 }).map((count) => ({ count }));
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: offer }, turns), { maxLength: 300 }),
        (script) => {
          const { dispatcher, slots, table, roles, groupAt } = createDispatcher();
          const model = new Model();
          const next = (): number[] => {
            const slot = dispatcher.next();
            const group = groupAt(slot);
            if (slot === 0) return [];
            table.set(slot, STATUS, group === undefined ? RUNNING : STOPPED); // the turn has ended
            if (group === undefined) return [slots.indexOf(slot)];
            const count = dispatcher.batchSize(group);
            const turn = Array.from({ length: count }, () => group.line.shift());
            for (const taken of turn) table.set(taken, STATUS, RUNNING);
            dispatcher.offerGroup(group, roles.find((role) => role.group === group)!.rank);
            return turn.map((taken) => slots.indexOf(taken));
          };
          for (const each of script) {
            if (typeof each === 'number') {
              dispatcher.offer(slots[each]!);
              model.offer(each, Math.floor(each / 4));
            } else for (let i = 0; i < each.count; i++) expect(next()).toEqual(model.next());
            expect(dispatcher.readyCount).toBe(model.classes.flat().length);
            expect(dispatcher.criticalWaits).toBe(model.classes[0]!.length > 0);
          }
        },
      ),
    );
  });

  it('takes whom its choices say, and refuses who is not there', () => {
    let choice = 2;
    const { dispatcher, slots } = createDispatcher({ nextReady: () => choice, turnMessagesMax: () => 1 });
    for (const slot of slots.slice(0, 4)) dispatcher.offer(slot);
    expect([dispatcher.next(), dispatcher.next()]).toEqual([slots[2], slots[3]]);
    for (choice of [2, -1, 0.5]) expect(() => dispatcher.next()).toThrow(RangeError);
  });

  it('cuts batches as its choices say, and refuses a batch of none', () => {
    let choice = 1;
    const { dispatcher, slots, roles } = createDispatcher({ ...fairChoices, batchSizeMax: () => choice });
    for (const slot of slots.slice(12, 16)) dispatcher.offer(slot);
    const { group } = roles[3]!;
    expect(dispatcher.batchSize(group!)).toBe(1);
    choice = 100;
    expect(dispatcher.batchSize(group!)).toBe(2);
    for (choice of [0, -1, 1.5]) expect(() => dispatcher.batchSize(group!)).toThrow(RangeError);
  });
});

interface Stage extends TestSystem {
  /** Spawns an actor that does what it is told, and takes 1 ms for it. */
  spawn(priority: Priority, together?: boolean): Promise<ActorRef<Play>>;
}

async function startStage(choices?: DispatcherChoices): Promise<Stage> {
  const modules = [new URL('./players.test-fixtures.ts', import.meta.url)];
  const test = await createTestSystem({ modules, strict: false, ...(choices && { choices }) });
  const spawn: Stage['spawn'] = async (priority, together = false) => {
    const ref = test.system.spawn(players[together ? 'together' : 'alone'][priority]);
    await test.system.quiet();
    return ref;
  };
  return { ...test, spawn };
}

describe('a ready critical actor', () => {
  it.each([
    { who: 'a standard actor with a full mailbox', priority: 'standard', together: false },
    { who: 'a batch actor with a full mailbox', priority: 'batch', together: false },
    { who: 'a group', priority: 'standard', together: true },
  ] as const)('waits for no more than the handler now running of $who', async ({ priority, together }) => {
    const { system, clock, spawn } = await startStage();
    const critical = await spawn('critical');
    const busy = await Promise.all(Array.from({ length: 8 }, () => spawn(priority, together)));
    const waits: number[] = [];
    const work = act(() => {
      const sentMs = clock.now();
      critical.send(act(() => void waits.push(clock.now() - sentMs)));
      clock.advance(1);
    });
    for (let i = 0; i < 100; i++) for (const ref of busy) ref.send(work);
    await system.quiet();
    expect(waits).toHaveLength(800);
    // A group of eight is one handler, whose first message waits for the other seven.
    expect(Math.max(...waits)).toBe(together ? 8 : 1);
    await system.stop();
  });

  it('waits for the critical ones ahead of it', async () => {
    const { system, spawn } = await startStage();
    const [first, second, other] = [
      await spawn('critical'),
      await spawn('critical'),
      await spawn('standard'),
    ];
    const order: string[] = [];
    const say = (text: string) => act(() => void order.push(text));
    other.send(say('other'));
    first.send(say('first'));
    second.send(say('second'));
    first.send(say('first again'));
    await system.quiet();
    expect(order).toEqual(['first', 'first again', 'second', 'other']);
    await system.stop();
  });
});

describe('a batch actor', () => {
  it.each([false, true])('has one turn in 64 under whatever load, in a group: %s', async (together) => {
    const { system, spawn } = await startStage({ ...fairChoices, turnMessagesMax: () => 1 });
    const rivals = [await spawn('critical'), await spawn('standard'), await spawn('standard', true)];
    const patient = await spawn('batch', together);
    const turns: string[] = [];
    const forEver = (ref: ActorRef<Play>, text: string): void => {
      const again = act(() => {
        turns.push(text);
        if (turns.length < 2000) ref.send(again);
      });
      ref.send(again);
    };
    for (const ref of rivals) forEver(ref, 'rival');
    forEver(patient, 'batch');
    await system.quiet();
    const waits = turns
      .slice(0, 2000)
      .join(' ')
      .split('batch')
      .map((between) => between.trim().split(' ').length);
    expect(waits.slice(1, -1).every((rivalTurns) => rivalTurns === 63)).toBe(true);
    expect(waits.length).toBeGreaterThan(30);
    await system.stop();
  });
});
