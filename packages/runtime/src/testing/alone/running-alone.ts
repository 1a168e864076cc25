import { setImmediate as nextImmediate } from 'node:timers/promises';
import type { ActorRef } from '../../actor/actor-ref.js';
import type { ActorAddress } from '../../actor/address.js';
import type { StopOptions } from '../../actor/context.js';
import type { RunnableDefinition } from '../../actor/definition.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from '../../actor/protocol.js';
import { InvalidOptionError } from '../../errors.js';
import { BEHAVIOR_MASK, BEHAVIOR_SHIFT, HAS_STATE, ROLE, STATUS } from '../../kernel/actor-record.js';
import type { Pump } from '../../shard/pump.js';
import type { Shard } from '../../shard/shard.js';
import { closeShard } from '../../shard/shutdown.js';
import { oneForOne } from '../../supervision/supervision.js';
import { SimulatedClock } from '../../time/simulated-clock.js';
import { AloneRefusedError } from '../errors.js';
import { checkedMs } from '../time/checked-ms.js';
import type { Alone, AloneOptions, Other } from './alone.js';
import type { Effect } from './effect.js';
import { EffectRecorder } from './effect-recorder.js';
import { createLoneShard } from './lone-shard.js';
import { ERRAND, StandIns } from './stand-ins.js';

/** Effects that are written down unless told otherwise, count. */
const EFFECTS_MAX = 10_000;
/** Slices of work, of 4 096 messages each, after which an actor that still has mail will not come to rest. */
const SLICES_MAX = 16;

type Message = { readonly type: string };

/** An actor on a shard of its own, which this drives by hand: see `actAlone`. */
export class RunningAlone implements Alone {
  readonly ref: ActorRef;
  readonly #shard: Shard;
  readonly #slot: number;
  readonly #generation: number;
  readonly #address: ActorAddress;
  readonly #clock = new SimulatedClock();
  readonly #standIns = new StandIns();
  readonly #recorder: EffectRecorder;

  constructor(definition: RunnableDefinition, args: unknown, options: AloneOptions) {
    const { seed = 1, extensions = {}, onFailure = 'restart', effectsMax = EFFECTS_MAX } = options;
    if (!(effectsMax >= 1)) throw new InvalidOptionError('effectsMax', effectsMax, 'at least 1');
    const recorder = new EffectRecorder(effectsMax);
    this.#recorder = recorder;
    const decide = (): 'resume' | 'restart' | 'stop' => (this.#hasState ? onFailure : 'stop');
    const shard = createLoneShard({
      seed,
      extensions,
      clock: this.#clock,
      root: this.#standIns.supervisor(oneForOne({ maxRestarts: Number.POSITIVE_INFINITY, decide })),
      onDeadLetter: (letter) => recorder.died(letter),
      onLog: (record) => recorder.logged(record),
    });
    this.#shard = shard;
    this.#standIns.add(shard.addressOf(shard.rootSlot));
    shard.roles.of(definition);
    this.ref = shard.spawner.spawn(shard.rootSlot, definition, args, {
      name: options.name ?? definition.name,
    });
    this.#address = this.ref.address;
    this.#slot = shard.resolve(this.#address.id);
    this.#generation = shard.generationOf(this.#slot);
    recorder.listen(shard, this.#slot);
    this.#spawnStandIns();
    this.#do('begin', () => undefined);
  }

  get effects(): readonly Effect[] {
    return this.#recorder.effects;
  }

  get isAlive(): boolean {
    return this.#shard.table.isAlive(this.#slot, this.#generation);
  }

  get incarnation(): number {
    return this.#shard.incarnationOf(this.#slot);
  }

  get behavior(): string | undefined {
    return this.#role.definition.behaviorNames[this.#behaviorNumber - 1];
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  state<State>(): State {
    if (!this.isAlive || !this.#hasState)
      throw this.#refusal(
        'state',
        'it has none',
        'Look at `effects` for why it has stopped or not come to life.',
      );
    return this.#shard.stateOf(this.#slot) as State;
  }

  tell(message: MessageOf<Protocol>, from?: Other): Effect[] {
    this.#refuseAsync('tell', message);
    return this.#do('tell', () => this.#post('tell', message, from, 0));
  }

  ask<Question extends QuestionOf<Protocol>>(question: Question): ReplyOf<Protocol, Question['type']> {
    this.#refuseAsync('ask', question);
    const { questions } = this.#shard;
    const asked = this.#ask('ask', question);
    if (questions.describe(asked.correlation) !== undefined)
      throw this.#refusal(
        'ask',
        `it keeps the question "${question.type}"`,
        'Use `askAsync`, and let come what the actor waits for.',
      );
    return asked.reply() as ReplyOf<Protocol, Question['type']>;
  }

  tellAsync(message: MessageOf<Protocol>, from?: Other): Promise<Effect[]> {
    const before = this.effects.length;
    this.#do('tellAsync', () => this.#post('tell', message, from, 0));
    return this.settled().then(() => this.effects.slice(before));
  }

  async askAsync<Question extends QuestionOf<Protocol>>(
    question: Question,
  ): Promise<ReplyOf<Protocol, Question['type']>> {
    return this.#ask('askAsync', question).reply() as ReplyOf<Protocol, Question['type']>;
  }

  async settled(): Promise<Effect[]> {
    const before = this.effects.length;
    let seen: string;
    do {
      seen = this.#progress;
      await nextImmediate();
      this.#comeToRest('settled');
    } while (this.#progress !== seen);
    return this.effects.slice(before);
  }

  advance(durationMs: number): Effect[] {
    const untilMs = this.nowMs + checkedMs('durationMs', durationMs);
    return this.#do('advance', () => {
      for (
        let next = this.#clock.nextTimerMs;
        next !== undefined && next <= untilMs;
        next = this.#clock.nextTimerMs
      ) {
        this.#clock.advance(next - this.nowMs);
        this.#comeToRest('advance');
      }
      this.#clock.advance(untilMs - this.nowMs);
    });
  }

  standIn<Q extends Protocol>(name: string): ActorRef<Q> {
    const { roles, spawner, rootSlot } = this.#shard;
    const definition = this.#standIns.definition('stand-in');
    roles.of(definition);
    const ref = spawner.spawn(rootSlot, definition, undefined, { name });
    this.#standIns.add(ref.address);
    return ref as unknown as ActorRef<Q>;
  }

  answer(other: Other, value: unknown): Effect[] {
    const address = this.#addressOf('answer', other);
    const reply = this.#standIns.takeQuestion(address);
    if (reply === undefined)
      throw this.#refusal(
        'answer',
        `${address.path} was asked nothing that it has not answered`,
        'Look at `effects` for whom it has asked.',
      );
    return this.#do('answer', () => reply(value));
  }

  fails(child: Other, error: unknown): Effect[] {
    const address = this.#addressOf('fails', child);
    if (this.#shard.resolve(address.id) === 0)
      throw this.#refusal('fails', `${address.path} has ended`, 'Let a child fail that is alive.');
    return this.#do('fails', () => {
      this.#standIns.errand = () => {
        throw error;
      };
      this.#shard.post.route(address, 'tell', { type: ERRAND }, 0, 0);
    });
  }

  ends(other: Other): Effect[] {
    const address = this.#addressOf('ends', other);
    return this.#do('ends', () => this.#shard.signals.stop(address, {}));
  }

  restart(): Effect[] {
    return this.#do('restart', () => {
      this.#shard.signals.send(0, { kind: 'restart', to: this.#address.id });
    });
  }

  stop(options: StopOptions = {}): Effect[] {
    return this.#do('stop', () => this.#shard.signals.stop(this.#address, options));
  }

  /** Has a stand-in spawned for each child. */
  #spawnStandIns(): void {
    const { spawner, roles, table } = this.#shard;
    const spawn = spawner.spawn.bind(spawner);
    spawner.spawn = (parent, definition, args, options) => {
      if (parent !== this.#slot || !table.isAlive(parent, this.#generation))
        return spawn(parent, definition, args, options);
      const standIn = this.#standIns.definition(definition.name);
      roles.of(standIn);
      const { shard: _, ...here } = options ?? {};
      const ref = spawn(parent, standIn, args, here);
      this.#standIns.add(ref.address);
      this.#recorder.spawned(ref.address.path, definition.name, args);
      return ref;
    };
  }

  #ask(operation: string, question: Message): ReturnType<Shard['questions']['open']> {
    const asked = this.#shard.questions.open(this.ref, question.type, {});
    this.#do(operation, () => this.#post('ask', question, undefined, asked.correlation));
    return asked;
  }

  #post(kind: 'tell' | 'ask', message: Message, from: Other | undefined, correlation: number): void {
    const sender = from === undefined ? 0 : this.#shard.resolve(this.#addressOf(kind, from).id);
    this.#shard.post.route(this.#address, kind, message, sender, correlation);
  }

  /** Does something, and lets come of it what comes. */
  #do(operation: string, act: () => void): Effect[] {
    const before = this.effects.length;
    act();
    this.#comeToRest(operation);
    return this.effects.slice(before);
  }

  #comeToRest(operation: string): void {
    const pump = this.#shard.pump as Pump; // nobody has given it another
    for (let slices = 0; pump.runSlice(); slices++)
      if (slices === SLICES_MAX) {
        closeShard(this.#shard);
        throw this.#refusal(
          operation,
          'it does not come to rest',
          'Let it send itself messages by `schedule`, or fewer of them.',
        );
      }
    if (this.#recorder.isFull)
      throw this.#refusal(
        operation,
        `it has done more than ${this.effects.length} things`,
        'Raise `effectsMax`, or try it with fewer messages.',
      );
  }

  /** Something that changes whenever an async call goes on. */
  get #progress(): string {
    const { row } = this.#shard;
    return [this.effects.length, row.get('callsRunning'), row.get('turns'), row.get('sent')].join(' ');
  }

  get #role(): Shard['roles']['all'][number] {
    const { roles, table } = this.#shard;
    return roles.all[table.get(this.#slot, ROLE)]!;
  }

  get #behaviorNumber(): number {
    return (this.#shard.table.get(this.#slot, STATUS) & BEHAVIOR_MASK) >> BEHAVIOR_SHIFT;
  }

  get #hasState(): boolean {
    return (this.#shard.table.get(this.#slot, STATUS) & HAS_STATE) !== 0;
  }

  #refuseAsync(operation: string, { type }: Message): void {
    if (!this.isAlive) return;
    const role = this.#role;
    if (typeof role.behaviors[this.#behaviorNumber]![role.numberOf(type)] !== 'object') return;
    throw this.#refusal(
      operation,
      `the handler of "${type}" is async`,
      `Use \`await alone.${operation}Async(…)\` for it.`,
    );
  }

  /** Of the parent, a child or a stand-in. */
  #addressOf(operation: string, other: Other): ActorAddress {
    const address = typeof other === 'string' ? this.#standIns.at(other) : other.address;
    if (address !== undefined && this.#standIns.has(address)) return address;
    const path = typeof other === 'string' ? other : other.address.path;
    throw this.#refusal(
      operation,
      `${path} is no stand-in`,
      `Name one that it has spawned, or that \`standIn\` made: there are ${this.#standIns.paths.join(', ')}.`,
    );
  }

  #refusal(operation: string, why: string, remedy: string): AloneRefusedError {
    return new AloneRefusedError(this.#address.path, operation, why, remedy);
  }
}
