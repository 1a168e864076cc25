import { type ActorAddress, NOBODY } from '../../actor/address.js';
import {
  FAILED,
  LIFECYCLE_EVENTS,
  type LifecycleEvent,
  type LifecycleState,
  STOPPED,
  SUSPENDED,
} from '../../actor/lifecycle.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { Question } from '../../shard/question.js';
import type { Shard } from '../../shard/shard.js';
import type { DeadLetterReason } from '../../system/dead-letters.js';
import { Flights } from './flights.js';
import type { RunNarrator } from './run-narrator.js';
import type { Simulation } from './simulation.js';
import type { Party, Trace, TraceEvent } from './trace.js';
import type { Violation } from './violation.js';

/** Of a message's content a story shows so many characters. */
const CONTENT_LENGTH_MAX = 60;
const TEST: Party = { path: '', id: 0, shard: 0 };

/** Writes down the story of one run, for a person: see {@link Trace}. */
export class Tracer implements RunNarrator {
  readonly #name: string;
  readonly #events: TraceEvent[] = [];
  readonly #flights = new Flights();
  /** Questions by asking shard and correlation: what was asked, and by whom. */
  readonly #questions = new Map<string, { readonly type: string; readonly asker: Party }>();
  /** Replies on their way to another shard, by the question they answer. */
  readonly #replies = new Map<string, number>();
  #simulation: Simulation | undefined;
  #hasStarted = false;

  constructor(name: string) {
    this.#name = name;
  }

  get trace(): Trace {
    return { name: this.#name, events: this.#events };
  }

  begin(simulation: Simulation): void {
    this.#simulation = simulation;
  }

  started(): void {
    this.#hasStarted = true;
  }

  get #when(): { readonly step: number; readonly atMs: number } {
    const simulation = this.#simulation;
    return simulation === undefined
      ? { step: 0, atMs: 0 }
      : { step: this.#hasStarted ? simulation.steps : 0, atMs: simulation.clock.now() };
  }

  tell(kind: 'fault' | 'command' | 'note', text: string, paths: readonly string[]): void {
    const actors = (this.#simulation?.shards.actors() ?? [])
      .filter(({ path }) => paths.includes(path))
      .map(({ ref }) => partyAt(ref.address));
    this.#events.push({ ...this.#when, kind, text, actors });
  }

  violated({ law, text, actors }: Violation): void {
    // A history or the like, drawn on many lines, has no place in a frame: its first line says what broke.
    const [firstLine = ''] = text.split('\n', 1);
    this.#events.push({
      ...this.#when,
      kind: 'violation',
      law,
      text: firstLine,
      actors: actors.map(partyAt),
    });
  }

  timePasses(fromMs: number, toMs: number): void {
    this.#events.push({ ...this.#when, kind: 'time', text: `${round(toMs - fromMs)} ms`, actors: [] });
  }

  sent(shard: Shard, target: ActorAddress, envelope: Envelope, handedOn: boolean): void {
    const flight = this.#flights.setOut(target, envelope, handedOn);
    const from = partyOf(shard, envelope.sender, envelope.senderShard);
    const form = envelope.kind === 'ask' ? 'ask' : 'tell';
    const { type, ...rest } = envelope.message;
    if (form === 'ask')
      this.#questions.set(keyOf(envelope.senderShard, envelope.correlation), { type, asker: from });
    const to = partyAt(target);
    this.#events.push({
      ...this.#when,
      kind: 'sent',
      message: flight.number,
      form,
      from,
      to,
      type,
      content: Object.keys(rest).length === 0 ? '' : inWords(rest),
    });
  }

  replied(
    shard: Shard,
    replier: number,
    { senderShard, correlation }: Question,
    value: unknown,
    isRejection: boolean,
  ): void {
    const form = isRejection ? 'rejection' : 'reply';
    const message = this.#flights.next();
    const key = keyOf(senderShard, correlation);
    const question = this.#questions.get(key);
    const to = question?.asker ?? TEST;
    const from = partyAt(shard.addressOf(replier));
    const content = value === undefined ? '' : inWords(value);
    const type = question?.type ?? '';
    this.#events.push({ ...this.#when, kind: 'sent', message, form, from, to, type, content });
    if (senderShard === shard.index) this.#events.push({ ...this.#when, kind: 'handled', message });
    else this.#replies.set(key, message);
  }

  /** A reply has come to the shard that asked. */
  replyArrived(shard: number, correlation: number): void {
    const message = this.#replies.get(keyOf(shard, correlation));
    if (message !== undefined) this.#events.push({ ...this.#when, kind: 'handled', message });
  }

  handed(shard: Shard, slot: number, node: number, message: { readonly type: string }): void {
    if (this.#flights.comesBack(message)) return;
    const { envelopes } = shard;
    const [sender, senderShard] = [envelopes.senderIdOf(node), envelopes.senderShardOf(node)];
    const arrival = this.#flights.arrived(sender, senderShard, shard.idOf(slot), message);
    if (arrival !== undefined)
      this.#events.push({ ...this.#when, kind: 'handled', message: arrival.flight.number });
  }

  buried(
    _: Shard,
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void {
    const flight =
      target && this.#flights.died(sender?.id ?? NOBODY, target.id, message.type, reason, message);
    if (flight !== undefined)
      this.#events.push({ ...this.#when, kind: 'dead', message: flight.number, reason });
  }

  spawned(shard: Shard, slot: number): void {
    this.#life(shard, slot, 'spawned', '');
  }

  stepped(shard: Shard, slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void {
    if (slot === shard.rootSlot) return;
    const name = LIFECYCLE_EVENTS[event];
    if (next === FAILED) this.#life(shard, slot, 'failed', errorInWords(error));
    else if (next === STOPPED) this.#life(shard, slot, 'stopped', '');
    else if (next === SUSPENDED) this.#life(shard, slot, 'suspended', '');
    else if (name === 'restart') this.#life(shard, slot, 'restarted', '');
    else if (name === 'resume') this.#life(shard, slot, 'resumed', '');
  }

  stashed(shard: Shard, _: number, node: number): void {
    this.#flights.putAside(shard.envelopes.read(node).message);
  }

  #life(
    shard: Shard,
    slot: number,
    what: 'spawned' | 'failed' | 'restarted' | 'stopped' | 'suspended' | 'resumed',
    detail: string,
  ): void {
    const actor = partyAt(shard.addressOf(slot));
    this.#events.push({ ...this.#when, kind: 'life', actor, what, detail });
  }
}

function keyOf(shard: number, correlation: number): string {
  return `${shard} ${correlation}`;
}

function partyAt({ path, id, shard }: ActorAddress): Party {
  return { path, id, shard };
}

function partyOf(shard: Shard, id: number, senderShard: number): Party {
  const address = shard.addressOfId(id, senderShard);
  return address === undefined ? TEST : partyAt(address);
}

/** `{by: 2, to: /a}`; cut short. */
function inWords(value: unknown): string {
  const words = write(value, 0);
  return words.length <= CONTENT_LENGTH_MAX ? words : `${words.slice(0, CONTENT_LENGTH_MAX - 1)}…`;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const address = (value as { readonly address?: { readonly path?: unknown } }).address;
  if (typeof address?.path === 'string') return address.path;
  if (value instanceof Error) return errorInWords(value);
  if (depth > 3) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(', ')}]`;
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name}(${value.size})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${write(item, depth + 1)}`);
  return `{${fields.join(', ')}}`;
}

function errorInWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  const words = `${typeof code === 'string' ? code : error.name}: ${error.message}`;
  return words.split('\n')[0]!.slice(0, CONTENT_LENGTH_MAX * 2);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
