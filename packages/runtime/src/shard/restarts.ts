import { FAILED, RESTART, RESTARTING, RUNNING, STARTING } from '../actor/lifecycle.js';
import { BEHAVIOR_MASK, INCARNATION, ROLE, SPAWNED, STATUS } from '../kernel/actor-record.js';
import type { ActorCell } from './actor-cell.js';
import { cancelTimers, cutCallsOff, endWatches, giveUpQuestions } from './loose-ends.js';
import type { Shard } from './shard.js';

/**
 * Ends one life of an actor and begins the next.
 *
 * - Restart: the children are stopped, then the next life starts; name, mailbox and watchers stay, what was stashed is put back, timers,
 *   watches and kept questions are forgotten.
 * - Halt: as a restart, for a sibling's sake or because a permanent actor has stopped itself: `stopped` is called too
 *   unless it has failed, and the next life waits for the supervisor's word, which is {@link revive}.
 */
export class Restarts {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Begins a new life when all children have stopped. */
  restart(slot: number): void {
    if (this.#shard.life.step(slot, RESTART)) this.#endLife(slot);
  }

  /** Ends the life of an actor that has begun one and is not stopping; the next one waits for {@link revive}. */
  halt(slot: number): void {
    const { life } = this.#shard;
    const lifecycle = life.lifecycle(slot);
    const cell = this.#shard.cellOf(slot);
    if (cell.hold !== 'none') return;
    cell.hold = 'asked';
    if (lifecycle === RESTARTING) return; // it waits for the last of its children
    if (lifecycle === FAILED) life.forgetState(slot); // nobody vouches for it: `stopped` is not called
    life.step(slot, RESTART);
    this.#endLife(slot);
  }

  /** Begins the life that has waited since {@link halt}, or the first one on a new thread; answers. */
  revive(slot: number): void {
    const { life } = this.#shard;
    const cell = this.#shard.peekCell(slot);
    const lifecycle = life.lifecycle(slot);
    if (cell === undefined) return;
    if (cell.hold === 'held' && lifecycle === RESTARTING) this.#beginNextLife(slot);
    else if (lifecycle === STARTING) life.start(slot);
    if (life.lifecycle(slot) !== RUNNING) return; // its supervisor has been told why
    const { id, shard } = this.#shard.parentOf(slot);
    this.#shard.signals.send(shard, { kind: 'child-revived', to: id, child: this.#shard.idOf(slot) });
  }

  /** What waits in the mailbox stays; the children go. */
  #endLife(slot: number): void {
    const shard = this.#shard;
    const cell = shard.peekCell(slot);
    if (cell !== undefined) {
      cutCallsOff(shard, slot);
      giveUpQuestions(shard, cell);
      cancelTimers(shard, cell);
      shard.sources.endAll(slot);
      shard.supervisor.forgetGroup(cell);
      endWatches(shard, cell);
      shard.stash.putBack(slot);
    }
    if (shard.children.exist(slot)) shard.children.stop(slot, true, shard.stopDeadlineMs);
    else this.lifeEnded(slot);
  }

  /** The last child is gone. */
  lifeEnded(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined || cell.hold === 'none') this.#beginNextLife(slot);
    else if (cell.hold === 'asked') {
      this.#shard.life.callStopped(slot);
      this.#shard.life.forgetState(slot);
      cell.hold = 'held';
      const { id, shard } = this.#shard.parentOf(slot);
      const child = this.#shard.idOf(slot);
      const { ownStop: own, stillborn: fruitless } = cell;
      this.#shard.signals.send(shard, { kind: 'child-halted', to: id, child, own, fruitless });
    }
  }

  #beginNextLife(slot: number): void {
    const { table, roles, life } = this.#shard;
    if (roles.all[table.get(slot, ROLE)]!.definition.passivation !== undefined)
      this.#shard.passivation.discard(slot);
    table.set(slot, INCARNATION, table.get(slot, INCARNATION) + 1);
    table.set(slot, STATUS, table.get(slot, STATUS) & ~BEHAVIOR_MASK);
    table.set(slot, SPAWNED, 0);
    life.forgetState(slot);
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) {
      cell.hold = 'none';
      if (cell.outlivesStop) this.#forgetOwnStop(cell);
    }
    life.start(slot);
    if (cell !== undefined) this.#shard.linked.backInService(cell);
  }

  #forgetOwnStop(cell: ActorCell): void {
    cell.ownStop = false;
    cell.stillborn = false;
    cell.stopByMs = Number.POSITIVE_INFINITY;
    if (cell.stopTimer !== 0) this.#shard.timers.cancel(cell.stopTimer);
    cell.stopTimer = 0;
  }
}
