import { createHook } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { scopes, turnNow } from '../../shard/scope.js';
import type { Shard } from '../../shard/shard.js';

/** What of a process depends on the world and not on a seed, by the names by which it is reached. */
const FUNCTIONS: readonly (readonly [object, string, string])[] = [
  [Math, 'Math', 'random'],
  [Date, 'Date', 'now'],
  [performance, 'performance', 'now'],
  [globalThis, '', 'setTimeout'],
  [globalThis, '', 'setInterval'],
  [globalThis, '', 'setImmediate'],
  [globalThis, '', 'fetch'],
  [globalThis.crypto, 'crypto', 'randomUUID'],
  [globalThis.crypto, 'crypto', 'getRandomValues'],
  [process.hrtime, 'process.hrtime', 'bigint'], // before its owner, which is replaced with all that it has
  [process, 'process', 'hrtime'],
];

/** Kinds of asynchronous work that end by themselves, without the world. */
const OWN_WORK: ReadonlySet<string> = new Set(['PROMISE', 'Microtask', 'TickObject', 'Immediate']);

/** Where the traps of the process are kept, as what they replace is the process's: a count, and how to put everything back. */
const INSTALLED: unique symbol = Symbol.for('skein.uncontrolled-traps') as never;
type Holder = { [INSTALLED]?: { users: number; readonly traps: Traps } };

/**
 * Refuses, until what it returns is called, whatever the seed of a simulation cannot control: inside turns and async calls of simulated actors
 * the clock of the machine, its random numbers, timers, files and sockets throw, and their simulation is told. Code outside of simulated actors is
 * not concerned.
 */
export function trapUncontrolled(): () => void {
  const holder = globalThis as Holder;
  const installed = holder[INSTALLED] ?? { users: 0, traps: new Traps() };
  if (installed.users++ === 0) installed.traps.install();
  holder[INSTALLED] = installed;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    if (--installed.users > 0) return;
    installed.traps.remove();
    delete holder[INSTALLED];
  };
}

class Traps {
  #putBack: (() => void)[] = [];

  install(): void {
    for (const [owner, ownerName, name] of FUNCTIONS) this.#replace(owner, ownerName, name);
    this.#replaceDate();
    const hook = createHook({
      // What a hook throws ends the process: here it is only told.
      init: (_, type) => {
        if (!OWN_WORK.has(type)) refusal(type);
      },
    }).enable();
    this.#putBack.push(() => hook.disable());
  }

  remove(): void {
    for (const putBack of this.#putBack.reverse()) putBack();
    this.#putBack = [];
  }

  #replace(owner: object, ownerName: string, name: string): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const found = (owner as Record<string, unknown>)[name];
    if (typeof found !== 'function') return;
    const fullName = ownerName === '' ? name : `${ownerName}.${name}`;
    const check = (): void => refuse(fullName);
    const trapped = function (this: unknown, ...args: unknown[]): unknown {
      check();
      return found.apply(this, args);
    };
    Object.assign(trapped, found); // process.hrtime.bigint as it is by now, util.promisify.custom
    Object.defineProperty(owner, name, {
      value: trapped,
      configurable: true,
      writable: true,
      enumerable: true,
    });
    this.#putBack.push(() => {
      if (descriptor === undefined) delete (owner as Record<string, unknown>)[name];
      else Object.defineProperty(owner, name, descriptor);
    });
  }

  /** `new Date()` and `Date()` read the clock; with arguments it only calculates. */
  #replaceDate(): void {
    const RealDate = globalThis.Date;
    const check = (): void => refuse('new Date()');
    const TrappedDate = function (...args: []): unknown {
      if (new.target === undefined) {
        check();
        return RealDate();
      }
      if (args.length === 0) check();
      return Reflect.construct(RealDate, args, new.target === TrappedDate ? RealDate : new.target);
    } as unknown as DateConstructor;
    Object.defineProperties(TrappedDate, Object.getOwnPropertyDescriptors(RealDate));
    globalThis.Date = TrappedDate;
    this.#putBack.push(() => {
      globalThis.Date = RealDate;
    });
  }
}

function refuse(name: string): void {
  const error = refusal(name);
  if (error !== undefined) throw error;
}

/** Tells the simulation of the actor that acts, if one does. */
function refusal(name: string): Error | undefined {
  const acting = actingNow();
  return acting?.shard.witness?.uncontrolled(acting.path, name);
}

/** The simulated actor whose code runs now, if any. */
function actingNow(): { readonly shard: Shard; readonly path: string } | undefined {
  const { shard, slot } = turnNow;
  if (shard !== undefined)
    return slot === 0 || shard.witness === undefined
      ? undefined
      : { shard, path: shard.addressOf(slot).path };
  if (!turnNow.callsHaveRun) return undefined;
  const scope = scopes.getStore();
  return scope?.shard.witness === undefined ? undefined : { shard: scope.shard, path: scope.call.path };
}
