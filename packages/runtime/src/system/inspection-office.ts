import { InvalidOptionError } from '../errors.js';
import type {
  InspectionBatch,
  InspectionEvent,
  InspectionLevel,
  InspectionNote,
  InspectionObserver,
  InspectionOptions,
} from './inspection.js';
import { Listeners } from './listeners.js';
import type { Logger } from './log.js';

interface Inspection {
  readonly observer: InspectionObserver;
  readonly withMessages: boolean;
}

/** Hands on what the shards tell of their actors, and lets them know how much anybody wants to be told. */
export class InspectionOffice {
  readonly #inspections: Listeners<Inspection>;
  readonly #log: Logger;
  readonly #rootId: string;
  readonly #decode: (payload: Uint8Array) => unknown;
  readonly #onInterest: (level: InspectionLevel) => void;
  #level: InspectionLevel = 'off';

  /** @param onInterest is told of each change of {@link level} */
  constructor(
    log: Logger,
    rootId: number,
    decode: (payload: Uint8Array) => unknown,
    onInterest: (level: InspectionLevel) => void,
  ) {
    this.#log = log;
    this.#rootId = String(rootId);
    this.#decode = decode;
    this.#onInterest = onInterest;
    this.#inspections = new Listeners((error) => log.error('an inspection listener threw', { error }));
  }

  get level(): InspectionLevel {
    return this.#level;
  }

  /** @throws InvalidOptionError */
  subscribe(
    listener: InspectionObserver | ((event: InspectionEvent) => void),
    { messages = false }: InspectionOptions,
  ): () => void {
    const observer = typeof listener === 'function' ? { next: listener } : listener;
    if (typeof observer?.next !== 'function')
      throw new InvalidOptionError('listener', listener, 'a function, or an observer with `next`');
    const end = this.#inspections.add({ observer, withMessages: messages });
    this.#weighInterest();
    return () => {
      if (end()) this.#weighInterest();
    };
  }

  publish({ shard, notes, leftOut }: InspectionBatch): void {
    if (leftOut > 0) this.#log.warn('inspection events were left out', { shard, count: leftOut });
    for (const note of notes) {
      const event = this.#eventOf(note);
      this.#inspections.tell(({ observer }) => observer.next(event));
    }
    if (leftOut > 0) this.#inspections.tell(({ observer }) => observer.leftOut?.(leftOut, shard));
  }

  #weighInterest(): void {
    const { all } = this.#inspections;
    const level =
      all.length === 0 ? 'off' : all.some(({ withMessages }) => withMessages) ? 'messages' : 'types';
    if (level === this.#level) return;
    this.#level = level;
    this.#onInterest(level);
  }

  #eventOf({ payload, ...note }: InspectionNote): InspectionEvent {
    const event = { ...note, rootId: this.#rootId } as InspectionEvent;
    if (payload === undefined) return event;
    return { ...event, event: this.#decode(payload) } as InspectionEvent;
  }
}
