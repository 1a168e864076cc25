import { NOBODY } from '../actor/address.js';
import { FAILED, RESTARTING, RUNNING, STARTING, STOPPED, STOPPING, SUSPENDED } from '../actor/lifecycle.js';
import { type Envelope, isEnvelope } from '../mailbox/envelope.js';
import type { ActorCell } from './actor-cell.js';
import { CellContext } from './contexts.js';
import { scopes } from './scope.js';
import type { Shard } from './shard.js';
import { endCall } from './turn.js';

/**
 * Carries actors along their lifecycle: what starting, failing, restarting and stopping do.
 *
 * - Start: `initial` runs in the actor's first turn.
 * - Failure: the message at hand is a dead letter, open calls are cut off, the mail waits, the supervisor
 *   is told.
 * - Restart: the children are stopped, then `initial` builds a new state; name, mailbox and watchers stay,
 *   timers and watches of the old life are forgotten.
 * - Stop: what waits becomes dead letters, the children stop in the reverse order of their starts, then
 *   `stopped` is called, watchers and supervisor are told.
 */
export class Life {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** From `starting` or `restarting` to `running`, or to `failed` when `initial` throws. */
  start(cell: ActorCell): void {
    const { incarnation } = cell;
    cell.scope = { shard: this.#shard, cell, incarnation, call: undefined };
    const context = new CellContext(this.#shard, cell);
    try {
      cell.state = scopes.run(cell.scope, () => cell.definition.spec.initial(cell.args, context));
      cell.hasState = true;
    } catch (error) {
      this.fail(cell, error);
      return;
    } finally {
      context.close();
    }
    cell.step('started');
    this.#shard.dispatcher.offer(cell);
  }

  /** Takes an actor out of service because `error` was thrown, and asks its supervisor. */
  fail(cell: ActorCell, error: unknown, envelope?: Envelope): void {
    if (envelope !== undefined) this.#shard.post.deadLetter(envelope, cell.address, 'crashed', error);
    if (!cell.step('fail')) {
      this.#shard.log.error('an actor out of service failed again', { path: cell.address.path, error });
      return;
    }
    this.cutCallsOff(cell);
    if (cell.parent.id === NOBODY) {
      this.#shard.rootFailed(error);
      return;
    }
    this.#shard.signals.send(cell.parent.shard, {
      kind: 'child-failed',
      to: cell.parent.id,
      child: cell.address.id,
      error,
    });
  }

  /** The supervisor says: go on with the next message. */
  resume(cell: ActorCell): void {
    if (cell.lifecycle !== FAILED) return;
    if (!cell.hasState) {
      this.restart(cell); // there is no state to go on with
      return;
    }
    if (this.#stopIfDrained(cell)) return;
    cell.step('resume');
    this.#shard.supervisor.resumeChildren(cell);
    this.#shard.dispatcher.offer(cell);
  }

  /** Lets the mail wait until {@link unsuspend}; signals still come through. Too late for one that drains. */
  suspend(cell: ActorCell): void {
    if (cell.stopByMs === Number.POSITIVE_INFINITY) cell.step('suspend');
  }

  unsuspend(cell: ActorCell): void {
    if (cell.lifecycle !== SUSPENDED) return;
    cell.step('resume');
    this.#shard.dispatcher.offer(cell);
  }

  /** The supervisor says: begin a new life. Waits until all children have stopped. */
  restart(cell: ActorCell): void {
    if (this.#stopIfDrained(cell) || !cell.step('restart')) return;
    this.cutCallsOff(cell);
    this.#cancelTimers(cell);
    for (const watched of cell.watching.values())
      this.#shard.signals.send(watched.shard, { kind: 'unwatch', to: watched.id, watcher: cell.address.id });
    cell.watching.clear();
    if (cell.children.size === 0) this.#beginNextLife(cell);
    else this.#stopChildren(cell, true, this.#shard.stopDeadlineMs);
  }

  /** Stops when the mail that waits now is handled, or at once. */
  stop(cell: ActorCell, now: boolean, deadlineMs: number): void {
    cell.stopByMs = Math.min(cell.stopByMs, this.#shard.clock.now() + deadlineMs);
    if (cell.lifecycle >= STOPPING) {
      this.#setStopDeadline(cell);
      if (now) this.#stopChildren(cell, true, deadlineMs);
    } else if (now || (cell.lifecycle !== RUNNING && cell.lifecycle !== STARTING)) {
      this.#beginStop(cell, now);
    } else {
      cell.mailbox.putNotice({ kind: 'stop-mark' });
      this.#shard.dispatcher.offer(cell);
      this.#setStopDeadline(cell);
    }
  }

  /** All mail from before the stop has been handled. */
  reachStopMark(cell: ActorCell): void {
    if (cell.calls.size > 0) cell.stopAfterCalls = true;
    else this.#beginStop(cell, false);
  }

  /** A child is gone for good: what waited for that goes on. */
  childGone(cell: ActorCell, childId: number): void {
    const record = cell.children.get(childId);
    if (record === undefined) return;
    cell.children.delete(childId);
    cell.childNames.delete(record.name);
    if (record.restartTimer) this.#shard.timers.cancel(record.restartTimer);
    if (cell.children.size > 0) return;
    if (cell.lifecycle === RESTARTING) this.#beginNextLife(cell);
    else if (cell.lifecycle === STOPPING) this.#finishStop(cell);
  }

  /** An actor that only waited for its calls before it stops has nothing to live on for when they are cut off. */
  #stopIfDrained(cell: ActorCell): boolean {
    if (!cell.stopAfterCalls) return false;
    this.#beginStop(cell, false);
    return true;
  }

  #beginNextLife(cell: ActorCell): void {
    cell.incarnation++;
    cell.hasState = false;
    cell.state = undefined;
    cell.childCount = 0;
    this.start(cell);
  }

  #beginStop(cell: ActorCell, now: boolean): void {
    cell.step('stop');
    cell.stopAfterCalls = false;
    this.cutCallsOff(cell);
    for (let mail = cell.mailbox.take(); mail !== undefined; mail = cell.mailbox.take()) {
      if (!isEnvelope(mail)) continue;
      this.#shard.row.add('mailWaiting', -1);
      this.#shard.post.deadLetter(mail, cell.address, 'stopped', undefined);
    }
    if (cell.children.size === 0) {
      this.#finishStop(cell);
      return;
    }
    this.#setStopDeadline(cell);
    this.#stopChildren(cell, now, Math.max(0, cell.stopByMs - this.#shard.clock.now()));
  }

  #finishStop(cell: ActorCell): void {
    const shard = this.#shard;
    if (cell.hasState) {
      const context = new CellContext(shard, cell);
      try {
        scopes.run(cell.scope!, () => cell.definition.spec.stopped?.(cell.state, context));
      } catch (error) {
        shard.log.error('`stopped` threw', { path: cell.address.path, error });
      } finally {
        context.close();
      }
    }
    cell.step('finished');
    cell.hasState = false;
    cell.state = undefined;
    this.#cancelTimers(cell);
    if (cell.stopTimer) shard.timers.cancel(cell.stopTimer);
    for (const watched of cell.watching.values())
      shard.signals.send(watched.shard, { kind: 'unwatch', to: watched.id, watcher: cell.address.id });
    shard.forget(cell);
    for (const [watcher, watcherShard] of cell.watchers)
      shard.signals.send(watcherShard, {
        kind: 'terminated',
        to: watcher,
        notice: { address: cell.address, reason: 'stopped' },
      });
    if (cell.parent.id === NOBODY) shard.rootStopped();
    else
      shard.signals.send(cell.parent.shard, {
        kind: 'child-terminated',
        to: cell.parent.id,
        child: cell.address.id,
      });
  }

  /** Last started, first told to stop. */
  #stopChildren(cell: ActorCell, now: boolean, deadlineMs: number): void {
    for (const record of [...cell.children.values()].reverse()) {
      if (record.lost) this.childGone(cell, record.address.id);
      else
        this.#shard.signals.send(record.address.shard, {
          kind: 'stop',
          to: record.address.id,
          now,
          deadlineMs,
        });
    }
  }

  /** When the time is over, what still drains is stopped by force. */
  #setStopDeadline(cell: ActorCell): void {
    if (cell.stopTimer !== undefined) {
      if (cell.stopTimer.dueMs <= cell.stopByMs) return;
      this.#shard.timers.cancel(cell.stopTimer);
    }
    const delayMs = Math.max(0, cell.stopByMs - this.#shard.clock.now());
    cell.stopTimer = this.#shard.timers.set(delayMs, () => {
      cell.stopTimer = undefined;
      if (cell.lifecycle === STOPPED) return;
      this.#shard.log.warn('stopping by force: the deadline has passed', { path: cell.address.path });
      if (cell.lifecycle === STOPPING) this.#stopChildren(cell, true, 0);
      else this.#beginStop(cell, true);
      this.#shard.wake();
    });
  }

  /** Ends the open calls; what they were handling is dead. */
  cutCallsOff(cell: ActorCell): void {
    for (const call of cell.calls) {
      endCall(this.#shard, cell, call);
      call.cutOff(new Error(`${cell.address.path} has stopped, failed or restarted.`));
      this.#shard.post.deadLetter(call.envelope, cell.address, 'interrupted', undefined);
    }
  }

  #cancelTimers(cell: ActorCell): void {
    for (const timer of cell.timers) this.#shard.timers.cancel(timer);
    cell.timers.clear();
  }
}
