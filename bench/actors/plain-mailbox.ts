/** Messages for one turn of an actor, and for one stretch without a look at the event loop, count. */
const TURN_MESSAGES = 64;
const STRETCH_MESSAGES = 8192;

type Handle<Message> = (message: Message, self: PlainActor<Message>) => void;

/** Taken items that a queue may drag along before it moves the others up, count. */
const TAKEN_MAX = 4096;

/** First in, first out: an array and how many of it are taken. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #taken = 0;

  get length(): number {
    return this.#items.length - this.#taken;
  }

  put(item: T): void {
    this.#items.push(item);
  }

  /** Only when there is something. */
  take(): T {
    const item = this.#items[this.#taken]!;
    this.#items[this.#taken++] = undefined;
    if (this.#taken === this.#items.length) this.#items.length = this.#taken = 0;
    else if (this.#taken > TAKEN_MAX && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}

/**
 * Fair asynchronous mailboxes and nothing else: no supervision but a new behaviour after a throw, no books, no
 * bounds, no addresses, no other threads. What an actor costs at least in JavaScript.
 */
export class PlainLoop {
  readonly #ready = new Fifo<PlainActor<never>>();
  #isScheduled = false;
  readonly #stretch = (): void => this.#run();

  spawn<Message>(birth: (self: PlainActor<Message>) => Handle<Message>): PlainActor<Message> {
    return new PlainActor(this, birth);
  }

  enqueue(actor: PlainActor<never>): void {
    this.#ready.put(actor);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(this.#stretch);
  }

  #run(): void {
    for (let left = STRETCH_MESSAGES; left > 0 && this.#ready.length > 0; ) {
      const actor = this.#ready.take();
      left -= actor.turn();
      if (actor.hasMail) this.#ready.put(actor);
    }
    this.#isScheduled = this.#ready.length > 0;
    if (this.#isScheduled) setImmediate(this.#stretch);
  }
}

export class PlainActor<Message> {
  restarts = 0;
  readonly #loop: PlainLoop;
  readonly #birth: (self: PlainActor<Message>) => Handle<Message>;
  readonly #mail = new Fifo<Message>();
  #handle: Handle<Message>;
  #isReady = false;
  #isStopped = false;

  constructor(loop: PlainLoop, birth: (self: PlainActor<Message>) => Handle<Message>) {
    this.#loop = loop;
    this.#birth = birth;
    this.#handle = birth(this);
  }

  /** After a turn: whether another must follow. */
  get hasMail(): boolean {
    this.#isReady = !this.#isStopped && this.#mail.length > 0;
    return this.#isReady;
  }

  send(message: Message): void {
    if (this.#isStopped) return;
    this.#mail.put(message);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#loop.enqueue(this as unknown as PlainActor<never>);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Handles what waits, up to the bound of a turn; returns how many messages that was. */
  turn(): number {
    let handled = 0;
    for (; handled < TURN_MESSAGES && this.#mail.length > 0 && !this.#isStopped; handled++) {
      const message = this.#mail.take();
      try {
        this.#handle(message, this);
      } catch {
        this.#handle = this.#birth(this);
        this.restarts++;
      }
    }
    return handled;
  }
}
