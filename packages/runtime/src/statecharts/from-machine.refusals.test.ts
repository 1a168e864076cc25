// At stake: what this kernel cannot do is said when the definition is written, with its place, and not by a machine
// that waits forever. Tried with one small machine for each.
import { describe, expect, it, vi } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  createMachine,
  emit,
  fromCallback,
  fromObservable,
  fromTransition,
  raise,
  spawnChild,
} from 'xstate';
import { oneForOne } from '../supervision/supervision.js';
import { fromMachine } from './from-machine.js';
import { boss, errand } from './machines.test-fixtures.js';
import { actorLogic } from './sources.js';

const callback = fromCallback(() => undefined);
const reduce = vi.fn();
const reducer = fromTransition(reduce, undefined);
const observable = fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) }));
const machineOf = (config: object, implementations: object = {}): AnyStateMachine =>
  createMachine({ id: 'm', ...config } as never, implementations as never);
const invoking = (src: unknown, more: object = {}): AnyStateMachine =>
  machineOf({ initial: 'a', states: { a: { invoke: { id: 'child', src, ...more } } } });

const defining = (machine: AnyStateMachine, more: object = {}) => {
  try {
    return fromMachine({ name: 'refused', machine, ...more });
  } catch (error) {
    return error;
  }
};

describe('a definition is refused', () => {
  it.each([
    {
      what: 'an action that nobody implements',
      machine: machineOf({ on: { go: { actions: 'beep' } } }),
      place: '#m on.go',
      said: '"beep"',
    },
    {
      what: 'an action with parameters that nobody implements',
      machine: machineOf({ states: { a: { exit: { type: 'beep', params: {} } } }, initial: 'a' }),
      place: '#m.a exit',
      said: '"beep"',
    },
    {
      what: 'a guard that nobody implements',
      machine: machineOf({ always: { guard: and([() => true, 'isReady']), actions: () => undefined } }),
      place: '#m always',
      said: '"isReady"',
    },
    {
      what: 'a delay that nobody implements',
      machine: machineOf({ initial: 'a', states: { a: { after: { long: 'b' } }, b: {} } }),
      place: '#m.a entry',
      said: '"long"',
    },
    {
      what: 'the delay of a raise that nobody implements',
      machine: machineOf({}, { actions: { late: raise({ type: 'x' }, { delay: 'long' as never }) } }),
      place: 'actions.late',
      said: '"long"',
    },
    {
      what: 'a source that nobody implements',
      machine: invoking('worker'),
      place: '#m.a invoke.child',
      said: 'not implemented',
    },
    { what: 'a callback', machine: invoking(callback), place: '#m.a invoke.child', said: 'callback' },
    { what: 'an observable', machine: invoking(observable), place: '#m.a invoke.child', said: 'observable' },
    { what: 'a reducer', machine: invoking(reducer), place: '#m.a invoke.child', said: 'transition' },
    {
      what: 'a machine without a name',
      machine: invoking(createMachine({})),
      place: '#m.a invoke.child',
      said: 'a machine',
    },
    { what: 'a bare definition', machine: invoking(errand), place: '#m.a invoke.child', said: 'not wrapped' },
    {
      what: 'a source among several',
      machine: machineOf({
        invoke: [
          { id: 'good', src: actorLogic(errand) },
          { id: 'bad', src: callback },
        ],
      }),
      place: '#m invoke.bad',
      said: 'callback',
    },
    {
      what: 'a callback that may be spawned',
      machine: machineOf({}, { actors: { ticker: callback } }),
      place: 'actors.ticker',
      said: 'callback',
    },
    {
      what: 'a callback that is spawned',
      machine: machineOf({ initial: { target: 'a', actions: spawnChild(callback) }, states: { a: {} } }),
      place: '#m initial',
      said: 'callback',
    },
    {
      what: 'a name for the whole system',
      machine: invoking(actorLogic(errand), { systemId: 'errand' }),
      place: '#m.a invoke.child',
      said: 'systemId',
    },
    {
      what: 'the snapshots of a child',
      machine: invoking(actorLogic(errand), { onSnapshot: { actions: assign({}) } }),
      place: '#m.a invoke.child',
      said: 'snapshots',
    },
    {
      what: 'emitted events',
      machine: machineOf({ entry: emit({ type: 'news' }) }),
      place: '#m entry',
      said: '`emit`',
    },
    {
      what: 'a wildcard without a list',
      machine: machineOf({ on: { 'mouse.*': { actions: () => undefined } } }),
      place: '#m on.mouse.*',
      said: 'wildcard',
    },
    {
      what: 'an event named like the runtime’s own',
      machine: machineOf({ on: { '@due': { actions: () => undefined } } }),
      place: '#m on.@due',
      said: '"@"',
    },
    {
      what: 'a route',
      machine: machineOf({ initial: 'a', states: { a: { id: 'a', route: {} } } }),
      place: '#a',
      said: '`route`',
    },
  ])('for $what', ({ machine, place, said }) => {
    expect(defining(machine)).toMatchObject({
      code: 'RUNTIME_STATECHART_UNSUPPORTED',
      definition: 'refused',
      place,
      what: expect.stringContaining(said),
      remedy: expect.stringMatching(/\.$/),
    });
    expect(reduce).not.toHaveBeenCalled(); // to tell a source's kind, no code of the author is run
  });

  it.each([
    { option: 'machine', machine: {} as AnyStateMachine, more: {} },
    { option: 'pendingMax', machine: machineOf({}), more: { pendingMax: 0 } },
    { option: 'name', machine: machineOf({}), more: { name: 'a b' } },
    { option: 'children.worker', machine: machineOf({}), more: { children: { worker: callback } } },
    { option: 'mailbox.capacity', machine: machineOf({}), more: { mailbox: { capacity: 0 } } },
  ])('for a wrong $option', ({ option, machine, more }) => {
    expect(defining(machine, more)).toMatchObject({ code: 'RUNTIME_INVALID_OPTION', option });
  });
});

describe('a definition', () => {
  it('can be given its sources by name', () => {
    const machine = machineOf({ invoke: { src: 'errand' } });
    const definition = fromMachine({
      name: 'given',
      machine,
      children: { errand },
      supervision: oneForOne(),
    });
    expect(definition.messageTypes).toEqual(['@call', '@done', '@due', '@snapshot']);
  });

  it('says what messages it takes: not what only XState sends', () => {
    expect(boss.messageTypes.filter((type) => !type.startsWith('@'))).toEqual(['fail', 'finish', 'forget']);
  });
});
