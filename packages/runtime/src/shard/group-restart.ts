import type { ActorCell } from './actor-cell.js';
import type { ChildRecord } from './child-record.js';
import type { Shard } from './shard.js';

/** Where the common restart of some children has come to. */
export interface GroupRestart {
  /** Those that are to be brought down, in the order of their starts. The last one is next. */
  readonly down: ChildRecord[];
  /** Those that are to begin a new life, in the order of their starts. The first one is next. */
  readonly up: ChildRecord[];
  /** The id of the one whose answer is waited for, 0 for none. */
  told: number;
  /** The backoff that the new lives wait for: a timer, or 0. */
  timer: number;
}

/**
 * Restarts several children of one supervisor: brings them down from the last to the first, each when the one
 * after it is down; waits for the backoff; lets them begin anew from the first to the last, each when `initial`
 * of the one before it has returned. Who is gone meanwhile, by a stop or with its thread, is not waited for.
 */
export class GroupRestarts {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Begins a restart; one that was under way becomes part of it. */
  begin(cell: ActorCell, down: readonly ChildRecord[], up: readonly ChildRecord[], delayMs: number): void {
    const before = cell.groupRestart;
    this.forget(cell);
    const group: GroupRestart = {
      down: inOrder([...(before?.down ?? []), ...down]),
      up: inOrder([...(before?.up ?? []), ...up]),
      told: 0,
      timer: 0,
    };
    cell.groupRestart = group;
    if (delayMs > 0)
      group.timer = this.#shard.timers.set(delayMs, () => {
        group.timer = 0;
        this.#shard.supervisor.goOn(cell.slot);
        this.#shard.wake();
      });
  }

  /** Takes the next steps, as far as nobody's answer is waited for. */
  goOn(cell: ActorCell): void {
    const group = cell.groupRestart;
    if (group === undefined) return;
    if (this.#bringDown(cell, group) && group.timer === 0 && this.#bringUp(cell, group))
      cell.groupRestart = undefined;
  }

  /** True when a failure of that child is no news: it is about to be brought down anyway. */
  covers(cell: ActorCell, record: ChildRecord): boolean {
    return cell.groupRestart?.down.includes(record) === true;
  }

  /** A child that was to begin a new life has failed in doing so, or has begun it. */
  answered(cell: ActorCell, record: ChildRecord): void {
    const group = cell.groupRestart;
    if (group?.up[0] === record && group.told === record.address.id) group.up.shift();
  }

  /** The supervisor's own life ends. */
  forget(cell: ActorCell): void {
    if (cell.groupRestart !== undefined && cell.groupRestart.timer !== 0)
      this.#shard.timers.cancel(cell.groupRestart.timer);
    cell.groupRestart = undefined;
  }

  /** True when all are down. */
  #bringDown(cell: ActorCell, group: GroupRestart): boolean {
    for (let last = group.down.at(-1); last !== undefined; last = group.down.at(-1)) {
      const { address, held, lost, restart, shutdownMs } = last;
      if (!held && !lost && isChild(cell, last)) {
        if (group.told === address.id) return false;
        group.told = address.id;
        const signal =
          restart === 'temporary'
            ? ({ kind: 'stop', to: address.id, now: true, deadlineMs: shutdownMs } as const)
            : ({ kind: 'halt', to: address.id } as const);
        this.#shard.signals.send(address.shard, signal);
        return false;
      }
      group.down.pop();
      group.told = 0;
    }
    return true;
  }

  /** True when all are up. */
  #bringUp(cell: ActorCell, group: GroupRestart): boolean {
    for (let first = group.up[0]; first !== undefined; first = group.up[0]) {
      const { address } = first;
      if (group.told === address.id && isChild(cell, first) && !first.lost) return false;
      if (isChild(cell, first) && (first.held || first.lost)) {
        const wasLost = first.lost;
        this.#shard.supervisor.revive(first);
        if (!first.lost) {
          group.told = address.id;
          if (wasLost) this.#shard.signals.send(address.shard, { kind: 'revive', to: address.id });
          return false;
        }
      }
      group.up.shift();
    }
    return true;
  }
}

function isChild(cell: ActorCell, record: ChildRecord): boolean {
  return cell.children?.get(record.address.id) === record;
}

function inOrder(records: readonly ChildRecord[]): ChildRecord[] {
  return [...new Set(records)].sort((a, b) => a.ordinal - b.ordinal);
}
