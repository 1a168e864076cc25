import { LAST_CHILD, ORDINAL, PREVIOUS_SIBLING } from '../kernel/actor-record.js';
import type { ActorCell } from './actor-cell.js';
import type { ChildRecord } from './child-record.js';
import type { Shard } from './shard.js';

/** Where the stop of an actor's children has come to. */
export interface StopRound {
  /** They do not drain. */
  now: boolean;
  /** When all of them are to be gone, ms. */
  byMs: number;
  /** Those on other shards that have not been told, in the order of their starts. */
  readonly distant: ChildRecord[];
  /** The id of the one that was told last. */
  told: number;
}

/**
 * Stops the children of an actor in the reverse order of their starts, wherever they live: each is told when
 * the one after it is gone, and may take as long as its own `shutdownMs`, so the times may add up to as much as the
 * actor itself was given. With `concurrentStop` all are told at once.
 */
export class StopOrder {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Begins to stop the children, or hurries a round that has begun. `byMs`: when they are to be gone, ms. */
  begin(cell: ActorCell, now: boolean, byMs: number): void {
    const { slot } = cell;
    const { index, children } = this.#shard;
    const distant = [...(cell.children?.values() ?? [])].filter(({ address }) => address.shard !== index);
    const lost = distant.filter((record) => record.lost);
    const round = cell.stopRound;
    if (round !== undefined && !cell.definition.supervision.concurrentStop) {
      const hurries = now && !round.now;
      round.now ||= now;
      round.byMs = Math.min(round.byMs, byMs);
      if (hurries) this.#send(cell, round, round.told);
    } else {
      const untold = distant.filter((record) => !record.lost).sort((a, b) => a.ordinal - b.ordinal);
      cell.stopRound = { now, byMs, distant: untold, told: 0 };
      if (cell.definition.supervision.concurrentStop) this.#tellAll(cell, cell.stopRound);
      else this.#tellLast(cell, cell.stopRound);
    }
    for (const { address } of lost) children.gone(slot, address.id);
  }

  /** A child of an actor that waits for its children is gone, and others are left. */
  goOn(cell: ActorCell, goneId: number): void {
    const round = cell.stopRound;
    if (round !== undefined && round.told === goneId) this.#tellLast(cell, round);
  }

  #tellAll(cell: ActorCell, round: StopRound): void {
    const { table } = this.#shard;
    for (let child = table.get(cell.slot, LAST_CHILD); child !== 0; ) {
      const previous = table.get(child, PREVIOUS_SIBLING);
      this.#tellDistantAfter(cell, round, table.get(child, ORDINAL));
      this.#send(cell, round, this.#shard.idOf(child));
      child = previous;
    }
    this.#tellDistantAfter(cell, round, -1);
  }

  #tellDistantAfter(cell: ActorCell, round: StopRound, ordinal: number): void {
    const { distant } = round;
    for (let last = distant.at(-1); last !== undefined && last.ordinal > ordinal; last = distant.at(-1)) {
      distant.pop();
      this.#send(cell, round, last.address.id);
    }
  }

  #tellLast(cell: ActorCell, round: StopRound): void {
    const { table } = this.#shard;
    const { distant } = round;
    while (distant.length > 0 && !cell.children?.has(distant.at(-1)!.address.id)) distant.pop();
    const child = table.get(cell.slot, LAST_CHILD);
    const last = distant.at(-1);
    if (last !== undefined && (child === 0 || last.ordinal > table.get(child, ORDINAL))) {
      distant.pop();
      round.told = last.address.id;
    } else if (child !== 0) round.told = this.#shard.idOf(child);
    else return;
    this.#send(cell, round, round.told);
  }

  #send(cell: ActorCell, { now, byMs }: StopRound, id: number): void {
    const { signals, index, clock, stopDeadlineMs } = this.#shard;
    const record = cell.children?.get(id);
    const shutdownMs = record?.shutdownMs ?? stopDeadlineMs;
    const deadlineMs = Math.max(0, Math.min(shutdownMs, byMs - clock.now()));
    signals.send(record?.address.shard ?? index, { kind: 'stop', to: id, now, deadlineMs });
  }
}
