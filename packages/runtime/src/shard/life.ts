import { NOBODY } from '../actor/address.js';
import {
  FAIL,
  FAILED,
  FINISHED,
  type LifecycleEvent,
  nextLifecycleState,
  REFUSED,
  RESTART,
  RESTARTING,
  RESUME,
  RUNNING,
  STARTED,
  STARTING,
  STOP,
  STOPPED,
  STOPPING,
  SUSPEND,
  SUSPENDED,
} from '../actor/lifecycle.js';
import { EscalatedError, InvalidOptionError, LinkedActorError } from '../errors.js';
import {
  BEHAVIOR_MASK,
  BEHAVIOR_SHIFT,
  DOZING,
  FIRST_CHILD,
  GENERATION,
  HAS_STATE,
  INCARNATION,
  LIFECYCLE_MASK,
  MAIL_HEAD,
  PARENT,
  ROLE,
  SPAWNED,
  STATUS,
} from '../kernel/actor-record.js';
import { columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import { NOTICE_BIT, STOP_MARK, WORD } from '../kernel/mail-pool.js';
import type { ActorCell } from './actor-cell.js';
import { LifeContext } from './contexts.js';
import { inTurnOf, turnNow } from './scope.js';
import type { Shard } from './shard.js';
import { StopOrder } from './stop-order.js';
import { endCall } from './turn.js';

/**
 * Carries actors along their lifecycle: what starting, failing, restarting and stopping do.
 *
 * - Start: `initial` runs in the actor's first turn.
 * - Failure: the message at hand is a dead letter, open calls are cut off, the mail waits, the supervisor
 *   is told.
 * - Restart: the children are stopped, then `initial` builds a new state, or `restore` if there is a snapshot; name,
 *   mailbox and watchers stay, what was stashed is put back, timers, watches and kept questions are forgotten.
 * - Halt: as a restart, for a sibling's sake or because a permanent actor has stopped itself: `stopped` is called too
 *   unless it has failed, and the next life waits for the supervisor's word.
 * - Stop: what waits becomes dead letters, the children stop in the reverse order of their starts, then
 *   `stopped` is called, watchers and supervisor are told.
 */
export class Life {
  readonly #shard: Shard;
  readonly #stopOrder: StopOrder;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#stopOrder = new StopOrder(shard);
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
    const { table, roles } = this.#shard;
    const { spec, passivation } = roles.all[table.get(slot, ROLE)]!.definition;
    const context = new LifeContext(this.#shard, slot, 0);
    const args = table.args[pageOf(slot)]![columnOf(slot)];
    const { shard: outerShard, slot: outerSlot } = turnNow;
    turnNow.shard = this.#shard;
    turnNow.slot = slot;
    let state: unknown;
    try {
      const snapshot = spec.restore === undefined ? undefined : this.#shard.peekCell(slot)?.snapshot;
      state = snapshot === undefined ? spec.initial(args, context) : this.#restore(slot, snapshot, context);
    } catch (error) {
      this.fail(slot, error);
      return;
    } finally {
      turnNow.shard = outerShard;
      turnNow.slot = outerSlot;
      context.close();
    }
    table.states[pageOf(slot)]![columnOf(slot)] = state;
    table.set(slot, STATUS, table.get(slot, STATUS) | HAS_STATE);
    this.step(slot, STARTED);
    if (passivation !== undefined) this.#shard.passivation.admit(slot);
    this.#shard.dispatcher.offer(slot);
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

  /** The handler of the message in `node` threw. */
  failHandling(slot: number, generation: number, error: unknown, node: number): void {
    this.#shard.post.buryNode(node, slot, 'crashed', error);
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
    this.cutCallsOff(slot);
    const parent = shard.parentOf(slot);
    if (parent.id === NOBODY) {
      shard.rootFailed(error);
      return;
    }
    const fruitless = !cameToLife || error instanceof EscalatedError || error instanceof LinkedActorError;
    const child = shard.idOf(slot);
    shard.signals.send(parent.shard, { kind: 'child-failed', to: parent.id, child, error, fruitless });
  }

  /** The supervisor says: go on with the next message. */
  resume(slot: number): void {
    if (this.lifecycle(slot) !== FAILED) return;
    if ((this.#shard.table.get(slot, STATUS) & (HAS_STATE | DOZING)) === 0) {
      this.restart(slot); // there is no state to go on with
      return;
    }
    if (this.#stopIfDrained(slot)) return;
    this.step(slot, RESUME);
    this.#shard.supervisor.resumeChildren(slot);
    this.#shard.dispatcher.offer(slot);
  }

  /** Lets the mail wait until {@link unsuspend}; signals still come through. Too late for one that drains. */
  suspend(slot: number): void {
    const stopByMs = this.#shard.peekCell(slot)?.stopByMs ?? Number.POSITIVE_INFINITY;
    if (stopByMs === Number.POSITIVE_INFINITY) this.step(slot, SUSPEND);
  }

  unsuspend(slot: number): void {
    if (this.lifecycle(slot) !== SUSPENDED) return;
    this.step(slot, RESUME);
    this.#shard.dispatcher.offer(slot);
  }

  /** The supervisor says: begin a new life. Waits until all children have stopped. */
  restart(slot: number): void {
    if (this.#stopIfDrained(slot) || !this.step(slot, RESTART)) return;
    this.#endLife(slot);
  }

  /** The supervisor says: end this life, whatever state it is in, and wait for {@link revive}. */
  halt(slot: number): void {
    if (this.lifecycle(slot) === STARTING) this.start(slot);
    const lifecycle = this.lifecycle(slot);
    if (lifecycle >= STOPPING || this.#stopIfDrained(slot)) return;
    const cell = this.#shard.cellOf(slot);
    if (cell.hold !== 'none') return;
    cell.hold = 'asked';
    if (lifecycle === RESTARTING) return; // it waits for the last of its children
    if (lifecycle === FAILED) this.#forgetState(slot); // nobody vouches for it: `stopped` is not called
    this.step(slot, RESTART);
    this.#endLife(slot);
  }

  /** The supervisor says: begin the life that has waited since {@link halt}, or the first one on a new thread; answers. */
  revive(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    const lifecycle = this.lifecycle(slot);
    if (cell === undefined) return;
    if (cell.hold === 'held' && lifecycle === RESTARTING) this.#beginNextLife(slot);
    else if (lifecycle === STARTING) this.start(slot);
    if (this.lifecycle(slot) !== RUNNING) return; // its supervisor has been told why
    const { id, shard } = cell.parent;
    this.#shard.signals.send(shard, { kind: 'child-revived', to: id, child: cell.address.id });
  }

  /** What waits in the mailbox stays; the children go. */
  #endLife(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) {
      this.cutCallsOff(slot);
      this.#giveUpQuestions(cell);
      this.#cancelTimers(cell);
      this.#shard.sources.endAll(slot);
      this.#shard.supervisor.forgetGroup(cell);
      for (const watched of [...cell.watching.values()]) this.#shard.signals.unwatch(slot, watched);
      this.#shard.stash.putBack(slot);
    }
    if (this.#hasChildren(slot)) this.#stopChildren(slot, true, this.#shard.stopDeadlineMs);
    else this.#lifeEnded(slot);
  }

  /** The last child is gone. */
  #lifeEnded(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined || cell.hold === 'none') this.#beginNextLife(slot);
    else if (cell.hold === 'asked') {
      this.#callStopped(slot);
      this.#forgetState(slot);
      cell.hold = 'held';
      const { id, shard } = cell.parent;
      const child = cell.address.id;
      const { ownStop: own, stillborn: fruitless } = cell;
      this.#shard.signals.send(shard, { kind: 'child-halted', to: id, child, own, fruitless });
    }
  }

  /** A permanent actor that nobody else stops only ends its life. */
  #outlivesStop(cell: ActorCell | undefined): cell is ActorCell {
    return cell?.permanent === true && !cell.orderedStop;
  }

  #endByOwnStop(cell: ActorCell): void {
    const lifecycle = this.lifecycle(cell.slot);
    if (lifecycle !== RUNNING && lifecycle !== SUSPENDED) return; // a restart is on its way already
    cell.stopAfterCalls = false;
    cell.snapshot = undefined; // of a life that is complete nothing is to be continued
    this.#shard.block(cell.slot, false);
    this.halt(cell.slot);
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

  /** Stops when the mail that waits now is handled, or at once. */
  stop(slot: number, now: boolean, deadlineMs: number, own = false): void {
    const lifecycle = this.lifecycle(slot);
    const drains = !now && (lifecycle === RUNNING || lifecycle === STARTING);
    const permanent = this.#shard.peekCell(slot);
    if (permanent?.permanent === true) {
      if (!own) permanent.orderedStop = true;
      else if (permanent.ownStop) return;
      else permanent.ownStop = true;
      if (own && !drains && this.#outlivesStop(permanent)) {
        this.#endByOwnStop(permanent);
        return;
      }
    }
    if (drains) {
      this.#shard.sources.endAll(slot);
      this.#shard.mail.putNotice(slot, STOP_MARK, undefined);
    }
    if (lifecycle < STOPPING && !drains && !this.#hasChildren(slot)) {
      this.#beginStop(slot, now);
      return;
    }
    const cell = this.#shard.cellOf(slot);
    // Finite also for a stop that may take for ever: it has a deadline, and needs no other.
    const byMs = Math.min(this.#shard.clock.now() + deadlineMs, Number.MAX_VALUE);
    cell.stopByMs = Math.min(cell.stopByMs, byMs);
    if (lifecycle >= STOPPING) {
      this.#setStopDeadline(cell);
      if (now) this.#stopChildren(slot, true, deadlineMs);
    } else if (drains) {
      this.#shard.dispatcher.offer(slot);
      this.#setStopDeadline(cell);
    } else this.#beginStop(slot, now);
  }

  /** As a draining {@link stop} of a running actor that nothing waits for: no deadline is needed. */
  markStop(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell?.permanent === true) {
      if (cell.ownStop) return;
      cell.ownStop = true;
    }
    this.#shard.sources.endAll(slot);
    this.#shard.mail.putNotice(slot, STOP_MARK, undefined);
    this.#shard.dispatcher.offer(slot);
  }

  /** All mail from before the stop has been handled. */
  reachStopMark(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined && this.#endPlainly(slot)) return;
    if (this.#outlivesStop(cell) && !cell.ownStop) return; // an earlier life asked for it
    if (cell === undefined || cell.calls.size === 0) {
      if (this.#outlivesStop(cell)) this.#endByOwnStop(cell);
      else this.#beginStop(slot, false);
      return;
    }
    cell.stopAfterCalls = true;
    this.#shard.block(slot, true);
    // The mark had a deadline only if somebody else set it; calls need one in any case.
    if (cell.stopByMs === Number.POSITIVE_INFINITY) {
      cell.stopByMs = this.#shard.clock.now() + this.#shard.stopDeadlineMs;
      this.#setStopDeadline(cell);
    }
  }

  /**
   * The end of an actor that has nothing to see to: no cell, no children, no `stopped`, nobody who looks. What {@link #beginStop} and
   * {@link #finishStop} do for it, which is most actors' end, in one step. False when there is more to do.
   */
  #endPlainly(slot: number): boolean {
    const shard = this.#shard;
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    if (page[at + FIRST_CHILD] !== 0 || page[at + PARENT] === 0 || shard.inspector !== undefined)
      return false;
    if (!shard.roles.all[page[at + ROLE]!]!.endsPlainly) return false;
    if (page[at + MAIL_HEAD] !== 0) this.dropMail(slot);
    page[at + STATUS] = (page[at + STATUS]! & ~LIFECYCLE_MASK) | STOPPED;
    this.#leaveParent(slot);
    return true;
  }

  /** A child is gone for good: what waited for that goes on. */
  childGone(slot: number, childId: number): void {
    const cell = this.#shard.peekCell(slot);
    const record = cell?.children.get(childId);
    if (cell !== undefined && record !== undefined) {
      cell.children.delete(childId);
      if (record.name !== undefined) cell.childNames.delete(record.name);
      if (record.restartTimer !== 0) this.#shard.timers.cancel(record.restartTimer);
    }
    const lifecycle = this.lifecycle(slot);
    if (lifecycle === RESTARTING || lifecycle === STOPPING) {
      if (cell !== undefined && this.#hasChildren(slot)) this.#stopOrder.goOn(cell, childId);
      else this.#noChildLeft(slot, lifecycle);
    } else if (cell?.groupRestart !== undefined) this.#shard.supervisor.goOn(slot);
  }

  #noChildLeft(slot: number, lifecycle: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) cell.stopRound = undefined;
    if (lifecycle === RESTARTING) this.#lifeEnded(slot);
    else this.#finishStop(slot);
  }

  #hasChildren(slot: number): boolean {
    if (this.#shard.table.get(slot, FIRST_CHILD) !== 0) return true;
    const cell = this.#shard.peekCell(slot);
    return cell !== undefined && cell.children.size > 0;
  }

  /** An actor that only waited for its calls before it stops has nothing to live on for when they are cut off. */
  #stopIfDrained(slot: number): boolean {
    const cell = this.#shard.peekCell(slot);
    if (cell?.stopAfterCalls !== true) return false;
    if (this.#outlivesStop(cell)) {
      cell.stopAfterCalls = false;
      this.#shard.block(slot, false);
      return false;
    }
    this.#beginStop(slot, false);
    return true;
  }

  #beginNextLife(slot: number): void {
    const { table, roles } = this.#shard;
    if (roles.all[table.get(slot, ROLE)]!.definition.passivation !== undefined)
      this.#shard.passivation.discard(slot);
    table.set(slot, INCARNATION, table.get(slot, INCARNATION) + 1);
    table.set(slot, STATUS, table.get(slot, STATUS) & ~BEHAVIOR_MASK);
    table.set(slot, SPAWNED, 0);
    this.#forgetState(slot);
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) {
      cell.hold = 'none';
      if (this.#outlivesStop(cell)) this.#forgetOwnStop(cell);
    }
    this.start(slot);
  }

  #forgetOwnStop(cell: ActorCell): void {
    cell.ownStop = false;
    cell.stillborn = false;
    cell.stopByMs = Number.POSITIVE_INFINITY;
    if (cell.stopTimer !== 0) this.#shard.timers.cancel(cell.stopTimer);
    cell.stopTimer = 0;
  }

  #forgetState(slot: number): void {
    const { table } = this.#shard;
    table.set(slot, STATUS, table.get(slot, STATUS) & ~HAS_STATE);
    table.states[pageOf(slot)]![columnOf(slot)] = undefined;
  }

  #beginStop(slot: number, now: boolean): void {
    const shard = this.#shard;
    const hasFailed = this.lifecycle(slot) === FAILED;
    this.step(slot, STOP);
    const cell = shard.peekCell(slot);
    if (cell !== undefined) {
      shard.linked.ended(cell, hasFailed, cell.failure);
      cell.links = undefined;
      cell.stopAfterCalls = false;
      this.cutCallsOff(slot);
      shard.sources.endAll(slot);
      this.#giveUpQuestions(cell);
      shard.supervisor.forgetGroup(cell);
      shard.stash.putBack(slot);
    }
    this.dropMail(slot);
    if (!this.#hasChildren(slot)) {
      this.#finishStop(slot);
      return;
    }
    const stopping = shard.cellOf(slot);
    if (stopping.stopByMs === Number.POSITIVE_INFINITY)
      stopping.stopByMs = shard.clock.now() + shard.stopDeadlineMs;
    this.#setStopDeadline(stopping);
    this.#stopChildren(slot, now, Math.max(0, stopping.stopByMs - shard.clock.now()));
  }

  /** Makes everything that waits for an actor dead letters. */
  dropMail(slot: number): void {
    const { mail, parking, post } = this.#shard;
    for (let node = mail.take(slot); node !== 0; node = mail.take(slot)) {
      if ((mail.pool.get(node, WORD) & NOTICE_BIT) === 0) post.buryNode(node, slot, 'stopped', undefined);
      else mail.pool.free(node);
    }
    if (this.#shard.peekCell(slot) === undefined) return;
    for (let node = parking.take(slot); node !== 0; node = parking.take(slot))
      post.buryNode(node, slot, 'stopped', undefined);
  }

  #finishStop(slot: number): void {
    const shard = this.#shard;
    const { passivation } = shard.roles.all[shard.table.get(slot, ROLE)]!.definition;
    if (passivation !== undefined) shard.passivation.discard(slot);
    this.#callStopped(slot);
    this.step(slot, FINISHED);
    const cell = shard.peekCell(slot);
    if (cell !== undefined) {
      this.#cancelTimers(cell);
      if (cell.stopTimer !== 0) shard.timers.cancel(cell.stopTimer);
      for (const watched of [...cell.watching.values()]) shard.signals.unwatch(slot, watched);
      for (const [watcher, watcherShard] of cell.watchers)
        shard.signals.send(watcherShard, {
          kind: 'terminated',
          to: watcher,
          notice: { address: cell.address, reason: 'stopped' },
        });
    }
    this.#leaveParent(slot);
  }

  #callStopped(slot: number): void {
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

  /** Forgets the actor and lets its supervisor go on. */
  #leaveParent(slot: number): void {
    const shard = this.#shard;
    const { table } = shard;
    const parentSlot = table.get(slot, PARENT);
    if (parentSlot === 0) {
      const parent = shard.parentOf(slot);
      const child = shard.idOf(slot);
      shard.forget(slot);
      if (parent.id === NOBODY) shard.rootStopped();
      else shard.signals.send(parent.shard, { kind: 'child-terminated', to: parent.id, child });
      return;
    }
    const lifecycle = table.get(parentSlot, STATUS) & LIFECYCLE_MASK;
    const isWaitedFor = lifecycle === STOPPING || lifecycle === RESTARTING;
    const cell = shard.peekCell(parentSlot);
    const isRecorded = cell !== undefined && cell.children.size > 0;
    const id = isWaitedFor || isRecorded ? shard.idOf(slot) : NOBODY;
    const name = table.names[pageOf(slot)]![columnOf(slot)];
    if (name !== undefined) cell?.childNames.delete(name);
    shard.forget(slot);
    if (isWaitedFor || (isRecorded && cell.children.has(id)))
      shard.signals.send(shard.index, { kind: 'child-terminated', to: shard.idOf(parentSlot), child: id });
  }

  #stopChildren(slot: number, now: boolean, deadlineMs: number): void {
    this.#stopOrder.begin(this.#shard.cellOf(slot), now, this.#shard.clock.now() + deadlineMs);
  }

  /** When the time is over, what still drains is stopped by force. */
  #setStopDeadline(cell: ActorCell): void {
    const shard = this.#shard;
    const { slot, generation } = cell;
    if (cell.stopTimer !== 0) {
      if (shard.timers.dueMs(cell.stopTimer)! <= cell.stopByMs) return;
      shard.timers.cancel(cell.stopTimer);
    }
    const delayMs = Math.max(0, cell.stopByMs - shard.clock.now());
    cell.stopTimer = shard.timers.set(delayMs, () => {
      cell.stopTimer = 0;
      if (!shard.table.isAlive(slot, generation) || this.lifecycle(slot) === STOPPED) return;
      shard.log.warn('stopping by force: the deadline has passed', { path: cell.address.path });
      if (this.lifecycle(slot) === STOPPING) this.#stopChildren(slot, true, 0);
      else if (this.#outlivesStop(cell)) this.#endByOwnStop(cell);
      else this.#beginStop(slot, true);
      shard.wake();
    });
  }

  /** Ends the open calls; what they were handling is dead. */
  cutCallsOff(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined) return;
    for (const call of cell.calls) {
      endCall(this.#shard, slot, call);
      call.cutOff(new Error(`${cell.address.path} has stopped, failed or restarted.`));
      this.#shard.post.deadLetter(call.envelope, cell.address, 'interrupted', undefined);
    }
  }

  /** Questions that were kept for a later turn are nobody's any more: their askers need not wait. */
  #giveUpQuestions(cell: ActorCell): void {
    for (const question of cell.kept)
      if (question.isAsk && !question.answered)
        this.#shard.post.rejectSender(question.envelope, cell.address.id, 'interrupted', undefined);
    cell.kept.clear();
  }

  #cancelTimers(cell: ActorCell): void {
    for (const timer of cell.timers) this.#shard.timers.cancel(timer);
    cell.timers.clear();
  }
}
