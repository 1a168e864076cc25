import { RUNNING, STARTING } from '../../actor/lifecycle.js';
import type { MessageCodec } from '../../remote/links.js';
import { createMessageCodec } from '../../remote/message-codec.js';
import { MESSAGE_LIMITS_DEFAULT } from '../../remote/message-limits.js';
import { actingSlot } from '../../shard/scope.js';
import type { Shard } from '../../shard/shard.js';
import type { DeadLetter } from '../../system/dead-letters.js';
import type { LogRecord } from '../../system/log.js';
import type { Effect, EffectMessage } from './effect.js';

/**
 * Writes down what one actor of a shard does, in order, by listening to the parts of the shard that do it. The parts do what they always
 * do: nothing here decides anything.
 */
export class EffectRecorder {
  readonly effects: Effect[] = [];
  /** More was done than may be written down. */
  isFull = false;
  readonly #effectsMax: number;
  readonly #codec: MessageCodec = createMessageCodec(MESSAGE_LIMITS_DEFAULT, ({ path }) => path as never);
  #shard: Shard | undefined;
  #slot = 0;
  #generation = 0;
  #id = 0;
  #path = '';

  constructor(effectsMax: number) {
    this.#effectsMax = effectsMax;
  }

  /** Listens to what the actor in `slot` does from now on. */
  listen(shard: Shard, slot: number): void {
    this.#shard = shard;
    this.#slot = slot;
    this.#generation = shard.generationOf(slot);
    this.#id = shard.idOf(slot);
    this.#path = shard.addressOf(slot).path;
    const { post, replies, signals, linked, life, stash, scheduledMessages } = shard;
    const acts = (): boolean => this.#is(actingSlot(shard, 'send'));

    before(post, 'tell', (ref, message) => {
      if (acts()) this.#add({ kind: 'send', to: ref.address.path, message: this.#copy(message) });
    });
    before(post, 'tellWhenReady', (ref, message) => {
      if (acts()) this.#add({ kind: 'send', to: ref.address.path, message: this.#copy(message) });
    });
    before(post, 'ask', (ref, _slot, _generation, message, { deadlineMs }) => {
      if (acts()) this.#add({ kind: 'ask', to: ref.address.path, message: this.#copy(message), deadlineMs });
    });
    before(post, 'forward', ({ path }, { message }) => {
      this.#add({ kind: 'forward', to: path, message: this.#copy(message) });
    });
    before(replies, 'reply', (replier, { senderId, senderShard }, value) => {
      const to = shard.addressOfId(senderId, senderShard)?.path;
      if (this.#is(replier)) this.#add({ kind: 'reply', to, value: this.#copy(value) });
    });
    before(replies, 'reject', (rejecter, { senderId, senderShard }, error) => {
      const to = shard.addressOfId(senderId, senderShard)?.path;
      if (this.#is(rejecter)) this.#add({ kind: 'reject', to, error });
    });

    before(signals, 'stopSelf', (of) => {
      if (this.#is(of)) this.#add({ kind: 'stop', target: this.#path });
    });
    before(signals, 'stop', ({ path }, _options, own) => {
      if (own !== true && acts()) this.#add({ kind: 'stop', target: path });
    });
    before(signals, 'watch', (of, { path }) => {
      if (this.#is(of)) this.#add({ kind: 'watch', target: path });
    });
    before(signals, 'unwatch', (of, { path }) => {
      if (this.#isInService(of)) this.#add({ kind: 'unwatch', target: path });
    });
    before(linked, 'link', (of, { path }) => {
      if (this.#is(of)) this.#add({ kind: 'link', target: path });
    });
    before(linked, 'unlink', (of, { path }) => {
      if (this.#is(of)) this.#add({ kind: 'unlink', target: path });
    });

    before(life, 'become', (of, behavior) => {
      if (this.#is(of)) this.#add({ kind: 'become', behavior });
    });
    before(life, 'fail', (of, error) => {
      if (this.#is(of)) this.#add({ kind: 'failure', error });
    });
    before(life, 'start', (of) => {
      const incarnation = shard.incarnationOf(of);
      if (this.#is(of) && incarnation > 1) this.#add({ kind: 'restart', incarnation });
    });
    before(stash, 'add', (of, node) => {
      const message = shard.envelopes.read(node).message;
      if (this.#is(of)) this.#add({ kind: 'stash', message: this.#copy(message) });
    });
    before(stash, 'putBack', (of) => {
      if (this.#isInService(of)) this.#add({ kind: 'unstash' });
    });
    const schedule = scheduledMessages.schedule.bind(scheduledMessages);
    scheduledMessages.schedule = (of, delayMs, message, periodic) => {
      const scheduled = schedule(of, delayMs, message, periodic);
      if (!this.#is(of)) return scheduled;
      const copy = this.#copy(message);
      this.#add({ kind: 'schedule', delayMs, message: copy, periodic });
      return {
        cancel: () => {
          this.#add({ kind: 'cancel', message: copy });
          scheduled.cancel();
        },
      };
    };
  }

  /** A child was spawned. */
  spawned(path: string, definition: string, args: unknown): void {
    this.#add({ kind: 'spawn', path, definition, args: this.#copy(args) });
  }

  /** Something was logged on the shard. */
  logged({ level, path, message, fields }: LogRecord): void {
    if (path === this.#path) this.#add({ kind: 'log', level, message, fields });
  }

  /** An envelope of the shard has died. */
  died({ reason, messageType, target, sender }: DeadLetter): void {
    const isOurs = target?.id === this.#id || sender?.id === this.#id;
    if (isOurs && reason !== 'crashed') this.#add({ kind: 'dead-letter', reason, type: messageType });
  }

  #add(effect: Effect): void {
    if (this.effects.length < this.#effectsMax) this.effects.push(effect);
    else this.isFull = true;
  }

  /** Whether the actor is in that slot, still. */
  #is(slot: number): boolean {
    return slot === this.#slot && this.#shard!.table.isAlive(slot, this.#generation);
  }

  /** The same, and it acts itself: the end of a life takes back watches and stashes too. */
  #isInService(slot: number): boolean {
    if (!this.#is(slot)) return false;
    const lifecycle = this.#shard!.life.lifecycle(slot);
    return lifecycle === RUNNING || lifecycle === STARTING;
  }

  /** As it is now, for who sent it may change it; with paths for refs, as to a test's `toEqual` all refs are equal. */
  #copy(value: unknown): EffectMessage {
    try {
      return this.#codec.decode(this.#codec.encode(value)) as EffectMessage;
    } catch {
      return value as EffectMessage; // it will be a dead letter, which says why
    }
  }
}

/** Has `tell` told of each call of one method of `host`, before the call. */
function before<Name extends string, Host extends Record<Name, (...args: never[]) => unknown>>(
  host: Host,
  name: Name,
  tell: (...args: Parameters<Host[Name]>) => void,
): void {
  const method = host[name];
  const told = (...args: Parameters<Host[Name]>): unknown => {
    tell(...args);
    return method.apply(host, args);
  };
  host[name] = told as Host[Name];
}
