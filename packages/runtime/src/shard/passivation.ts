import { RUNNING, SUSPENDED } from '../actor/lifecycle.js';
import { StateStoreError } from '../errors.js';
import {
  BLOCKED,
  DOZING,
  FIRST_CHILD,
  HAS_STATE,
  LIFECYCLE_MASK,
  MAIL_HEAD,
  QUEUED,
  ROLE,
  STATUS,
} from '../kernel/actor-record.js';
import { columnOf, pageOf } from '../kernel/actor-table.js';
import type { Role } from '../kernel/role.js';
import type { StateStore } from '../passivation/state-store.js';
import type { MessageCodec } from '../remote/links.js';
import { IdleSweep } from './idle-sweep.js';
import { LifeContext } from './life-context.js';
import { inTurnOf, isLiving, type LifeOf, outsideActors } from './scope.js';
import type { Shard } from './shard.js';
import type { Signal } from './signals.js';
import { StateStores } from './state-stores.js';
import { isThenable } from './thenable.js';

/** Signals whose order matters to a life. */
const ORDERS: readonly Signal['kind'][] = ['suspend', 'resume', 'restart', 'stop', 'halt', 'link-broken'];

/** The sweep of one definition, and what became of its last round. */
interface Sweep {
  readonly idle: IdleSweep;
  refused: number;
  firstError: unknown;
}

/**
 * Lets go of the state of idle actors, and brings it back.
 *
 * A sweep marks each actor of a passivating definition as dozing; its next turn takes the mark away. Who still dozes at the next
 * sweep is passivated: its state goes to the store as bytes, its record, name, behaviour, mailbox, watchers and place in the tree stay.
 * So an active actor pays with one bit that its turn looks at anyway.
 *
 * Its next turn, or a signal that needs the state (a restart; a stop or a halt that has `stopped` to call), brings it
 * back first. A store may take its time: saving, the actor goes on, and what was saved is thrown away if it had a turn
 * meanwhile; loading, the mail waits, and orders wait in line behind the first that needs the state.
 * Both count as running calls, so that a system is not quiet before they have ended.
 */
export class Passivation {
  readonly #shard: Shard;
  readonly #codec: MessageCodec;
  readonly #stores: StateStores;
  readonly #sweeps = new Map<Role, Sweep>();
  /** Saves that have not ended. `false`: the actor had a turn since. */
  readonly #saving = new Map<number, { current: boolean }>();
  /** Loads that have not ended, and what is to be done then. */
  readonly #loading = new Map<number, (() => void)[]>();

  constructor(shard: Shard, codec: MessageCodec) {
    this.#shard = shard;
    this.#codec = codec;
    this.#stores = new StateStores(shard);
  }

  /** An actor has begun a life, or has its state back. */
  admit(slot: number): void {
    this.#sweepOf(this.#roleOf(slot)).idle.add(slot);
  }

  /** An actor has a turn: it is not idle, and needs its state. */
  rouse(slot: number): void {
    const save = this.#saving.get(slot);
    if (save !== undefined) save.current = false;
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    if ((status & HAS_STATE) !== 0) table.set(slot, STATUS, status & ~DOZING);
    else if (this.isAway(slot) && table.get(slot, MAIL_HEAD) !== 0) this.revive(slot, undefined);
  }

  /** Whether a signal must wait until the state of its actor is back: what ends a life ends it with its state. */
  delays(slot: number, { kind }: Signal): boolean {
    if (!ORDERS.includes(kind) || !this.isAway(slot)) return false;
    if ((this.#loading.get(slot)?.length ?? 0) > 0) return true; // after those that wait already
    if (kind === 'restart') return true;
    return (kind === 'stop' || kind === 'halt') && this.#roleOf(slot).definition.spec.stopped !== undefined;
  }

  /** Whether an actor's state is in a store, or on its way back, and the actor is in service. */
  isAway(slot: number): boolean {
    const status = this.#shard.table.get(slot, STATUS);
    const lifecycle = status & LIFECYCLE_MASK;
    return (status & (DOZING | HAS_STATE)) === DOZING && (lifecycle === RUNNING || lifecycle === SUSPENDED);
  }

  /** Brings the state of an actor that is away back, and calls `then` when it is here or the actor has failed for want of it. */
  revive(slot: number, then: (() => void) | undefined): void {
    const loading = this.#loading.get(slot);
    if (loading !== undefined) {
      if (then !== undefined) loading.push(then);
      return;
    }
    const key = this.#stores.keyOf(slot);
    let loaded: Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;
    try {
      loaded = outsideActors(() => this.#stores.of(slot).load(key));
    } catch (error) {
      this.#lose(slot, key, 'its `load` threw', error);
      then?.();
      return;
    }
    if (isThenable(loaded)) this.#awaitState(slot, key, loaded, then);
    else {
      this.#install(slot, key, loaded);
      then?.();
    }
  }

  /** An actor begins anew, or is gone: what is kept of it is not needed. */
  discard(slot: number): void {
    const { table } = this.#shard;
    this.#sweepOf(this.#roleOf(slot)).idle.delete(slot);
    const save = this.#saving.get(slot);
    if (save !== undefined) save.current = false;
    this.#saving.delete(slot);
    if (this.#loading.delete(slot)) this.#shard.block(slot, false);
    const status = table.get(slot, STATUS);
    if ((status & (DOZING | HAS_STATE)) === DOZING)
      this.#stores.forget(this.#stores.of(slot), this.#stores.keyOf(slot));
    table.set(slot, STATUS, status & ~DOZING);
  }

  // --- going --------------------------------------------------------------------------------------------

  #visit(slot: number, sweep: Sweep): void {
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    if (!this.#isIdle(slot, status) || this.#saving.has(slot)) return;
    if ((status & DOZING) === 0) table.set(slot, STATUS, status | DOZING);
    else this.#passivate(slot, sweep);
  }

  #isIdle(slot: number, status: number): boolean {
    const { table } = this.#shard;
    if ((status & (LIFECYCLE_MASK | QUEUED | BLOCKED | HAS_STATE)) !== (RUNNING | HAS_STATE)) return false;
    if (table.get(slot, MAIL_HEAD) !== 0 || table.get(slot, FIRST_CHILD) !== 0) return false;
    return this.#shard.peekCell(slot)?.needsState !== true;
  }

  #passivate(slot: number, sweep: Sweep): void {
    const shard = this.#shard;
    const { spec } = this.#roleOf(slot).definition;
    const key = this.#stores.keyOf(slot);
    let store: StateStore;
    let saved: unknown;
    try {
      store = this.#stores.of(slot);
      const data = inTurnOf(shard, slot, () => spec.snapshot?.(shard.stateOf(slot), shard.locals));
      const bytes = this.#codec.encode(data);
      saved = outsideActors(() => store.save(key, bytes));
    } catch (error) {
      refuse(sweep, error);
      return;
    }
    if (!isThenable(saved)) {
      this.#letGo(slot);
      return;
    }
    const save = { current: true };
    this.#saving.set(slot, save);
    const ended = (error: unknown): void => {
      if (this.#saving.get(slot) === save) this.#saving.delete(slot);
      if (error !== undefined) refuse(sweep, error);
      else if (save.current && this.#isIdle(slot, shard.table.get(slot, STATUS))) {
        this.#letGo(slot);
        return;
      }
      this.#stores.forget(store, key);
    };
    this.#stores.wait(slot, saved, () => ended(undefined), ended);
  }

  #letGo(slot: number): void {
    this.#shard.life.forgetState(slot);
    this.#sweepOf(this.#roleOf(slot)).idle.delete(slot);
  }

  // --- coming back ----------------------------------------------------------------------------------------

  #awaitState(
    slot: number,
    key: string,
    loaded: PromiseLike<Uint8Array | undefined>,
    then: (() => void) | undefined,
  ): void {
    const shard = this.#shard;
    const loading = then === undefined ? [] : [then];
    const life: LifeOf = {
      shard,
      slot,
      generation: shard.generationOf(slot),
      incarnation: shard.incarnationOf(slot),
    };
    this.#loading.set(slot, loading);
    shard.block(slot, true);
    const ended = (settle: () => void): void => {
      if (this.#loading.get(slot) !== loading || !isLiving(life)) return;
      this.#loading.delete(slot);
      shard.block(slot, false);
      settle();
      for (const each of loading) each();
      shard.dispatcher.offer(slot);
      shard.wake();
    };
    this.#stores.wait(
      slot,
      loaded,
      (data) => ended(() => this.#install(slot, key, data)),
      (error) => ended(() => this.#lose(slot, key, 'its `load` failed', error)),
    );
  }

  #install(slot: number, key: string, bytes: Uint8Array | undefined): void {
    const shard = this.#shard;
    const { table } = shard;
    if (!this.isAway(slot)) return; // it failed or is stopping meanwhile
    if (bytes === undefined) {
      this.#lose(slot, key, 'it does not know it', undefined);
      return;
    }
    const { spec } = this.#roleOf(slot).definition;
    const args = table.args[pageOf(slot)]![columnOf(slot)];
    const context = new LifeContext(shard, slot, 0);
    let state: unknown;
    try {
      const data = this.#codec.decode(bytes);
      state = inTurnOf(shard, slot, () => spec.restore?.(data, args, context));
    } catch (error) {
      this.#lose(slot, key, 'what it gave could not be restored', error);
      return;
    } finally {
      context.close();
    }
    table.states[pageOf(slot)]![columnOf(slot)] = state;
    table.set(slot, STATUS, (table.get(slot, STATUS) & ~DOZING) | HAS_STATE);
    this.admit(slot);
    this.#stores.forget(this.#stores.of(slot), key);
  }

  #lose(slot: number, key: string, why: string, cause: unknown): void {
    if (!this.isAway(slot)) return;
    const { path } = this.#shard.addressOf(slot);
    const options = cause === undefined ? undefined : { cause };
    this.#shard.life.fail(slot, new StateStoreError(path, key, why, options));
  }

  #roleOf(slot: number): Role {
    return this.#shard.roles.all[this.#shard.table.get(slot, ROLE)]!;
  }

  #sweepOf(role: Role): Sweep {
    const known = this.#sweeps.get(role);
    if (known !== undefined) return known;
    const { name, passivation } = role.definition;
    const sweep: Sweep = {
      idle: new IdleSweep(
        this.#shard.timers,
        passivation!.afterMs,
        (slot) => this.#visit(slot, sweep),
        () => this.#report(name, sweep),
      ),
      refused: 0,
      firstError: undefined,
    };
    this.#sweeps.set(role, sweep);
    return sweep;
  }

  /** One record a round, for a store that is full or gone refuses all. */
  #report(definition: string, sweep: Sweep): void {
    if (sweep.refused === 0) return;
    this.#shard.log.warn('idle actors could not be passivated and stay active', {
      definition,
      count: sweep.refused,
      error: sweep.firstError,
    });
    sweep.refused = 0;
    sweep.firstError = undefined;
  }
}

function refuse(sweep: Sweep, error: unknown): void {
  sweep.firstError ??= error;
  sweep.refused++;
}
