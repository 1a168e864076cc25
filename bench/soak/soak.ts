import { type ActorRef, AskRejectedError, type DeadLetterReason, oneForOne } from '@skein/runtime';
import { createTestSystem, type TestSystem } from '@skein/runtime/testing';
import { createDice, type Dice } from './dice.js';
import {
  FROM_WITNESS,
  JOURNALS,
  type Journal,
  type JournalOf,
  REVIVALS,
  SOAK_MODULE,
  SoakCrash,
  type Witness,
  WORKER_KINDS,
  type Worker,
  witness,
} from './soak-actors.js';
import { type Books, type Mail, type Outcome, settle, WorkerModel } from './worker-model.js';

/** What a soak is made of. */
export interface SoakOptions {
  readonly seed: number;
  /** Count, at least 1. */
  readonly operations: number;
  /** Operations between two looks, count. */
  readonly batch: number;
  /** Told after each batch how many operations were done. */
  readonly progress?: (operations: number) => void;
}

/** What a soak has come across: so that one can see that nothing was left out. */
export interface SoakSummary {
  readonly sent: number;
  readonly handled: number;
  readonly restarts: number;
  /** States that came back from a store. */
  readonly revivals: number;
  readonly dead: ReadonlyMap<DeadLetterReason, number>;
}

/** What actors did is not what the model says. The message begins with what differs. */
export class SoakFailure extends Error {
  constructor(what: string, { seed, batch }: SoakOptions, operations: number) {
    super(
      `${what}\nseed ${seed}, within the ${batch} operations before number ${operations}; to replay:\n` +
        `  npm run soak -- --seed ${seed} --batch ${batch} --operations ${operations}`,
    );
    this.name = 'SoakFailure';
  }
}

interface Subject {
  readonly ref: ActorRef<Worker>;
  readonly model: WorkerModel;
}

const WORKERS = 400;
const WITNESSES = 4;
/** Actors that have stopped and are still sent to, count. */
const GONE_MAX = 16;
const REMIND_MS_MAX = 100;
const ADVANCE_MS_MAX = 60;
/** Longer than any soak: questions end by an answer or a dead letter. */
const DEADLINE_MS = 1e12;

/**
 * Runs random operations against a system on the simulated clock, in batches that are sent in one stretch, and compares
 * after each what every actor did, in order, and every count, with a model that knows no concurrency.
 *
 * @throws SoakFailure
 */
export async function soak(options: SoakOptions): Promise<SoakSummary> {
  const run = new Soak(options);
  await run.start();
  for (let done = 0; done < options.operations; ) {
    const count = Math.min(options.batch, options.operations - done);
    run.send(count);
    done += count;
    await run.check(done);
    options.progress?.(done);
  }
  return run.end();
}

class Soak {
  readonly #options: SoakOptions;
  readonly #dice: Dice;
  readonly #journals = new Map<number, Journal>();
  readonly #books: Books = { sent: 0, handled: 0, actors: 1, dead: new Map(), forwarded: new Map() };
  readonly #dead = new Map<DeadLetterReason, number>();
  readonly #subjects: Subject[] = [];
  readonly #gone: Subject[] = [];
  readonly #witnesses: ActorRef<Witness>[] = [];
  /** By witness: ids of actors that it watches, and whom they belong to. */
  readonly #watched: Map<number, Subject>[] = [];
  #outcomes: Outcome[] = [];
  #endings: { readonly subject: Subject; heard: boolean }[] = [];
  #test!: TestSystem;
  #keys = 0;
  #ids = 0;
  #operations = 0;
  #revivals = 0;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#dice = createDice(options.seed);
  }

  async start(): Promise<void> {
    const journals: JournalOf = (key) => {
      const journal = this.#journals.get(key) ?? [];
      this.#journals.set(key, journal);
      return journal;
    };
    this.#test = await createTestSystem({
      modules: [SOAK_MODULE],
      seed: this.#options.seed,
      strict: false,
      log: () => undefined,
      extensions: { [JOURNALS]: journals },
      supervision: oneForOne({
        maxRestarts: Number.POSITIVE_INFINITY,
        decide: (error) => (error instanceof SoakCrash ? error.how : 'restart'),
      }),
    });
    this.#test.system.deadLetters.subscribe(({ reason, count }) =>
      this.#dead.set(reason, (this.#dead.get(reason) ?? 0) + count),
    );
    for (let i = 0; i < WITNESSES; i++) {
      this.#witnesses.push(this.#test.system.spawn(witness, { key: this.#keys }));
      this.#watched.push(new Map());
      this.#books.actors++;
      this.#keys += 2;
    }
    while (this.#subjects.length < WORKERS) this.#spawn();
  }

  /** Lets time pass, and sends a batch. Nothing is handled before it is whole. */
  send(count: number): void {
    const { clock } = this.#test;
    clock.advance(this.#dice(ADVANCE_MS_MAX));
    for (const { model } of this.#subjects) model.advance(clock.now());
    for (let i = 0; i < count; i++) this.#operate();
    this.#operations += count;
  }

  async check(operations: number): Promise<void> {
    const { system, clock } = this.#test;
    await system.quiet({ deadlineMs: 60_000 });
    const nowMs = clock.now();
    for (const { model } of this.#subjects) model.run(nowMs);
    this.#handOver();
    this.#compare(operations);
    this.#bury();
  }

  async end(): Promise<SoakSummary> {
    const { system } = this.#test;
    await system.stop({ now: true });
    const { sent, handled, deadLetters, actors, restarts } = system.metrics();
    if (actors !== 0 || sent !== handled + deadLetters)
      this.#fail(`after the end: ${actors} actors, ${sent} sent, ${handled} handled, ${deadLetters} dead`);
    return { sent, handled, restarts, revivals: this.#revivals, dead: new Map([...this.#dead].sort()) };
  }

  // --- operations -----------------------------------------------------------------------------------------

  #operate(): void {
    const roll = this.#dice(1000);
    if (roll < 8) this.#spawn();
    else if (roll < 12) this.#stop();
    else if (roll < 30) this.#watch();
    else this.#mail(roll);
  }

  #spawn(): void {
    if (this.#subjects.length >= 2 * WORKERS) return;
    const { definition, capacity, overflow } = WORKER_KINDS[this.#dice(WORKER_KINDS.length)]!;
    const key = this.#keys++;
    const ref = this.#test.system.spawn(definition, { key });
    this.#subjects.push({ ref, model: new WorkerModel(key, capacity, overflow, this.#books) });
  }

  #stop(): void {
    const subject = this.#anySubject();
    const now = this.#dice(2) === 0;
    subject.model.stop(now);
    const ending = { subject, heard: false };
    this.#endings.push(ending);
    void this.#test.system.stopActor(subject.ref, { now }).then(() => {
      ending.heard = true;
    });
  }

  #watch(): void {
    const index = this.#dice(WITNESSES);
    const subject = this.#anySubject();
    const { id } = subject.ref.address;
    if (this.#watched[index]!.has(id)) return;
    this.#watched[index]!.set(id, subject);
    this.#books.sent++;
    this.#books.handled++;
    this.#witnesses[index]!.send({ type: 'watch', target: subject.ref });
  }

  #mail(roll: number): void {
    const subject = this.#anySubject();
    const { ref, model } = subject;
    const id = this.#ids++;
    const how = this.#dice(8);
    if (roll < 300) this.#ask(subject, { type: 'read', id });
    else if (roll < 330) this.#ask(subject, { type: 'passAsk', id, to: this.#dice(WITNESSES) });
    else {
      const mail = this.#tellable(roll, id);
      const message = this.#messageOf(mail);
      if (how > 0) {
        model.send({ ...mail, kind: 'tell' });
        ref.send(message);
      } else {
        const outcome = this.#outcome();
        model.send({ ...mail, kind: 'tell-ready', outcome });
        ref.sendWhenReady(message).then(
          () => hear(outcome, 'admitted'),
          (error: { reason?: string }) => hear(outcome, error.reason ?? String(error)),
        );
      }
    }
  }

  #tellable(roll: number, id: number): Omit<Mail, 'kind'> {
    if (roll < 345) return { type: 'crash', id, how: 'restart' };
    if (roll < 350) return { type: 'crash', id, how: 'resume' };
    if (roll < 352) return { type: 'crash', id, how: 'stop' };
    if (roll < 390) return { type: 'hoard', id };
    if (roll < 440) return { type: 'unhoard', id };
    if (roll < 480) return { type: 'remind', id, afterMs: this.#dice(REMIND_MS_MAX), note: this.#ids++ };
    if (roll < 520) return { type: 'pass', id, to: this.#dice(WITNESSES) };
    if (roll < 530) return { type: 'child', id };
    if (roll < 532) return { type: 'quit', id };
    return { type: 'note', id };
  }

  #messageOf({
    type,
    id,
    how,
    afterMs,
    note,
    to,
  }: Omit<Mail, 'kind'>): Parameters<ActorRef<Worker>['send']>[0] {
    if (type === 'crash') return { type, id, how: how! };
    if (type === 'remind') return { type, id, afterMs: afterMs!, note: note! };
    if (type === 'pass') return { type, id, to: this.#witnesses[to!]! };
    return { type, id } as { type: 'note'; id: number };
  }

  #ask({ ref, model }: Subject, mail: { type: 'read' | 'passAsk'; id: number; to?: number }): void {
    const outcome = this.#outcome();
    model.send({ ...mail, kind: 'ask', outcome });
    const { type, id } = mail;
    const options = { deadlineMs: DEADLINE_MS };
    const reply =
      type === 'read'
        ? ref.ask({ type, id }, options)
        : ref.ask({ type, id, to: this.#witnesses[mail.to!]! }, options);
    reply.then(
      (value) => hear(outcome, value),
      (error) => hear(outcome, error instanceof AskRejectedError ? error.reason : String(error)),
    );
  }

  #outcome(): Outcome {
    const outcome: Outcome = { expected: undefined, heard: undefined };
    this.#outcomes.push(outcome);
    return outcome;
  }

  /** The old more often than the young, so that some have long rests; now and then one that is gone. */
  #anySubject(): Subject {
    if (this.#gone.length > 0 && this.#dice(50) === 0) return this.#gone[this.#dice(this.#gone.length)]!;
    const count = this.#subjects.length;
    return this.#subjects[Math.min(this.#dice(count), this.#dice(count))]!;
  }

  // --- what must have happened ------------------------------------------------------------------------------

  /** What was forwarded arrives: witnesses never fail. */
  #handOver(): void {
    for (const mails of this.#books.forwarded.values())
      for (const mail of mails) {
        this.#books.handled++;
        if (mail.type !== 'passAsk') continue;
        this.#books.sent++;
        this.#books.handled++;
        settle(mail, FROM_WITNESS);
      }
  }

  #compare(operations: number): void {
    const fail = (what: string): never => this.#fail(what, operations);
    for (const { ref, model } of this.#subjects) {
      const journal = this.#journals.get(model.key) ?? [];
      const at = firstDifference(journal, model.journal);
      if (at !== -1)
        fail(
          `worker ${model.key} (${ref}) handled ${journal[at]} where ${model.journal[at]} was its message ${at}`,
        );
      journal.length = 0;
      model.journal.length = 0;
    }
    const revived = this.#journals.get(REVIVALS) ?? [];
    this.#revivals += revived.length;
    revived.length = 0;
    for (const [index] of this.#witnesses.entries()) this.#compareWitness(index, fail);
    this.#outcomes = this.#outcomes.filter(({ expected, heard }) => {
      if (expected !== heard) fail(`a sender heard ${heard} where ${expected} is right`);
      return heard === undefined;
    });
    this.#endings = this.#endings.filter(({ subject, heard }) => {
      if (heard === subject.model.alive)
        fail(`the end of worker ${subject.model.key} was heard of: ${heard}`);
      return !heard;
    });
    for (const reason of new Set([...this.#dead.keys(), ...this.#books.dead.keys()]))
      if (this.#dead.get(reason) !== this.#books.dead.get(reason))
        fail(
          `${this.#dead.get(reason)} dead letters \`${reason}\` where ${this.#books.dead.get(reason)} are right`,
        );
    const { sent, handled, deadLetters, queued, actors } = this.#test.system.metrics();
    const stashed = this.#subjects.reduce((sum, { model }) => sum + model.stashed, 0);
    const dead = [...this.#books.dead.values()].reduce((sum, count) => sum + count, 0);
    const books = { sent, handled, deadLetters, queued, actors };
    const right = {
      sent: this.#books.sent,
      handled: this.#books.handled,
      deadLetters: dead,
      queued: stashed,
      actors: this.#books.actors,
    };
    for (const name of Object.keys(right) as (keyof typeof right)[])
      if (books[name] !== right[name]) fail(`${name} is ${books[name]} where ${right[name]} is right`);
  }

  /** Forwarded messages keep their order per forwarder, and notices come once for each who has gone. */
  #compareWitness(index: number, fail: (what: string) => never): void {
    const journal = this.#journals.get(2 * index) ?? [];
    const forwarded = (this.#books.forwarded.get(index) ?? []).map(({ id }) => id);
    const got = [...journal].sort(ascending);
    const at = firstDifference(got, forwarded.sort(ascending));
    if (at !== -1) fail(`witness ${index} was handed ${got[at]} where ${forwarded[at]} was forwarded`);
    journal.length = 0;
    this.#books.forwarded.delete(index);
    const notices = this.#journals.get(2 * index + 1) ?? [];
    const noticed = new Set(notices);
    if (noticed.size !== notices.length) fail(`witness ${index} was told of an end twice`);
    for (const [id, { model }] of this.#watched[index]!) {
      if (noticed.delete(id) === model.alive)
        fail(`witness ${index} was ${model.alive ? '' : 'not '}told of the end of worker ${model.key}`);
      if (!model.alive) this.#watched[index]!.delete(id);
    }
    if (noticed.size > 0) fail(`witness ${index} was told of the ends of strangers`);
    notices.length = 0;
  }

  /** Forgets those that have gone, but for a few; sees to it that there are enough. */
  #bury(): void {
    let kept = 0;
    for (const subject of this.#subjects) {
      if (subject.model.alive) this.#subjects[kept++] = subject;
      else {
        this.#journals.delete(subject.model.key);
        this.#gone.push(subject);
      }
    }
    this.#subjects.length = kept;
    if (this.#gone.length > GONE_MAX) this.#gone.splice(0, this.#gone.length - GONE_MAX);
    while (this.#subjects.length < WORKERS) this.#spawn();
  }

  #fail(what: string, operations: number = this.#operations): never {
    throw new SoakFailure(what, this.#options, operations);
  }
}

function hear(outcome: Outcome, end: number | string): void {
  outcome.heard = outcome.heard === undefined ? end : `${outcome.heard}, then ${end}`;
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** -1 when the two are equal. */
function firstDifference(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return -1;
}
