import { NOBODY } from '../actor/address.js';
import { FAIL, type LifecycleEvent, nextLifecycleState, REFUSED, STARTED } from '../actor/lifecycle.js';
import { EscalatedError, InvalidOptionError, LinkedActorError } from '../errors.js';
import * as record from '../kernel/actor-record.js';
import { columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import { LifeContext } from './life-context.js';
import { cutCallsOff } from './loose-ends.js';
import { inTurnOf, turnNow } from './scope.js';
import type { Shard } from './shard.js';

// See `local-post.ts`.
const { BEHAVIOR_MASK, BEHAVIOR_SHIFT, DOZING, GENERATION, HAS_STATE, LIFECYCLE_MASK, QUEUED, ROLE, STATUS } =
  record;

/**
 * One life of an actor, as long as it goes on by itself:
 *
 * - Start: `initial` builds the state in the actor's first turn, or `restore` if there is a snapshot.
 * - Failure: the message at hand is a dead letter, open calls are cut off, the mail waits, the supervisor is told.
 *
 * The rest is seen to by others, each of which calls those after it, and this: `orders.ts` does what supervisors say, `stops.ts` decides
 * when a stop begins, `restarts.ts` ends a life and begins the next, `endings.ts` ends an actor for good, `children.ts` stops its
 * children first. Only the news that they are gone goes the other way.
 */
export class Life {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  lifecycle(slot: number): number {
    return this.#shard.table.get(slot, STATUS) & LIFECYCLE_MASK;
  }

  /** Moves along the lifecycle. False when the event means nothing in this state. */
  step(slot: number, event: LifecycleEvent, error?: unknown): boolean {
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    const next = nextLifecycleState(status & LIFECYCLE_MASK, event);
    if (next === REFUSED) return false;
    this.#shard.inspector?.stepped(slot, event, next, error);
    table.set(slot, STATUS, (status & ~LIFECYCLE_MASK) | next);
    return true;
  }

  /** From `starting` or `restarting` to `running`, or to `failed` when `initial` throws. */
  start(slot: number): void {
    const shard = this.#shard;
    const { table } = shard;
    const page = table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const { spec, passivation } = shard.roles.all[page[at + ROLE]!]!.definition;
    const context = new LifeContext(shard, slot, 0);
    const args = table.args[pageOf(slot)]![columnOf(slot)];
    const { shard: outerShard, slot: outerSlot } = turnNow;
    turnNow.shard = shard;
    turnNow.slot = slot;
    let state: unknown;
    try {
      const snapshot = spec.restore === undefined ? undefined : shard.peekCell(slot)?.snapshot;
      state =
        snapshot === undefined
          ? spec.initial.call(spec, args, context)
          : this.#restore(slot, snapshot, context);
    } catch (error) {
      this.fail(slot, error);
      return;
    } finally {
      turnNow.shard = outerShard;
      turnNow.slot = outerSlot;
      context.close();
    }
    table.states[pageOf(slot)]![columnOf(slot)] = state;
    page[at + STATUS]! |= HAS_STATE;
    this.step(slot, STARTED);
    if (passivation !== undefined) shard.passivation.admit(slot);
    if ((page[at + STATUS]! & QUEUED) === 0) shard.dispatcher.offer(slot);
  }

  /** The state that a snapshot was taken of. One that cannot be restored is forgotten. */
  #restore(slot: number, snapshot: Uint8Array, context: LifeContext): unknown {
    const { table, roles, codec } = this.#shard;
    const { spec } = roles.all[table.get(slot, ROLE)]!.definition;
    const cell = this.#shard.cellOf(slot);
    cell.snapshot = undefined;
    const state = spec.restore?.(codec.decode(snapshot), table.args[pageOf(slot)]![columnOf(slot)], context);
    cell.snapshot = snapshot;
    cell.handledSinceSnapshot = 0;
    return state;
  }

  /** Puts one of the definition's behaviours in force, or `receive`. @throws InvalidOptionError */
  become(slot: number, behavior: string | undefined): void {
    const { table, roles } = this.#shard;
    const { behaviorNames } = roles.all[table.get(slot, ROLE)]!.definition;
    const number = behavior === undefined ? 0 : behaviorNames.indexOf(behavior) + 1;
    if (number === 0 && behavior !== undefined)
      throw new InvalidOptionError('behavior', behavior, `one of ${behaviorNames.join(', ') || 'none'}`);
    table.set(slot, STATUS, (table.get(slot, STATUS) & ~BEHAVIOR_MASK) | (number << BEHAVIOR_SHIFT));
  }

  /** The handler of the message in `node` threw. */
  failHandling(slot: number, generation: number, error: unknown, node: number): void {
    this.#shard.burial.buryNode(node, slot, 'crashed', error);
    if (this.#shard.table.get(slot, GENERATION) === generation) this.fail(slot, error);
  }

  /** Takes an actor out of service because `error` was thrown, and asks its supervisor. */
  fail(slot: number, error: unknown): void {
    const shard = this.#shard;
    const cameToLife = (shard.table.get(slot, STATUS) & (HAS_STATE | DOZING)) !== 0;
    const cell = shard.peekCell(slot);
    const isBetweenLives = cell !== undefined && cell.hold !== 'none';
    if (isBetweenLives || !this.step(slot, FAIL, error)) {
      shard.log.error('an actor out of service failed again', { path: shard.addressOf(slot).path, error });
      return;
    }
    if (cell !== undefined) {
      cell.stopRound = undefined; // whatever comes next begins it anew
      if (cell.links !== undefined) cell.failure = error;
    }
    cutCallsOff(shard, slot);
    const parent = shard.parentOf(slot);
    if (parent.id === NOBODY) {
      shard.rootFailed(error);
      return;
    }
    const fruitless = !cameToLife || error instanceof EscalatedError || error instanceof LinkedActorError;
    const child = shard.idOf(slot);
    shard.signals.send(parent.shard, { kind: 'child-failed', to: parent.id, child, error, fruitless });
  }

  /** Calls `stopped`, if there is a state to call it with. */
  callStopped(slot: number): void {
    const shard = this.#shard;
    const { table } = shard;
    const { spec } = shard.roles.all[table.get(slot, ROLE)]!.definition;
    if (spec.stopped === undefined || (table.get(slot, STATUS) & HAS_STATE) === 0) return;
    const context = new LifeContext(shard, slot, 0);
    try {
      inTurnOf(shard, slot, () => spec.stopped?.(shard.stateOf(slot), context));
    } catch (error) {
      shard.log.error('`stopped` threw', { path: shard.addressOf(slot).path, error });
    } finally {
      context.close();
    }
  }

  /** Takes leave of the state, if there is one. */
  forgetState(slot: number): void {
    const { table, roles, log } = this.#shard;
    const status = table.get(slot, STATUS);
    const states = table.states[pageOf(slot)]!;
    const state = states[columnOf(slot)];
    table.set(slot, STATUS, status & ~HAS_STATE);
    states[columnOf(slot)] = undefined;
    const { spec } = roles.all[table.get(slot, ROLE)]!.definition;
    if (spec.release === undefined || (status & HAS_STATE) === 0) return;
    try {
      spec.release(state, this.#shard.locals);
    } catch (error) {
      log.error('`release` threw', { path: this.#shard.addressOf(slot).path, error });
    }
  }
}
