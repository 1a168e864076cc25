import { keyedUniform, streamOf } from '@skein/random';
import type { ChildFailedNotice } from '../actor/definition.js';
import { type LifecycleState, RUNNING, STOPPING, SUSPENDED } from '../actor/lifecycle.js';
import { EscalatedError, ShardLostError } from '../errors.js';
import { FIRST_CHILD, NEXT_SIBLING } from '../kernel/actor-record.js';
import { CHILD_FAILED } from '../kernel/mail-pool.js';
import { backoffDelayMs } from '../supervision/backoff.js';
import { type Exit, groupOf, livesAgain } from '../supervision/strategy.js';
import {
  DIRECTIVES,
  type Directive,
  FRUITLESS_RESTARTS_MAX,
  type Supervision,
} from '../supervision/supervision.js';
import { LEDGER } from '../system/ledger.js';
import type { ActorCell } from './actor-cell.js';
import { type ChildRecord, childRecordOf } from './child-record.js';
import { GroupRestarts } from './group-restart.js';
import { inTurnOf } from './scope.js';
import type { Shard } from './shard.js';

const BACKOFF_STREAM = streamOf('backoff');
/** What is logged: texts that are not made anew for each failure. */
const NEWS_OF_FAILURE = {
  resume: 'child failed: resume',
  restart: 'child failed: restart',
  stop: 'child failed: stop',
} as const;
/** A life that lasted this long, ms, was not fruitless. */
const FRUITLESS_WITHIN_MS = 1000;

/**
 * Decides about children whose lives have ended, and acts on it; what the restart types and strategies mean is in
 * `supervision/strategy.ts`.
 *
 * The verdict is the definition's `decide`; if that throws, or returns no directive, the failure escalates. A
 * restart must be within the restart intensity, else it escalates. The first restart of a child comes after its
 * backoff; while it waits, the child's mail waits with it. A child whose thread was lost has no state to resume,
 * so `resume` means `restart` for it; all children lost with one thread count as one restart.
 */
export class Supervisor {
  readonly #shard: Shard;
  readonly #groups: GroupRestarts;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#groups = new GroupRestarts(shard);
  }

  childFailed(parent: number, childId: number, error: unknown, fruitless: boolean): void {
    const record = childRecordOf(this.#shard, parent, childId);
    if (record === undefined) return;
    const cell = this.#shard.cellOf(parent);
    if (this.#groups.covers(cell, record)) return;
    this.#groups.answered(cell, record);
    record.failed = true;
    const lifecycle = this.#shard.life.lifecycle(parent);
    if (lifecycle === STOPPING) this.#stop(parent, record, false); // nobody will restart it
    if (!supervises(lifecycle)) return;
    const directive = this.#verdict(parent, record, error, 'crash');
    const nowMs = this.#shard.clock.now();
    const isPrompt = directive === 'resume' || (directive === 'restart' && !waits(cell));
    if (this.#isFruitless(record, fruitless && isPrompt, nowMs)) this.#giveUp(parent, record, error);
    else if (directive === 'escalate' || (directive === 'restart' && !cell.restarts.admit(nowMs)))
      this.#escalate(parent, record, error, directive);
    else {
      this.#act(parent, record, error, directive);
      if (directive === 'restart') this.#restartAll(cell, [record], nowMs);
    }
    this.goOn(parent);
  }

  /** A child has ended its life and waits: because it was told to, or, `own`, because it has stopped itself. */
  childHalted(parent: number, childId: number, own: boolean, fruitless: boolean): void {
    const record = childRecordOf(this.#shard, parent, childId);
    if (record === undefined) return;
    const cell = this.#shard.cellOf(parent);
    record.held = true;
    const nowMs = this.#shard.clock.now();
    if (own && !this.#groups.covers(cell, record)) {
      if (!supervises(this.#shard.life.lifecycle(parent))) {
        record.failed = true;
        record.restartDue = true;
      } else if (this.#isFruitless(record, fruitless && !waits(cell), nowMs))
        this.#giveUp(parent, record, stoppedItself());
      else if (cell.restarts.admit(nowMs)) this.#restartAll(cell, [record], nowMs);
      else this.#escalate(parent, record, stoppedItself(), 'restart');
    }
    this.goOn(parent);
  }

  /** A child that had waited lives again. */
  childRevived(parent: number, childId: number): void {
    const cell = this.#shard.peekCell(parent);
    const record = cell?.children?.get(childId);
    if (cell === undefined || record === undefined) return;
    this.#groups.answered(cell, record);
    this.goOn(parent);
  }

  /** Something has happened that a restart of several children may have waited for. */
  goOn(parent: number): void {
    const cell = this.#shard.peekCell(parent);
    if (cell?.groupRestart !== undefined && supervises(this.#shard.life.lifecycle(parent)))
      this.#groups.goOn(cell);
  }

  /** The supervisor's own life ends, and the children with it. */
  forgetGroup(cell: ActorCell): void {
    this.#groups.forget(cell);
  }

  /** `parent` was resumed after a failure: so are the children that nobody has judged meanwhile. */
  resumeChildren(parent: number): void {
    for (const record of this.#shard.peekCell(parent)?.children?.values() ?? []) {
      if (!record.failed) continue;
      record.failed = false;
      if (record.lost || record.restartDue) this.revive(record);
      else
        this.#shard.signals.send(record.address.shard, {
          kind: 'resume',
          to: record.address.id,
          from: 'failed',
        });
    }
    this.goOn(parent);
  }

  /** The shard of some children is lost. Called when a replacement is there to restart them on. */
  childrenLost(parent: number, shard: number): void {
    const cell = this.#shard.peekCell(parent);
    const lost = [...(cell?.children?.values() ?? [])].filter((record) => record.address.shard === shard);
    if (cell === undefined || lost.length === 0) return;
    for (const record of lost) record.failed = true;
    if (!supervises(this.#shard.life.lifecycle(parent))) return;
    const error = new ShardLostError(shard);
    const nowMs = this.#shard.clock.now();
    const restarted: ChildRecord[] = [];
    for (const record of lost) {
      const verdict = this.#verdict(parent, record, error, 'shard-lost');
      const refused = verdict === 'restart' && restarted.length === 0 && !cell.restarts.admit(nowMs);
      if (verdict === 'escalate' || refused) {
        this.#escalate(parent, record, error, verdict);
        return;
      }
      if (verdict === 'restart') restarted.push(record);
      this.#act(parent, record, error, verdict);
    }
    if (restarted.length > 0) this.#restartAll(cell, restarted, nowMs);
    this.goOn(parent);
  }

  /** Gives a child its next life: one that has failed, is held, or is lost. */
  revive(record: ChildRecord, nowMs: number = this.#shard.clock.now()): void {
    const { id, shard } = record.address;
    record.startedMs = nowMs;
    record.restartDue = false;
    if (record.lost) this.#shard.spawner.respawn(record);
    else this.#shard.signals.send(shard, { kind: record.held ? 'revive' : 'restart', to: id });
    record.held = false;
  }

  #supervisionOf(parent: number): Supervision {
    return this.#shard.cellOf(parent).definition.supervision;
  }

  /** What is to be done about an end of that kind. */
  #verdict(parent: number, record: ChildRecord, error: unknown, exit: Exit): Directive {
    const asked = this.#decide(parent, record, error);
    const directive = asked === 'resume' && exit === 'shard-lost' ? 'restart' : asked;
    return directive === 'restart' && !livesAgain(record.restart, exit) ? 'stop' : directive;
  }

  /** Counts the lives in a row that came to nothing; true when they are too many. */
  #isFruitless(record: ChildRecord, fruitless: boolean, nowMs: number): boolean {
    const isShort = nowMs - record.startedMs < FRUITLESS_WITHIN_MS;
    record.fruitless = fruitless && isShort ? record.fruitless + 1 : 0;
    return record.fruitless > FRUITLESS_RESTARTS_MAX;
  }

  #giveUp(parent: number, record: ChildRecord, error: unknown): void {
    const { path } = record.address;
    this.#shard.log.error('stopping a child that does not come to life', { path, error });
    this.#act(parent, record, error, 'stop');
  }

  #decide(parent: number, record: ChildRecord, error: unknown): Directive {
    try {
      const supervision = this.#supervisionOf(parent);
      const directive = inTurnOf(this.#shard, parent, () =>
        supervision.decide(error, { path: record.address.path }),
      );
      if (DIRECTIVES.includes(directive)) return directive;
      throw new TypeError(`\`decide\` must return one of ${DIRECTIVES.join(', ')}, got ${String(directive)}`);
    } catch (cause) {
      this.#shard.log.error('no verdict from `decide`; escalating', {
        path: this.#shard.addressOf(parent).path,
        error: cause,
      });
      return 'escalate';
    }
  }

  #escalate(parent: number, record: ChildRecord, error: unknown, directive: Directive): void {
    const { maxRestarts, withinMs } = this.#supervisionOf(parent);
    const why =
      directive === 'escalate'
        ? 'its supervisor escalates'
        : `its supervisor has used up ${maxRestarts} restarts within ${withinMs} ms`;
    this.#shard.life.fail(parent, new EscalatedError(record.address.path, why, { cause: error }));
  }

  /** Does what a verdict means for the failed child alone, and tells of it. */
  #act(parent: number, record: ChildRecord, error: unknown, directive: Exclude<Directive, 'escalate'>): void {
    const { address } = record;
    record.failed = false;
    this.#shard.log.warn(NEWS_OF_FAILURE[directive], { path: address.path, error });
    if (directive === 'resume')
      this.#shard.signals.send(address.shard, { kind: 'resume', to: address.id, from: 'failed' });
    else if (directive === 'stop') this.#stop(parent, record, true);
    if (this.#shard.cellOf(parent).definition.spec.childFailed) {
      const notice: ChildFailedNotice = { child: address, error, directive };
      this.#shard.mail.putNotice(parent, CHILD_FAILED, notice);
      this.#shard.dispatcher.offer(parent);
    }
  }

  #stop(parent: number, record: ChildRecord, now: boolean): void {
    if (record.lost) this.#shard.children.gone(parent, record.address.id);
    else
      this.#shard.signals.send(record.address.shard, {
        kind: 'stop',
        to: record.address.id,
        now,
        deadlineMs: this.#shard.stopDeadlineMs,
      });
  }

  /** Restarts children of one supervisor, and whoever shares their verdict, after their backoff. */
  #restartAll(cell: ActorCell, records: readonly ChildRecord[], nowMs: number): void {
    const { strategy } = cell.definition.supervision;
    if (strategy === 'one-for-one') {
      for (const record of records)
        this.#restartAfter(cell, record, this.#nextDelayMs(cell, record, nowMs), nowMs);
      this.#shard.row.cells[LEDGER.restarts]! += records.length;
      return;
    }
    const delaysMs = records.map((record) => this.#nextDelayMs(cell, record, nowMs));
    const { down, up } = groupOf(strategy, this.#siblings(cell), records);
    for (const record of down) {
      record.failed = false;
      this.#forgetTimer(record);
    }
    this.#shard.row.add('restarts', up.length);
    this.#groups.begin(cell, down, up, Math.max(...delaysMs));
  }

  /** All children, those included that nothing was kept of. */
  #siblings(cell: ActorCell): ChildRecord[] {
    const { table } = this.#shard;
    for (let child = table.get(cell.slot, FIRST_CHILD); child !== 0; child = table.get(child, NEXT_SIBLING))
      childRecordOf(this.#shard, cell.slot, this.#shard.idOf(child));
    return [...(cell.children?.values() ?? [])];
  }

  #nextDelayMs(cell: ActorCell, record: ChildRecord, nowMs: number): number {
    const { backoff } = cell.definition.supervision;
    const { seed } = this.#shard;
    if (nowMs - record.startedMs >= (backoff.resetAfterMs ?? backoff.maxMs)) record.attempts = 0;
    if (backoff.maxMs === 0) return 0;
    const uniform = keyedUniform(seed, BACKOFF_STREAM, streamOf(record.address.path), record.attempts);
    return backoffDelayMs(backoff, record.attempts++, uniform);
  }

  #restartAfter(cell: ActorCell, record: ChildRecord, delayMs: number, nowMs: number): void {
    this.#forgetTimer(record);
    if (delayMs === 0) {
      this.revive(record, nowMs);
      return;
    }
    this.#reviveLater(cell, record, delayMs);
  }

  #reviveLater(cell: ActorCell, record: ChildRecord, delayMs: number): void {
    record.restartTimer = this.#shard.timers.set(delayMs, () => {
      record.restartTimer = 0;
      if (cell.children?.get(record.address.id) !== record) return;
      if (supervises(this.#shard.life.lifecycle(cell.slot))) this.revive(record);
      else {
        record.failed = true;
        record.restartDue = true;
      }
      this.#shard.wake();
    });
  }

  #forgetTimer(record: ChildRecord): void {
    if (record.restartTimer !== 0) this.#shard.timers.cancel(record.restartTimer);
    record.restartTimer = 0;
  }
}

/** An actor that is failed, restarting or stopping has its children stopped; it does not judge them. */
function supervises(lifecycle: LifecycleState): boolean {
  return lifecycle === RUNNING || lifecycle === SUSPENDED;
}

/** Restarts of its children have a backoff. */
function waits({ definition }: ActorCell): boolean {
  return definition.supervision.backoff.maxMs > 0;
}

/** In place of an error, where a permanent child has none. */
function stoppedItself(): Error {
  return new Error('It stopped itself, and is permanent.');
}
