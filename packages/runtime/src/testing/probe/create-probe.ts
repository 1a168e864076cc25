import type { ActorRef, AnyRef } from '../../actor/actor-ref.js';
import type { ReplyHandle, TurnContext } from '../../actor/context.js';
import type { TerminatedNotice } from '../../actor/definition.js';
import type { MessageOf, MessageOfType, Protocol } from '../../actor/protocol.js';
import { InvalidOptionError } from '../../errors.js';
import type { ActorSystem } from '../../system/actor-system.js';
import { defineForAnyMessage, type ReceivedMessage } from '../any-message.js';
import { describeMessage, describeSome } from '../describe-message.js';
import { UnmetExpectationError } from '../errors.js';
import { Arrivals } from '../time/arrivals.js';
import { checkedMs } from '../time/checked-ms.js';
import type { Probe, ProbeOptions, WaitOptions } from './probe.js';

/** How long a probe waits unless told otherwise, ms. */
const DEADLINE_MS = 1000;
/** Messages that a probe keeps unless told otherwise, count. */
const MESSAGES_MAX = 10_000;
/** By which a probe has something done in its own turn. */
const ERRAND = '@probe';

/**
 * Starts a probe, on the main shard of any system. Its definition needs to be in no module.
 *
 * @throws InvalidOptionError, DuplicateNameError, SystemStoppedError
 * @example
 * const probe = createProbe<{ paid: { amount: number } }>(system);
 * till.send({ type: 'pay', amount: 3, receipt: probe.ref });
 * const { amount } = await probe.receive('paid');
 * await probe.expectNothing();
 */
export function createProbe<P extends Protocol = Protocol>(
  system: ActorSystem,
  options: ProbeOptions<P> = {},
): Probe<P> {
  return new RunningProbe<P>(system, options);
}

interface Kept {
  readonly message: { readonly type: string };
  /** Answers it, once; undefined for one that was told, or has been answered. */
  answer: ReplyHandle<unknown> | undefined;
}

class RunningProbe<P extends Protocol> implements Probe<P> {
  readonly ref: ActorRef<P>;
  readonly messages: MessageOf<P>[] = [];
  readonly #deadlineMs: number;
  readonly #messagesMax: number;
  readonly #ignored: ((message: MessageOf<P>) => boolean)[];
  readonly #arrivals: Arrivals;
  /** Kept, and not received by the test. */
  readonly #waiting: Kept[] = [];
  #last: Kept | undefined;
  #notKept = 0;
  /** What the probe is to do in turns of its own, in their order. */
  readonly #errands: ((context: TurnContext) => void)[] = [];
  readonly #watched = new Set<number>();
  readonly #ended = new Map<number, TerminatedNotice>();
  /** When all calls before have been served. */
  #served: Promise<unknown> = Promise.resolve();

  constructor(system: ActorSystem, { name, deadlineMs, messagesMax, ignore }: ProbeOptions<P>) {
    this.#deadlineMs = checkedMs('deadlineMs', deadlineMs ?? DEADLINE_MS);
    this.#messagesMax = messagesMax ?? MESSAGES_MAX;
    if (!(this.#messagesMax >= 1)) throw new InvalidOptionError('messagesMax', messagesMax, 'at least 1');
    this.#ignored = ignore === undefined ? [] : [ignore];
    this.#arrivals = new Arrivals(system);
    const definition = defineForAnyMessage({
      name: 'probe',
      receive: (received) => this.#take(received),
      terminated: (notice) => {
        this.#ended.set(notice.address.id, notice);
        this.#arrivals.tell();
      },
    });
    this.ref = system.spawnHere(definition, name) as unknown as ActorRef<P>;
  }

  receive(options?: WaitOptions): Promise<MessageOf<P>>;
  receive<Type extends keyof P & string>(type: Type, options?: WaitOptions): Promise<MessageOfType<P, Type>>;
  receive(first?: string | WaitOptions, second?: WaitOptions): Promise<never> {
    const type = typeof first === 'string' ? first : undefined;
    const deadlineMs = this.#deadlineOf(typeof first === 'object' ? first : second);
    const expected = type === undefined ? 'a message' : `"${type}"`;
    return this.#inTurn(async () => {
      const hasCome = (): boolean => this.#waiting.length > 0 || this.#notKept > 0;
      await this.#arrivals.wait(hasCome, deadlineMs);
      const next = this.#waiting[0];
      if (next === undefined || (type !== undefined && next.message.type !== type))
        throw this.#unmet(`${expected}${next === undefined ? ` within ${deadlineMs} ms` : ''}`);
      this.#waiting.shift();
      this.#last = next;
      return next.message as never;
    });
  }

  expectNothing(withinMs = 0): Promise<void> {
    checkedMs('withinMs', withinMs);
    return this.#inTurn(async () => {
      const hasCome = (): boolean => this.#waiting.length > 0 || this.#notKept > 0;
      if (await this.#arrivals.wait(hasCome, withinMs)) throw this.#unmet(`nothing within ${withinMs} ms`);
    });
  }

  reply(value: unknown): void {
    const { message, answer } = this.#last ?? {};
    if (message === undefined) throw this.#unmet('to have received a question that it can answer');
    if (answer === undefined) throw this.#unmet(`"${message.type}" to be a question, not answered yet`);
    this.#last!.answer = undefined;
    this.#run(() => answer(value));
  }

  ignore(ignore: (message: MessageOf<P>) => boolean): void {
    this.#ignored.push(ignore);
  }

  send<Q extends Protocol>(target: ActorRef<Q>, message: MessageOf<Q>): void {
    this.#run((context) => context.ref<Q>(target.address).send(message));
  }

  watch(target: AnyRef): void {
    const { address } = target;
    this.#watched.add(address.id);
    this.#run((context) => context.watch(context.ref(address)));
  }

  terminated(target: AnyRef, options?: WaitOptions): Promise<TerminatedNotice> {
    const { id, path } = target.address;
    const deadlineMs = this.#deadlineOf(options);
    if (!this.#watched.has(id)) this.watch(target);
    return this.#inTurn(async () => {
      if (await this.#arrivals.wait(() => this.#ended.has(id), deadlineMs)) return this.#ended.get(id)!;
      throw this.#unmet(`the end of ${path} within ${deadlineMs} ms`);
    });
  }

  #take({ message, context, isAsk }: ReceivedMessage): void {
    if (message.type === ERRAND) {
      this.#errands.shift()?.(context);
      return;
    }
    const question = isAsk ? context.deferReply() : undefined;
    if (this.#ignored.some((ignored) => ignored(message as never))) return;
    if (this.messages.length >= this.#messagesMax) this.#notKept++;
    else {
      this.messages.push(message as never);
      this.#waiting.push({ message, answer: question });
    }
    this.#arrivals.tell();
  }

  /** Does something in a turn of the probe, as if it were its own idea. */
  #run(errand: (context: TurnContext) => void): void {
    this.#errands.push(errand);
    (this.ref as unknown as ActorRef).send({ type: ERRAND });
  }

  #inTurn<T>(serve: () => Promise<T>): Promise<T> {
    const served = this.#served.then(serve);
    this.#served = served.catch(() => undefined);
    return served;
  }

  #deadlineOf(options: WaitOptions | undefined): number {
    return checkedMs('deadlineMs', options?.deadlineMs ?? this.#deadlineMs);
  }

  #unmet(expected: string): UnmetExpectationError {
    const got = describeSome(this.#waiting, ({ message }) => describeMessage(message));
    if (this.#notKept > 0)
      got.push(`${this.#notKept} more that were not kept, as \`messagesMax\` is ${this.#messagesMax}`);
    return new UnmetExpectationError(`The probe ${this.ref.address.path}`, expected, got);
  }
}
