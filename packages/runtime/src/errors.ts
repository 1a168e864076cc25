import type { ActorAddress } from './actor/address.js';

/**
 * Base of every expected failure of this package. Match on `code`, never on the message. `remedy` says, in
 * the imperative, what to do about it. docs/errors.md lists all codes.
 */
export abstract class RuntimeError extends Error {
  abstract readonly code: `RUNTIME_${string}`;
  abstract readonly remedy: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option of `createSystem`, of a definition or of a call is out of its range. */
export class InvalidOptionError extends RuntimeError {
  readonly code = 'RUNTIME_INVALID_OPTION';
  readonly remedy: string;
  readonly option: string;
  readonly got: unknown;

  constructor(option: string, got: unknown, expected: string) {
    super(`Option \`${option}\` must be ${expected}, got ${describe(got)}.`);
    this.option = option;
    this.got = got;
    this.remedy = `Pass ${expected} as \`${option}\`.`;
  }
}

/** Two different definitions carry one name. */
export class DuplicateDefinitionError extends RuntimeError {
  readonly code = 'RUNTIME_DUPLICATE_DEFINITION';
  readonly remedy = 'Give each definition its own `name`.';
  readonly definition: string;
  readonly modules: readonly string[];

  constructor(definition: string, modules: readonly string[]) {
    super(`Two definitions are named "${definition}": in ${modules.join(' and in ')}.`);
    this.definition = definition;
    this.modules = modules;
  }
}

/** A definition was used that none of the system's modules exports. */
export class UnknownDefinitionError extends RuntimeError {
  readonly code = 'RUNTIME_UNKNOWN_DEFINITION';
  readonly remedy =
    'Export the definition from a module and list that module in `createSystem({ modules })`.';
  readonly definition: string;
  readonly known: readonly string[];

  constructor(definition: string, known: readonly string[]) {
    super(
      known.includes(definition)
        ? `A module of this system exports another definition named "${definition}" than the one given.`
        : `No module of this system exports the definition "${definition}"; known are ${
            known.length === 0 ? 'none' : known.map((name) => `"${name}"`).join(', ')
          }.`,
    );
    this.definition = definition;
    this.known = known;
  }
}

/** A module listed in `modules` could not be imported, or exports no definition. */
export class ModuleLoadError extends RuntimeError {
  readonly code = 'RUNTIME_MODULE_LOAD';
  readonly remedy = 'Check that the URL names a built module that exports at least one `defineActor` result.';
  readonly module: string;

  constructor(module: string, why: string, options?: ErrorOptions) {
    super(`Module ${module} ${why}.`, options);
    this.module = module;
  }
}

/** A shard found other definitions in the same modules than the main shard did. */
export class DefinitionMismatchError extends RuntimeError {
  readonly code = 'RUNTIME_DEFINITION_MISMATCH';
  readonly remedy = 'Rebuild, and make module exports independent of the thread that imports them.';
  readonly shard: number;
  readonly expected: string;
  readonly got: string;

  constructor(shard: number, expected: string, got: string) {
    super(`Shard ${shard} loaded the definitions [${got}], the main shard loaded [${expected}].`);
    this.shard = shard;
    this.expected = expected;
    this.got = got;
  }
}

/** A worker shard did not come up. */
export class ShardStartError extends RuntimeError {
  readonly code = 'RUNTIME_SHARD_START';
  readonly remedy = 'Read the cause; most often a module fails to import on a worker thread.';
  readonly shard: number;

  constructor(shard: number, options?: ErrorOptions) {
    super(`Shard ${shard} did not start: ${messageOf(options?.cause)}`, options);
    this.shard = shard;
  }
}

/** The thread of a shard ended while the system was running. */
export class ShardLostError extends RuntimeError {
  readonly code = 'RUNTIME_SHARD_LOST';
  readonly remedy = 'Retry: the shard is replaced, and actors whose parents live elsewhere are restarted.';
  readonly shard: number;

  constructor(shard: number, options?: ErrorOptions) {
    super(`The thread of shard ${shard} ended; what it held is lost.`, options);
    this.shard = shard;
  }
}

/** A sibling of that name is alive. */
export class DuplicateNameError extends RuntimeError {
  readonly code = 'RUNTIME_DUPLICATE_NAME';
  readonly remedy = 'Choose another `name`, or leave it out to get a fresh one.';
  readonly path: string;

  constructor(path: string) {
    super(`An actor is already alive at ${path}.`);
    this.path = path;
  }
}

/** A shard has no slot left for another actor. */
export class TooManyActorsError extends RuntimeError {
  readonly code = 'RUNTIME_TOO_MANY_ACTORS';
  readonly remedy = 'Stop actors, or spread them over more shards.';
  readonly actorsMax: number;

  constructor(actorsMax: number) {
    super(`A shard holds at most ${actorsMax} actors.`);
    this.actorsMax = actorsMax;
  }
}

/** A message sent by `sendWhenReady` became a dead letter before it had room. `reason` says why. */
export class SendRefusedError extends RuntimeError {
  readonly code = 'RUNTIME_SEND_REFUSED';
  readonly remedy: string;
  readonly target: string;
  readonly messageType: string;
  readonly reason: string;

  constructor(target: string, messageType: string, reason: string, options?: ErrorOptions) {
    super(`The message "${messageType}" to ${target} became a dead letter (${reason}).`, options);
    this.target = target;
    this.messageType = messageType;
    this.reason = reason;
    this.remedy = `Look up the dead letter reason "${reason}" in docs/errors.md.`;
  }
}

/** `stash` was called with the stash at its bound. */
export class StashFullError extends RuntimeError {
  readonly code = 'RUNTIME_STASH_FULL';
  readonly remedy = 'Raise `mailbox.stashCapacity`, or unstash earlier.';
  readonly path: string;
  readonly capacity: number;

  constructor(path: string, capacity: number) {
    super(`${path} has stashed ${capacity} messages, which is all it may.`);
    this.path = path;
    this.capacity = capacity;
  }
}

/** The system is stopping or has stopped. */
export class SystemStoppedError extends RuntimeError {
  readonly code = 'RUNTIME_SYSTEM_STOPPED';
  readonly remedy = 'Create a new system; a stopped one does not come back.';

  constructor(what: string) {
    super(`Cannot ${what}: the system is stopping or has stopped.`);
  }
}

/** No reply came within the deadline. The request may still be handled. */
export class AskTimeoutError extends RuntimeError {
  readonly code = 'RUNTIME_ASK_TIMEOUT';
  readonly remedy = 'Raise `deadlineMs`, or find out why the actor at `target` is slow.';
  readonly target: string;
  readonly messageType: string;
  readonly deadlineMs: number;

  constructor(target: string, messageType: string, deadlineMs: number) {
    super(`${target} did not answer "${messageType}" within ${deadlineMs} ms.`);
    this.target = target;
    this.messageType = messageType;
    this.deadlineMs = deadlineMs;
  }
}

/** The asker withdrew its question through an AbortSignal. */
export class AskAbortedError extends RuntimeError {
  readonly code = 'RUNTIME_ASK_ABORTED';
  readonly remedy = 'None needed: the asker itself withdrew the question.';
  readonly target: string;

  constructor(target: string, options?: ErrorOptions) {
    super(`The question to ${target} was withdrawn.`, options);
    this.target = target;
  }
}

/** The question can no longer be answered: it became a dead letter. `reason` says why. */
export class AskRejectedError extends RuntimeError {
  readonly code = 'RUNTIME_ASK_REJECTED';
  readonly remedy: string;
  readonly target: string;
  readonly messageType: string;
  readonly reason: string;

  constructor(target: string, messageType: string, reason: string, options?: ErrorOptions) {
    super(
      `The question "${messageType}" to ${target} ${
        reason === 'rejected' ? 'was rejected by its handler' : `became a dead letter (${reason})`
      }${options?.cause === undefined ? '' : `: ${messageOf(options.cause).replace(/\.$/, '')}`}.`,
      options,
    );
    this.target = target;
    this.messageType = messageType;
    this.reason = reason;
    this.remedy = `Look up the dead letter reason "${reason}" in docs/errors.md.`;
  }
}

/** A question was asked again until attempts or time ran out. Its cause is the last error. */
export class RetriesExhaustedError extends RuntimeError {
  readonly code = 'RUNTIME_RETRIES_EXHAUSTED';
  readonly remedy: string;
  readonly target: string;
  readonly messageType: string;
  /** What ran out. */
  readonly exhausted: 'attempts' | 'deadline';
  /** How often it was asked, count. */
  readonly attempts: number;
  /** What each attempt failed with, in their order. */
  readonly errors: readonly unknown[];

  constructor(
    target: string,
    messageType: string,
    exhausted: 'attempts' | 'deadline',
    errors: readonly unknown[],
  ) {
    const cause = errors.at(-1);
    const tried = errors.length === 1 ? 'one attempt' : `${errors.length} attempts`;
    super(
      `The question "${messageType}" to ${target} failed in ${tried}${
        exhausted === 'attempts' ? '' : ', and there was no time for another'
      }: ${messageOf(cause)}`,
      { cause },
    );
    this.target = target;
    this.messageType = messageType;
    this.exhausted = exhausted;
    this.attempts = errors.length;
    this.errors = errors;
    this.remedy =
      exhausted === 'attempts'
        ? 'Read the cause; wait longer between attempts, or raise `attemptsMax`.'
        : 'Read the cause; raise `deadlineMs`, or wait less between attempts.';
  }
}

/** A circuit breaker let a call not through. Its cause is the failure that opened it. */
export class CircuitOpenError extends RuntimeError {
  readonly code = 'RUNTIME_CIRCUIT_OPEN';
  readonly remedy: string;
  readonly circuit: string;
  /** When it may be tried again, ms on the system's clock; undefined while it is being tried by others. */
  readonly retryAtMs: number | undefined;

  constructor(circuit: string, retryAtMs: number | undefined, options?: ErrorOptions) {
    super(
      `The circuit "${circuit}" is ${
        retryAtMs === undefined ? 'being tried by other calls' : `open until ${retryAtMs} ms`
      }.`,
      options,
    );
    this.circuit = circuit;
    this.retryAtMs = retryAtMs;
    this.remedy =
      retryAtMs === undefined
        ? 'Try again when the trial calls have ended; mend what they ask.'
        : 'Do without until `retryAtMs`; mend what fails (see `cause`).';
  }
}

/** A bulkhead had no room for a call, nor its queue. */
export class BulkheadFullError extends RuntimeError {
  readonly code = 'RUNTIME_BULKHEAD_FULL';
  readonly remedy = 'Ask less at a time, or raise `callsMax` or `queueMax`.';
  readonly bulkhead: string;
  readonly callsMax: number;
  readonly queueMax: number;

  constructor(bulkhead: string, callsMax: number, queueMax: number) {
    super(`The bulkhead "${bulkhead}" is full: ${callsMax} calls run and ${queueMax} wait.`);
    this.bulkhead = bulkhead;
    this.callsMax = callsMax;
    this.queueMax = queueMax;
  }
}

/** A context was used outside the turn, call or incarnation that it belongs to. */
export class StaleContextError extends RuntimeError {
  readonly code = 'RUNTIME_STALE_CONTEXT';
  readonly remedy: string;
  readonly path: string;
  readonly operation: string;

  constructor(path: string, operation: string, why: string, remedy: string) {
    super(`\`${operation}\` of ${path} refused: ${why}.`);
    this.path = path;
    this.operation = operation;
    this.remedy = remedy;
  }
}

/** A handler that was not declared `async` returned a promise. */
export class UndeclaredAsyncError extends RuntimeError {
  readonly code = 'RUNTIME_UNDECLARED_ASYNC';
  readonly remedy = 'Declare the handler as `{ async: async (context, message) => … }`.';
  readonly path: string;
  readonly messageType: string;

  constructor(path: string, messageType: string) {
    super(`The handler "${messageType}" of ${path} returned a promise but is not declared async.`);
    this.path = path;
    this.messageType = messageType;
  }
}

/** A handler of a batch sent and replied more for one item than is kept until it returns. */
export class TooManyEffectsError extends RuntimeError {
  readonly code = 'RUNTIME_TOO_MANY_EFFECTS';
  readonly remedy = 'Send fewer messages for one item, or handle that message type in `receive`.';
  readonly path: string;
  readonly effectsMax: number;

  constructor(path: string, effectsMax: number) {
    super(`A batch was to send more than ${effectsMax} messages for ${path}.`);
    this.path = path;
    this.effectsMax = effectsMax;
  }
}

/** A child failed more often than its supervisor tolerates, or its supervisor chose to escalate. */
export class EscalatedError extends RuntimeError {
  readonly code = 'RUNTIME_ESCALATED';
  readonly remedy = 'Mend the failing child (see `cause`), or raise the restart intensity of its supervisor.';
  readonly child: string;

  constructor(child: string, why: string, options?: ErrorOptions) {
    super(`${child} failed and ${why}: ${messageOf(options?.cause)}`, options);
    this.child = child;
  }
}

/** Another actor that this one is linked to has failed for good; the cause is its error, if it was there at all. */
export class LinkedActorError extends RuntimeError {
  readonly code = 'RUNTIME_LINKED_ACTOR';
  readonly remedy = 'Mend the linked actor (see `cause`), or `unlink` what this one can do without.';
  readonly linked: string;

  constructor(linked: string, options: ErrorOptions) {
    super(
      options.cause === undefined
        ? `${linked}, which this actor is linked to, is not there.`
        : `${linked}, which this actor is linked to, has failed for good: ${messageOf(options.cause)}`,
      options,
    );
    this.linked = linked;
  }
}

/** `quiet` gave up: something kept running. */
export class QuietTimeoutError extends RuntimeError {
  readonly code = 'RUNTIME_QUIET_TIMEOUT';
  readonly remedy = 'Raise `deadlineMs`, or look in `system.metrics()` for the shard that is still busy.';
  readonly deadlineMs: number;

  constructor(deadlineMs: number, why: string) {
    super(`The system was not quiet within ${deadlineMs} ms: ${why}.`);
    this.deadlineMs = deadlineMs;
  }
}

/** So many timers of one shard are pending that no more can be told apart. */
export class TimerLimitError extends RuntimeError {
  readonly code = 'RUNTIME_TIMER_LIMIT';
  readonly remedy =
    'Cancel timers that are no longer needed, or spread the actors that set them over more shards.';
  readonly timerCount: number;

  constructor(timerCount: number) {
    super(`Cannot set another timer: ${timerCount} are pending on this shard.`);
    this.timerCount = timerCount;
  }
}

/** A router asked all of its routees, and none replied. The cause is an AggregateError of what came instead. */
export class NoRouteeAnsweredError extends RuntimeError {
  readonly code = 'RUNTIME_NO_ROUTEE_ANSWERED';
  readonly remedy = 'Read the causes; if they are timeouts, raise the `deadlineMs` of the router.';
  readonly router: string;
  readonly messageType: string;

  constructor(router: string, messageType: string, causes: readonly unknown[]) {
    const what = `No routee of ${router} answered "${messageType}"`;
    super(`${what}: ${causes.map(messageOf).join(' ')}`, { cause: new AggregateError(causes, `${what}.`) });
    this.router = router;
    this.messageType = messageType;
  }
}

/** A key of a receptionist is held by another actor, and by that one alone. */
export class KeyTakenError extends RuntimeError {
  readonly code = 'RUNTIME_KEY_TAKEN';
  readonly remedy = 'Use the holder, or subscribe to the key and try again when it is free.';
  readonly key: string;
  readonly holder: ActorAddress;

  constructor(key: string, holder: ActorAddress) {
    super(`The key "${key}" is taken by ${holder.path}.`);
    this.key = key;
    this.holder = holder;
  }
}

/** A receptionist has as many entries as it may have. */
export class ReceptionistFullError extends RuntimeError {
  readonly code = 'RUNTIME_RECEPTIONIST_FULL';
  readonly remedy: string;
  readonly key: string;
  readonly bound: string;
  readonly max: number;

  constructor(key: string, bound: string, max: number) {
    super(`The receptionist has no room under the key "${key}": \`${bound}\` is ${max}.`);
    this.key = key;
    this.bound = bound;
    this.max = max;
    this.remedy = `Raise \`${bound}\`, or unregister what is not used.`;
  }
}

/** A machine uses what cannot be run on this kernel: see `place`, a state or an implementation, and `what`. */
export class UnsupportedStatechartError extends RuntimeError {
  readonly code = 'RUNTIME_STATECHART_UNSUPPORTED';
  readonly remedy: string;
  /** Name of the definition. */
  readonly definition: string;
  /** Where in the machine, as in `#light.red entry` or `actors.brew`. */
  readonly place: string;
  readonly what: string;

  constructor(definition: string, place: string, what: string, remedy: string) {
    super(`The machine of "${definition}" cannot run here: ${place} has ${what}.`);
    this.definition = definition;
    this.place = place;
    this.what = what;
    this.remedy = remedy;
  }
}

/** A machine has as many delayed events and running promises as its definition allows. */
export class StatechartPendingError extends RuntimeError {
  readonly code = 'RUNTIME_STATECHART_PENDING';
  readonly remedy = 'Raise `pendingMax`, or let the machine cancel what it no longer waits for.';
  readonly path: string;
  readonly pendingMax: number;

  constructor(path: string, pendingMax: number) {
    super(
      `${path} waits for ${pendingMax} delayed events and promises; one more is over its \`pendingMax\`.`,
    );
    this.path = path;
    this.pendingMax = pendingMax;
  }
}

/** There are as many subscriptions to topics as there may be, or as many changes of them that wait. */
export class TopicsFullError extends RuntimeError {
  readonly code = 'RUNTIME_TOPICS_FULL';
  readonly remedy = 'Raise `subscriptionsMax` of `spawnTopics`, or unsubscribe what is not needed.';
  readonly pattern: string;
  readonly subscriber: string;

  constructor(pattern: string, subscriber: string) {
    super(`Too many subscriptions: none of ${subscriber} to "${pattern}" can be made or ended now.`);
    this.pattern = pattern;
    this.subscriber = subscriber;
  }
}

/** The state of a passivated actor did not come back from its store. */
export class StateStoreError extends RuntimeError {
  readonly code = 'RUNTIME_STATE_STORE';
  readonly remedy =
    'Read the cause; to resume the actor tries the store again, to restart begins without it.';
  readonly path: string;
  readonly key: string;

  constructor(path: string, key: string, why: string, options?: ErrorOptions) {
    super(`The store did not give back the state of ${path}, kept as "${key}": ${why}.`, options);
    this.path = path;
    this.key = key;
  }
}

/** A store in memory is at its bound: the actor stays active. */
export class StateStoreFullError extends RuntimeError {
  readonly code = 'RUNTIME_STATE_STORE_FULL';
  readonly remedy: string;
  /** The option that is reached. */
  readonly bound: 'entriesMax' | 'bytesMax';
  readonly max: number;

  constructor(bound: 'entriesMax' | 'bytesMax', max: number) {
    super(`The store in memory is full: \`${bound}\` is ${max}.`);
    this.bound = bound;
    this.max = max;
    this.remedy = `Raise \`${bound}\` of \`createMemoryStore\`, or keep states elsewhere.`;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** A value in a sentence: short, whatever it is. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
