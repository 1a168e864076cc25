import type { DeadLetterReason, OverflowRule } from '@skein/runtime';
import { type Crash, STASH_CAPACITY } from './soak-actors.js';

/** A message as the model knows it. */
export interface Mail {
  readonly type:
    | 'note'
    | 'read'
    | 'crash'
    | 'hoard'
    | 'unhoard'
    | 'remind'
    | 'pass'
    | 'passAsk'
    | 'child'
    | 'quit';
  readonly id: number;
  readonly how?: Crash;
  readonly afterMs?: number;
  readonly note?: number;
  readonly to?: number;
  /** Of a question, or a message that waits for room: what its sender hears. */
  readonly outcome?: Outcome | undefined;
  readonly kind: 'tell' | 'ask' | 'tell-ready';
}

/** What a sender should hear, and what it has heard; undefined while it waits. */
export interface Outcome {
  expected: number | string | undefined;
  heard: number | string | undefined;
}

/** What the models of all actors count together. */
export interface Books {
  sent: number;
  handled: number;
  actors: number;
  readonly dead: Map<DeadLetterReason, number>;
  /** What witnesses should have been handed, by witness. */
  readonly forwarded: Map<number, Mail[]>;
}

const STOP_MARK = 'stop';

/**
 * What one actor must do, said plainly: an array for a mailbox, a loop for its turns. While a batch is sent nothing is
 * handled, so that what each actor does follows from what it was sent, whatever its neighbours do.
 */
export class WorkerModel {
  readonly key: number;
  readonly #capacity: number;
  readonly #overflow: OverflowRule;
  readonly #books: Books;
  readonly #mailbox: (Mail | typeof STOP_MARK)[] = [];
  readonly #parked: Mail[] = [];
  readonly #stash: Mail[] = [];
  #timers: { readonly dueMs: number; readonly note: number }[] = [];
  #count = 0;
  #handledInThisLife = 0;
  #children = 0;
  #hoards = false;
  #stopsNow = false;
  /** What its journal should hold. */
  journal: number[] = [];
  alive = true;

  constructor(key: number, capacity: number, overflow: OverflowRule, books: Books) {
    this.key = key;
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#books = books;
    books.actors++;
  }

  /** Mail put aside, count. */
  get stashed(): number {
    return this.#stash.length;
  }

  send(mail: Mail): void {
    this.#books.sent++;
    if (!this.alive) this.#bury(mail, 'no-such-actor');
    else if (this.#count < this.#capacity) {
      this.#put(mail);
      if (mail.kind === 'tell-ready') settle(mail, 'admitted');
    } else if (mail.kind === 'tell-ready') this.#parked.push(mail);
    else if (this.#overflow === 'drop-oldest') {
      const oldest = this.#mailbox.findIndex((each) => each !== STOP_MARK);
      this.#bury(this.#mailbox.splice(oldest, 1)[0] as Mail, 'dropped-oldest');
      this.#count--;
      this.#put(mail);
    } else this.#bury(mail, this.#overflow === 'drop-newest' ? 'dropped-newest' : 'mailbox-full');
  }

  stop(now: boolean): void {
    if (!this.alive) return;
    if (now) this.#stopsNow = true;
    else this.#mailbox.push(STOP_MARK);
  }

  /** Handles everything that waits. */
  run(nowMs: number): void {
    if (this.#stopsNow) this.#end();
    while (this.alive) {
      const mail = this.#mailbox.shift();
      if (mail === undefined) return;
      if (mail === STOP_MARK) this.#end();
      else {
        this.#count--;
        this.#admit();
        this.#handle(mail, nowMs);
      }
    }
  }

  /** Sends what is due, in order. */
  advance(nowMs: number): void {
    if (this.#timers.length === 0) return;
    const due = this.#timers.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.#timers = this.#timers.filter(({ dueMs }) => dueMs > nowMs);
    for (const { note } of due) this.send({ type: 'note', id: note, kind: 'tell' });
  }

  #put(mail: Mail): void {
    this.#mailbox.push(mail);
    this.#count++;
  }

  #admit(): void {
    while (this.#parked.length > 0 && this.#count < this.#capacity) {
      const mail = this.#parked.shift()!;
      this.#put(mail);
      settle(mail, 'admitted');
    }
  }

  #handle(mail: Mail, nowMs: number): void {
    const { type, id } = mail;
    if (type === 'crash') {
      this.#bury(mail, 'crashed');
      this.#fail(mail.how!);
      return;
    }
    if (this.#hoards && (type === 'note' || type === 'read')) {
      if (this.#stash.length < STASH_CAPACITY) this.#stash.push(mail);
      else {
        this.#bury(mail, 'crashed'); // StashFullError
        this.#fail('restart');
      }
      return;
    }
    if (this.#hoards && type !== 'quit' && type !== 'unhoard') {
      this.#bury(mail, 'unhandled');
      return;
    }
    this.journal.push(id);
    this.#handledInThisLife++;
    this.#books.handled++;
    if (type === 'read') {
      this.#books.sent++; // the reply
      this.#books.handled++;
      settle(mail, this.#handledInThisLife);
    } else if (type === 'hoard') this.#hoards = true;
    else if (type === 'unhoard' && this.#hoards) {
      this.#hoards = false;
      this.#unstash();
    } else if (type === 'remind') this.#timers.push({ dueMs: nowMs + mail.afterMs!, note: mail.note! });
    else if (type === 'pass' || type === 'passAsk') {
      this.#books.sent++;
      const forwarded = this.#books.forwarded.get(mail.to!) ?? [];
      forwarded.push(mail);
      this.#books.forwarded.set(mail.to!, forwarded);
    } else if (type === 'child') {
      this.#children++;
      this.#books.actors++;
    } else if (type === 'quit') this.#mailbox.push(STOP_MARK);
  }

  #fail(how: Crash): void {
    if (how === 'stop') this.#end();
    if (how !== 'restart') return;
    this.#handledInThisLife = 0;
    this.#hoards = false;
    this.#timers = [];
    this.#books.actors -= this.#children;
    this.#children = 0;
    this.#unstash();
  }

  #unstash(): void {
    this.#count += this.#stash.length;
    this.#mailbox.unshift(...this.#stash.splice(0));
  }

  #end(): void {
    this.alive = false;
    this.#books.actors -= 1 + this.#children;
    for (const mail of [...this.#stash.splice(0), ...this.#mailbox.splice(0), ...this.#parked.splice(0)])
      if (mail !== STOP_MARK) this.#bury(mail, 'stopped');
    this.#timers = [];
    this.#count = 0;
  }

  #bury(mail: Mail, reason: DeadLetterReason): void {
    this.#books.dead.set(reason, (this.#books.dead.get(reason) ?? 0) + 1);
    settle(mail, reason);
  }
}

/** Only the first end counts: who waited for room hears no more once there was some. */
export function settle({ outcome }: Mail, end: number | string): void {
  if (outcome !== undefined) outcome.expected ??= end;
}
