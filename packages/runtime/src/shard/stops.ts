import { RUNNING, STARTING, STOPPED, STOPPING, SUSPENDED } from '../actor/lifecycle.js';
import { BLOCKED, LEAVING, LIFECYCLE_MASK, STATUS } from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import { STOP_MARK } from '../kernel/mail-pool.js';
import type { ActorCell } from './actor-cell.js';
import type { Shard } from './shard.js';

/**
 * Decides when the stop of an actor begins: at once, or when it has drained, which is when the mail from before the stop is handled and
 * the calls that it began have ended; by force when the deadline passes first. What happens then is in `endings.ts`.
 *
 * A permanent actor that stops itself only ends its life (`restarts.ts`): it outlives a stop that nobody else has asked for.
 */
export class Stops {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Stops when the mail that waits now is handled, or at once. `own`: the actor has asked for it itself. */
  stop(slot: number, now: boolean, deadlineMs: number, own = false): void {
    const shard = this.#shard;
    const lifecycle = shard.life.lifecycle(slot);
    const drains = !now && (lifecycle === RUNNING || lifecycle === STARTING);
    const permanent = shard.peekCell(slot);
    if (permanent?.permanent === true) {
      if (!own) permanent.orderedStop = true;
      else if (permanent.ownStop) return;
      else permanent.ownStop = true;
      if (own && !drains && permanent.outlivesStop) {
        this.#endOwnLife(permanent);
        return;
      }
    }
    if (drains) {
      shard.sources.endAll(slot);
      shard.mail.putNotice(slot, STOP_MARK, undefined);
    }
    if (lifecycle < STOPPING && !drains && !shard.children.exist(slot)) {
      this.#begin(slot, now);
      return;
    }
    const cell = shard.cellOf(slot);
    // Finite also for a stop that may take for ever: it has a deadline, and needs no other.
    const byMs = Math.min(shard.clock.now() + deadlineMs, Number.MAX_VALUE);
    cell.stopByMs = Math.min(cell.stopByMs, byMs);
    if (lifecycle >= STOPPING) {
      this.#setDeadline(cell);
      if (now) shard.children.stop(slot, true, deadlineMs);
    } else if (drains) {
      shard.dispatcher.offer(slot);
      this.#setDeadline(cell);
    } else this.#begin(slot, now);
  }

  /**
   * As a draining {@link stop} of a running actor, by itself, that nothing waits for: no deadline is needed. In its own turn no mark
   * has to be put into its mail either: the turn ends with {@link leave}.
   */
  mark(slot: number): void {
    const shard = this.#shard;
    const cell = shard.peekCell(slot);
    if (cell !== undefined) {
      if (cell.permanent) {
        if (cell.ownStop) return;
        cell.ownStop = true;
      }
      shard.sources.endAll(slot);
    }
    if (shard.turns.running === slot) {
      shard.table.pages[pageOf(slot)]![offsetOf(slot) + STATUS]! |= LEAVING;
      return;
    }
    shard.mail.putNotice(slot, STOP_MARK, undefined);
    shard.dispatcher.offer(slot);
  }

  /** The handler has returned in which the actor said {@link mark}. All mail that it has by now came after that. */
  leave(slot: number): void {
    const page = this.#shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    if ((page[at + STATUS]! & (LIFECYCLE_MASK | BLOCKED)) !== RUNNING) {
      this.putMarkFirst(slot);
      return;
    }
    page[at + STATUS]! &= ~LEAVING;
    this.reachMark(slot);
  }

  /** What the actor said with {@link mark} is to be met later: it is not in service, or has mail again from before the stop. */
  putMarkFirst(slot: number): void {
    const { table, mail } = this.#shard;
    const status = table.get(slot, STATUS) & ~LEAVING;
    table.set(slot, STATUS, status);
    if ((status & LIFECYCLE_MASK) < STOPPING) mail.putNoticeFirst(slot, STOP_MARK, undefined);
  }

  /** All mail from before the stop has been handled. */
  reachMark(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined && this.#shard.endings.endPlainly(slot)) return;
    if (cell?.outlivesStop && !cell.ownStop) return; // an earlier life asked for it
    if (cell?.calls === undefined || cell.calls.size === 0) {
      if (cell?.outlivesStop) this.#endOwnLife(cell);
      else this.#begin(slot, false);
      return;
    }
    cell.stopAfterCalls = true;
    this.#shard.block(slot, true);
    // The mark had a deadline only if somebody else set it; calls need one in any case.
    if (cell.stopByMs === Number.POSITIVE_INFINITY) {
      cell.stopByMs = this.#shard.clock.now() + this.#shard.stopDeadlineMs;
      this.#setDeadline(cell);
    }
  }

  /**
   * An actor that only waited for its calls before it stops has nothing to live on for when they are cut off. True when it stops,
   * whatever else was to be done with it.
   */
  endIfDrained(slot: number): boolean {
    const cell = this.#shard.peekCell(slot);
    if (cell?.stopAfterCalls !== true) return false;
    if (cell.outlivesStop) {
      cell.stopAfterCalls = false;
      this.#shard.block(slot, false);
      return false;
    }
    this.#begin(slot, false);
    return true;
  }

  #begin(slot: number, now: boolean): void {
    const { endings, children, clock, stopDeadlineMs } = this.#shard;
    endings.begin(slot);
    if (!children.exist(slot)) {
      endings.finish(slot);
      return;
    }
    const cell = this.#shard.cellOf(slot);
    if (cell.stopByMs === Number.POSITIVE_INFINITY) cell.stopByMs = clock.now() + stopDeadlineMs;
    this.#setDeadline(cell);
    children.stop(slot, now, Math.max(0, cell.stopByMs - clock.now()));
  }

  #endOwnLife(cell: ActorCell): void {
    const lifecycle = this.#shard.life.lifecycle(cell.slot);
    if (lifecycle !== RUNNING && lifecycle !== SUSPENDED) return; // a restart is on its way already
    cell.stopAfterCalls = false;
    cell.snapshot = undefined; // of a life that is complete nothing is to be continued
    this.#shard.block(cell.slot, false);
    this.#shard.restarts.halt(cell.slot);
  }

  /** When the time is over, what still drains is stopped by force. */
  #setDeadline(cell: ActorCell): void {
    const { timers, clock } = this.#shard;
    if (cell.stopTimer !== 0) {
      if (timers.dueMs(cell.stopTimer)! <= cell.stopByMs) return;
      timers.cancel(cell.stopTimer);
    }
    cell.stopTimer = timers.set(Math.max(0, cell.stopByMs - clock.now()), this.#force, cell);
  }

  readonly #force = (late: unknown): void => {
    const shard = this.#shard;
    const cell = late as ActorCell;
    const { slot, generation } = cell;
    cell.stopTimer = 0;
    const lifecycle = shard.life.lifecycle(slot);
    if (!shard.table.isAlive(slot, generation) || lifecycle === STOPPED) return;
    shard.log.warn('stopping by force: the deadline has passed', { path: shard.addressOf(slot).path });
    if (lifecycle === STOPPING) shard.children.stop(slot, true, 0);
    else if (cell.outlivesStop) this.#endOwnLife(cell);
    else this.#begin(slot, true);
    shard.wake();
  };
}
