import type { PipeOptions } from '../actor/context.js';
import type { Protocol } from '../actor/protocol.js';
import { InvalidOptionError } from '../errors.js';
import { HAS_SOURCES, STATUS } from '../kernel/actor-record.js';
import { FED, KIND_MASK, TELL, WORD } from '../kernel/mail-pool.js';
import { isMessage } from '../mailbox/envelope.js';
import { LEDGER } from '../system/ledger.js';
import { outsideActors } from './scope.js';
import type { Shard } from './shard.js';
import { Source } from './source.js';

/** Sources that one actor may have at a time, count. */
const SOURCES_MAX = 256;
const WINDOW_DEFAULT = 64;
const WINDOW_MAX = 65_536;

/**
 * The iterables that actors of one shard are fed from. An item goes into the actor's mailbox as a message of its own kind, which leads
 * back to the source when it leaves the mailbox, by whatever way: that is the credit. When there is no room it
 * is parked, as if somebody had sent it with `sendWhenReady`.
 */
export class Sources {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** @throws InvalidOptionError */
  start(
    slot: number,
    source: AsyncIterable<unknown> | Iterable<unknown>,
    toMessage: (item: never) => { readonly type: string },
    { window = WINDOW_DEFAULT, done }: PipeOptions<Protocol>,
  ): { cancel(): void } {
    if (!(Number.isInteger(window) && window >= 1 && window <= WINDOW_MAX))
      throw new InvalidOptionError('window', window, `a count from 1 to ${WINDOW_MAX}`);
    const shard = this.#shard;
    const cell = shard.cellOf(slot);
    cell.sources ??= new Map();
    const { sources } = cell;
    if (sources.size >= SOURCES_MAX)
      throw new InvalidOptionError('source', source, `one of at most ${SOURCES_MAX} at a time`);
    const iterator = iteratorOf(source);
    const number = ++cell.sourcesStarted;
    const over = (): void => {
      sources.delete(number);
      if (sources.size === 0) this.#mark(slot, false);
    };
    const started = new Source(iterator, window, {
      take: (item) => this.#feed(slot, toMessage(item as never), number),
      done: () => {
        over();
        if (done !== undefined) this.#feed(slot, done, 0);
      },
      failed: (error) => {
        over();
        shard.life.fail(slot, error);
        shard.wake();
      },
    });
    sources.set(number, started);
    this.#mark(slot, true);
    this.#pullSoon(started);
    return {
      cancel: () => {
        if (sources.get(number) !== started) return;
        over();
        this.#end(started);
      },
    };
  }

  /**
   * Puts a message of a source into the mailbox of an actor, or parks it.
   *
   * @throws TypeError, or TransportError in strict mode, for what cannot be a message
   */
  #feed(slot: number, message: { readonly type: string }, source: number): void {
    const shard = this.#shard;
    if (!isMessage(message))
      throw new TypeError('A source must give messages: objects with a `type` that is a string.');
    const copy = shard.strictCopy(message);
    const target = shard.addressOf(slot);
    const { id } = target;
    const envelope = { kind: 'tell', message: copy, sender: id, senderShard: shard.index } as const;
    shard.row.cells[LEDGER.sent]!++;
    shard.witness?.posted(target, { ...envelope, correlation: 0 }, false);
    shard.delivery.deliver(id, { ...envelope, correlation: source }, FED);
    shard.wake();
  }

  /** A message has left the mailbox of `slot`; from now on it is like any other. */
  credit(slot: number, node: number): void {
    const { pool } = this.#shard.mail;
    const kind = pool.get(node, WORD);
    if ((kind & KIND_MASK) !== FED) return;
    pool.set(node, WORD, (kind & ~KIND_MASK) | TELL);
    const source = this.#shard.peekCell(slot)?.sources?.get(pool.correlation(node));
    if (source?.credit()) this.#pullSoon(source);
  }

  /** The life that the sources of `slot` belong to is over, or about to be. */
  endAll(slot: number): void {
    if ((this.#shard.table.get(slot, STATUS) & HAS_SOURCES) === 0) return;
    const sources = this.#shard.peekCell(slot)?.sources;
    const ending = [...(sources?.values() ?? [])];
    sources?.clear();
    this.#mark(slot, false);
    for (const source of ending) this.#end(source);
  }

  /** Not in a turn: what iterators do is nobody's doing. */
  #pullSoon(source: Source): void {
    queueMicrotask(() => {
      if (!this.#shard.isClosed) outsideActors(() => source.pull());
    });
  }

  #end(source: Source): void {
    outsideActors(() => source.end()).catch((error: unknown) =>
      this.#shard.log.warn('a source did not end well', { error }),
    );
  }

  #mark(slot: number, fed: boolean): void {
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    table.set(slot, STATUS, fed ? status | HAS_SOURCES : status & ~HAS_SOURCES);
  }
}

function iteratorOf(
  source: Partial<AsyncIterable<unknown>> & Partial<Iterable<unknown>>,
): AsyncIterator<unknown> | Iterator<unknown> {
  const iterator = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.();
  if (iterator === undefined) throw new InvalidOptionError('source', source, 'an iterable or async iterable');
  return iterator;
}
