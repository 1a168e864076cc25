import { keyedUniform, streamOf } from '@skein/random';
import type { ChildFailedNotice } from '../actor/definition.js';
import { type LifecycleState, RUNNING, STOPPING, SUSPENDED } from '../actor/lifecycle.js';
import { EscalatedError, ShardLostError } from '../errors.js';
import { CHILD_FAILED } from '../kernel/mail-pool.js';
import { backoffDelayMs } from '../supervision/backoff.js';
import { DIRECTIVES, type Directive, type Supervision } from '../supervision/supervision.js';
import type { ChildRecord } from './actor-cell.js';
import { inTurnOf } from './scope.js';
import type { Shard } from './shard.js';

const BACKOFF_STREAM = streamOf('backoff');

/**
 * Decides about failed children and acts on it.
 *
 * The verdict is the definition's `decide`; if that throws, or returns no directive, the failure escalates. A
 * restart must be within the restart intensity, else it escalates. The first restart of a child comes after its
 * backoff; while it waits, the child's mail waits with it. A child whose thread was lost has no state to resume,
 * so `resume` means `restart` for it; all children lost with one thread count as one restart.
 */
export class Supervisor {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  childFailed(parent: number, childId: number, error: unknown): void {
    const record = this.#shard.childRecord(parent, childId);
    if (record === undefined) return;
    record.failed = true;
    const lifecycle = this.#shard.life.lifecycle(parent);
    if (lifecycle === STOPPING) this.#stop(parent, record, false); // nobody will restart it
    if (!supervises(lifecycle)) return;
    const directive = this.#decide(parent, record, error);
    const { restarts } = this.#shard.cellOf(parent);
    if (directive === 'escalate' || (directive === 'restart' && !restarts.admit(this.#shard.clock.now()))) {
      this.#escalate(parent, record, error, directive);
      return;
    }
    this.#act(parent, record, error, directive);
  }

  /** `parent` was resumed after a failure: so are the children that nobody has judged meanwhile. */
  resumeChildren(parent: number): void {
    for (const record of this.#shard.peekCell(parent)?.children.values() ?? []) {
      if (!record.failed) continue;
      record.failed = false;
      if (record.lost || record.restartDue) this.#restart(record);
      else
        this.#shard.signals.send(record.address.shard, {
          kind: 'resume',
          to: record.address.id,
          from: 'failed',
        });
    }
  }

  /** The shard of some children is lost. Called when a replacement is there to restart them on. */
  childrenLost(parent: number, shard: number): void {
    const cell = this.#shard.peekCell(parent);
    const lost = [...(cell?.children.values() ?? [])].filter((record) => record.address.shard === shard);
    if (cell === undefined || lost.length === 0) return;
    for (const record of lost) record.failed = true;
    if (!supervises(this.#shard.life.lifecycle(parent))) return;
    const error = new ShardLostError(shard);
    let admitted = false;
    for (const record of lost) {
      const verdict = this.#decide(parent, record, error);
      const directive = verdict === 'resume' ? 'restart' : verdict;
      const refused = directive === 'restart' && !admitted && !cell.restarts.admit(this.#shard.clock.now());
      if (directive === 'escalate' || refused) {
        this.#escalate(parent, record, error, directive);
        return;
      }
      if (directive === 'restart') admitted = true;
      this.#act(parent, record, error, directive);
    }
  }

  #supervisionOf(parent: number): Supervision {
    return this.#shard.cellOf(parent).definition.supervision;
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

  #act(parent: number, record: ChildRecord, error: unknown, directive: Exclude<Directive, 'escalate'>): void {
    const { address } = record;
    record.failed = false;
    this.#shard.log.warn(`child failed: ${directive}`, { path: address.path, error });
    if (directive === 'resume')
      this.#shard.signals.send(address.shard, { kind: 'resume', to: address.id, from: 'failed' });
    else if (directive === 'stop') this.#stop(parent, record, true);
    else this.#restartAfterBackoff(parent, record);
    if (this.#shard.cellOf(parent).definition.spec.childFailed) {
      const notice: ChildFailedNotice = { child: address, error, directive };
      this.#shard.mail.putNotice(parent, CHILD_FAILED, notice);
      this.#shard.dispatcher.offer(parent);
    }
  }

  #stop(parent: number, record: ChildRecord, now: boolean): void {
    if (record.lost) this.#shard.life.childGone(parent, record.address.id);
    else
      this.#shard.signals.send(record.address.shard, {
        kind: 'stop',
        to: record.address.id,
        now,
        deadlineMs: this.#shard.stopDeadlineMs,
      });
  }

  #restartAfterBackoff(parent: number, record: ChildRecord): void {
    const { backoff } = this.#supervisionOf(parent);
    const nowMs = this.#shard.clock.now();
    if (nowMs - record.startedMs >= (backoff.resetAfterMs ?? backoff.maxMs)) record.attempts = 0;
    const uniform = keyedUniform(
      this.#shard.seed,
      BACKOFF_STREAM,
      streamOf(record.address.path),
      record.attempts,
    );
    const delayMs = backoffDelayMs(backoff, record.attempts, uniform);
    record.attempts++;
    this.#shard.row.add('restarts', 1);
    if (record.restartTimer !== 0) this.#shard.timers.cancel(record.restartTimer); // lost while it waited
    if (delayMs === 0) this.#restart(record);
    else
      record.restartTimer = this.#shard.timers.set(delayMs, () => {
        record.restartTimer = 0;
        if (this.#shard.peekCell(parent)?.children.get(record.address.id) !== record) return;
        if (supervises(this.#shard.life.lifecycle(parent))) this.#restart(record);
        else {
          record.failed = true;
          record.restartDue = true;
        }
        this.#shard.wake();
      });
  }

  #restart(record: ChildRecord): void {
    record.startedMs = this.#shard.clock.now();
    record.restartDue = false;
    if (record.lost) this.#shard.spawner.respawn(record);
    else this.#shard.signals.send(record.address.shard, { kind: 'restart', to: record.address.id });
  }
}

/** An actor that is failed, restarting or stopping has its children stopped; it does not judge them. */
function supervises(lifecycle: LifecycleState): boolean {
  return lifecycle === RUNNING || lifecycle === SUSPENDED;
}
