import { type ActorRef, haveOnePlace, putFrame } from '../actor/actor-ref.js';
import type { RunnableDefinition } from '../actor/definition.js';
import * as lifecycle from '../actor/lifecycle.js';
import { UndeclaredAsyncError } from '../errors.js';
import * as record from '../kernel/actor-record.js';
import { columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import type { AnyBatchHandler, BatchGroup } from '../kernel/batch-group.js';
import * as pool from '../kernel/mail-pool.js';
import type { MailRun } from '../kernel/mail-run.js';
import { CRITICAL, type Role } from '../kernel/role.js';
import type { RowFrame } from '../kernel/row-frame.js';
import { StableColumn } from '../kernel/stable-column.js';
import { LEDGER } from '../system/ledger.js';
import { BatchContext } from './batch-context.js';
import { BatchItems } from './batch-items.js';
import { MailQuestion } from './question.js';
import { RowGatherer } from './row-gatherer.js';
import { turnNow } from './scope.js';
import type { Shard } from './shard.js';
import { keepSnapshot, keepsSnapshots } from './snapshots.js';
import { isThenable } from './thenable.js';

// See `local-post.ts`.
const {
  BEHAVIOR_MASK,
  BLOCKED,
  DOZING,
  GENERATION,
  HAS_PARKED,
  HAS_SOURCES,
  LIFECYCLE_MASK,
  MAIL_HEAD,
  QUEUED,
  ROLE,
  STATUS,
} = record;
const { NODE_MASK, NODE_PAGE_SHIFT, NODE_SHIFT, RUN, TYPE_MASK, TYPE_SHIFT, WORD } = pool;
const { RUNNING, STARTING, STOPPED } = lifecycle;
const { handled: HANDLED, runningDefinition, runningId, runningType, turns: TURNS } = LEDGER;

/** In the list of those who have a turn: has had it. */
const DONE = 0;

/**
 * Gives the ready actors of a group one turn together: each has its next mail handled, in the order in which they stand in line, but
 * one whose mail is batchable is joined by all behind it whose next mail is of the same type.
 *
 * Lifecycle signals are handled before each batch and each mail, and a critical actor that waits goes before the next of them: who has
 * not had a turn by then stays first in line.
 */
export class BatchTurns {
  readonly #shard: Shard;
  readonly #items = new BatchItems();
  readonly #question: MailQuestion;
  readonly #senders = new StableColumn();
  readonly #gatherer: RowGatherer;
  /** Who has a turn now. Until it comes they are marked as queued, so that nobody offers them again. */
  #slots = new Int32Array(16);

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#question = new MailQuestion(shard);
    this.#gatherer = new RowGatherer(shard, this.#items);
  }

  /** Returns how many mails were handled. */
  run(role: Role, group: BatchGroup): number {
    const { dispatcher, signals, row } = this.#shard;
    row.cells[TURNS]!++;
    const scatteredGo = group.scattered.count > 0 && (group.line.length === 0 || !group.scatteredWereLast);
    group.scatteredWereLast = scatteredGo;
    if (scatteredGo) {
      const met = this.#runScattered(role, group);
      dispatcher.offerGroup(group, role.rank);
      return met;
    }
    const count = this.#takeLine(group);
    const yields = role.rank !== CRITICAL;
    let handled = 0;
    for (let place = 0; place < count; place++) {
      if (this.#slots[place] === DONE) continue;
      if (signals.waiting) signals.handleAll();
      if (handled > 0 && yields && dispatcher.criticalWaits) {
        for (let last = count - 1; last >= place; last--)
          if (this.#slots[last] !== DONE) group.line.unshift(this.#slots[last]!);
        break;
      }
      const type = this.#batchableType(this.#slots[place]!, group);
      handled += type === 0 ? this.#runAlone(place) : this.#runTogether(role, group, type, place, count);
    }
    dispatcher.offerGroup(group, role.rank);
    return handled;
  }

  /** One batch, of scattered rows, as many as it may have; those whose actors are not idle go into the mailboxes. */
  #runScattered(role: Role, group: BatchGroup): number {
    const { signals, heldRows, inspector } = this.#shard;
    if (signals.waiting) signals.handleAll();
    if (inspector !== undefined) heldRows.deliver(); // somebody has begun to look on, and wants to see each
    if (group.scattered.count === 0) return 0;
    const { type } = group.scattered;
    this.#gatherer.gather(group);
    return this.#items.size === 0 ? 0 : this.#meet(role, group, type);
  }

  #takeLine(group: BatchGroup): number {
    const count = this.#shard.dispatcher.batchSize(group);
    if (count > this.#slots.length) this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(count)));
    for (let place = 0; place < count; place++) this.#slots[place] = group.line.shift();
    return count;
  }

  /** The number of the type of an actor's next mail; 0 if that is not for a batch. */
  #batchableType(slot: number, group: BatchGroup): number {
    const { table, mail } = this.#shard;
    const page = table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const node = page[at + MAIL_HEAD]!;
    if (node === 0 || (page[at + STATUS]! & (LIFECYCLE_MASK | BLOCKED | BEHAVIOR_MASK | DOZING)) !== RUNNING)
      return 0;
    const word = mail.pool.pages[node >>> NODE_PAGE_SHIFT]![((node & NODE_MASK) << NODE_SHIFT) + WORD]!;
    const type = (word >> TYPE_SHIFT) & TYPE_MASK;
    return group.handlers[type] === undefined ? 0 : type; // a notice has type 0
  }

  /** What is no batch: a start, a notice, a message of another kind. */
  #runAlone(place: number): number {
    const shard = this.#shard;
    const { table } = shard;
    const slot = this.#slots[place]!;
    const status = table.get(slot, STATUS);
    if ((status & LIFECYCLE_MASK) === STOPPED) {
      table.free(slot); // it stopped while it was in line
      return 0;
    }
    if ((status & LIFECYCLE_MASK) === STARTING) {
      shard.turns.run(slot, 0);
      return 1;
    }
    if ((status & (LIFECYCLE_MASK | BLOCKED)) === RUNNING) return shard.turns.run(slot, 1);
    table.set(slot, STATUS, status & ~QUEUED); // it is offered again when it is in service
    return 0;
  }

  /** One batch, of all from `place` on whose next mail is of that type. */
  #runTogether(role: Role, group: BatchGroup, type: number, place: number, count: number): number {
    this.#gather(role, group, type, place, count);
    return this.#meet(role, group, type);
  }

  /** Hands the items to the handler of their type. Returns how many they are. */
  #meet(role: Role, group: BatchGroup, type: number): number {
    const shard = this.#shard;
    const items = this.#items;
    const { cells } = shard.row;
    cells[runningId] = shard.idOf(items.slots[0]!);
    cells[runningDefinition] = role.number;
    cells[runningType] = type;
    const { name, messageTypes } = role.definition;
    const batch = new BatchContext(shard, name, items);
    let thrown: { readonly error: unknown } | undefined;
    try {
      callTogether(group.handlers[type]!, batch, name, messageTypes[type - 1]!);
    } catch (error) {
      thrown = { error };
    }
    batch.close();
    if (thrown === undefined) this.#commit(role.definition);
    else this.#failAll(thrown.error);
    const { size } = items;
    shard.pace.noteTurn(items.slots[0]!, shard.generationOf(items.slots[0]!), role.number, type, size);
    items.clear();
    return size;
  }

  #gather(role: Role, group: BatchGroup, type: number, place: number, count: number): void {
    const { table, mail, parking, sources, dispatcher, inspector } = this.#shard;
    const { payloads } = mail.pool;
    const slots = this.#slots;
    for (let i = place; i < count; i++) {
      const slot = slots[i]!;
      if (slot === DONE || this.#batchableType(slot, group) !== type) continue;
      slots[i] = DONE;
      const page = table.pages[pageOf(slot)]!;
      const at = offsetOf(slot);
      const head = page[at + MAIL_HEAD]!;
      const run = payloads[head >>> NODE_PAGE_SHIFT]![head & NODE_MASK] as MailRun;
      const frame = (mail.pool.get(head, WORD) & RUN) === 0 ? undefined : run.frame;
      const node = frame === undefined ? mail.take(slot) : mail.takeRow(slot);
      if ((page[at + STATUS]! & (HAS_PARKED | HAS_SOURCES)) !== 0) {
        sources.credit(slot, node);
        parking.admit(slot);
      }
      if (page[at + MAIL_HEAD] !== 0) dispatcher.push(slot, role.queue);
      else page[at + STATUS]! &= ~QUEUED;
      const state = table.states[pageOf(slot)]![columnOf(slot)];
      const generation = page[at + GENERATION]!;
      if (frame === undefined) {
        const message = payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] as { readonly type: string };
        inspector?.handed(slot, node, message);
        this.#items.add(slot, generation, node, state, message);
      } else {
        const row = mail.pool.row(node);
        inspector?.handed(slot, node, frame.message(row));
        this.#items.addRow(slot, generation, node, state, frame, row);
      }
    }
    this.#items.effects.begin(this.#items.size);
  }

  /** The handler has returned: lets each item succeed or fail. */
  #commit(definition: RunnableDefinition): void {
    const shard = this.#shard;
    const { failures, slots, size, nodes, effects } = this.#items;
    const mayFail = failures.size > 0;
    const keeps = keepsSnapshots(definition);
    // Scattered rows have no node: where nothing else is to be done, they have been handled.
    if (nodes[0] === 0 && !mayFail && !keeps && effects.isEmpty) shard.row.cells[HANDLED]! += size;
    else
      for (let item = 0; item < size; item++) {
        turnNow.slot = slots[item]!;
        if (mayFail && failures.has(item)) this.#fail(item, failures.get(item));
        else if (keeps) this.#succeedKeeping(item, definition);
        else this.#succeed(item);
      }
    for (const { targets, frame } of this.#items.rowEffects) this.#sendRows(targets, frame);
    turnNow.slot = 0;
    shard.local.endRun();
  }

  /** Rows of successful items that lie side by side, and go to one actor, go together. */
  #sendRows(targets: readonly (ActorRef | undefined)[], frame: RowFrame): void {
    const { failures, size } = this.#items;
    const senders = this.#sendersOf(size);
    for (let from = 0; from < size; ) {
      const target = targets[from];
      let to = from + 1;
      if (target === undefined || failures.has(from)) {
        from = to;
        continue;
      }
      while (to < size && goesWith(targets[to], target) && !(failures.size > 0 && failures.has(to))) to++;
      if (!putFrame(target, frame, from, to, senders)) this.#sendEach(target, frame, from, to);
      from = to;
    }
  }

  /** The slots of the first `size` items, and then their generations. */
  #sendersOf(size: number): Int32Array {
    const { slots, generations } = this.#items;
    const senders = this.#senders;
    senders.begin(size * 2, slots[0]!);
    for (let item = 0; item < size; item++) senders.set(item, slots[item]!);
    for (let item = 0; item < size; item++) senders.set(size + item, generations[item]!);
    return senders.end();
  }

  #sendEach(target: ActorRef, frame: RowFrame, from: number, to: number): void {
    for (let item = from; item < to; item++) {
      turnNow.slot = this.#items.slots[item]!;
      target.send(frame.message(item));
    }
  }

  /** The same for a definition with snapshots: an item whose state cannot be kept fails. */
  #succeedKeeping(item: number, definition: RunnableDefinition): void {
    try {
      keepSnapshot(this.#shard, this.#items.slots[item]!, definition);
    } catch (error) {
      this.#items.failures.set(item, error);
      this.#fail(item, error);
      return;
    }
    this.#succeed(item);
  }

  #succeed(item: number): void {
    const { replies, mail, row } = this.#shard;
    const { effects, slots, nodes } = this.#items;
    if (nodes[item] === 0 && effects.firstOf(item) === 0) {
      row.cells[HANDLED]!++;
      return;
    }
    const node = this.#nodeOf(item);
    const question = this.#question;
    question.node = node;
    question.answered = false;
    for (let effect = effects.firstOf(item); effect !== 0; effect = effects.after(effect)) {
      const target = effects.targets[effect];
      if (target === undefined) replies.reply(slots[item]!, question, effects.values[effect]);
      else target.send(effects.values[effect] as { readonly type: string });
    }
    row.cells[HANDLED]!++;
    if (question.isAsk && !question.answered) replies.unanswered(slots[item]!, question);
    mail.pool.free(node);
  }

  #fail(item: number, error: unknown): void {
    const { life, table, mail } = this.#shard;
    const slot = this.#items.slots[item]!;
    const node = this.#nodeOf(item);
    if (this.#items.frames.at(item) !== undefined) mail.takeAsMessage(node, this.#items.message(item));
    life.failHandling(slot, table.get(slot, GENERATION), error, node);
  }

  /** The node of an item; made for a scattered row, which had none. */
  #nodeOf(item: number): number {
    const { nodes, sendings, rows, slots } = this.#items;
    const { mail, roles, table } = this.#shard;
    if (nodes[item] === 0) {
      const sending = sendings.at(item);
      const node = mail.pool.allocate();
      const type = roles.all[table.get(slots[item]!, ROLE)]!.numberOf(sending.frame.type);
      mail.writeRow(node, type, sending, rows[item]!);
      nodes[item] = node;
    }
    return nodes[item]!;
  }

  #failAll(error: unknown): void {
    for (let item = 0; item < this.#items.size; item++) this.#fail(item, error);
  }
}

function goesWith(target: ActorRef | undefined, first: ActorRef): boolean {
  return target === first || (target !== undefined && haveOnePlace(target, first));
}

/** Calls the handler in nobody's name, for its items have their effects later. */
function callTogether(handler: AnyBatchHandler, batch: BatchContext, name: string, type: string): void {
  const result = handler(batch);
  if (!isThenable(result)) return;
  result.then(undefined, () => undefined); // its rejection is not another failure
  throw new UndeclaredAsyncError(`a batch of ${name}`, type);
}
