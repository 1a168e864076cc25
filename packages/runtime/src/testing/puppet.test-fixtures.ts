import { afterEach, expect } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorContext, AsyncContext, TurnContext } from '../actor/context.js';
import {
  type ActorDefinition,
  type ChildFailedNotice,
  type ChildStoppedNotice,
  defineActor,
  type MailboxOptions,
  type TerminatedNotice,
} from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import type { Shard } from '../shard/shard.js';
import {
  allForOne,
  type Directive,
  oneForOne,
  restForOne,
  type Supervision,
} from '../supervision/supervision.js';
import type { DeadLetter } from '../system/dead-letters.js';
import type { LogRecord } from '../system/log.js';
import { createTestSystem, type TestSystem, type TestSystemOptions } from './test-system.js';

/**
 * An actor that does what a test tells it to: messages carry the number of a script, a function of the test.
 * Works because test systems run all shards in one thread, where this module is loaded once.
 */
export type Puppet = {
  run: { script: number };
  note: { text: string };
  notes: Ask<{}, readonly string[]>;
  call: Ask<{ script: number }, unknown>;
  wait: { script: number };
  waitCall: Ask<{ script: number }, unknown>;
  meanwhile: { script: number };
  meanwhileCall: Ask<{ script: number }, unknown>;
};
export type PuppetRef = ActorRef<Puppet>;
export interface PuppetState {
  readonly notes: string[];
}
export interface PuppetArgs {
  readonly initial?: number;
  readonly stopped?: number;
  readonly terminated?: number;
  readonly childFailed?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: each script is written for one place, which gives it its arguments
type AnyScript = (...args: any[]) => any;
const scripts: AnyScript[] = [];
const keep = (script: AnyScript): number => scripts.push(script) - 1;

type SyncScript = (context: TurnContext<Puppet>, state: PuppetState) => unknown;
type AsyncScript = (context: AsyncContext<Puppet, PuppetState>) => Promise<unknown>;

export const note = (text: string) => ({ type: 'note', text }) as const;
export const notes = { type: 'notes' } as const;
/** A synchronous script, told. */
export const run = (script: SyncScript) => ({ type: 'run', script: keep(script) }) as const;
/** A synchronous script, asked; it replies itself. */
export const call = (script: SyncScript) => ({ type: 'call', script: keep(script) }) as const;
/** An async script that keeps the mail waiting. */
export const wait = (script: AsyncScript) => ({ type: 'wait', script: keep(script) }) as const;
export const waitCall = (script: AsyncScript) => ({ type: 'waitCall', script: keep(script) }) as const;
/** An async script that lets other mail through. */
export const meanwhile = (script: AsyncScript) => ({ type: 'meanwhile', script: keep(script) }) as const;
export const meanwhileCall = (script: AsyncScript) =>
  ({ type: 'meanwhileCall', script: keep(script) }) as const;
export const crash = (message = 'crash') =>
  run(() => {
    throw new Error(message);
  });

/** Scripts for the functions of a life. */
export const life = (given: {
  initial?: (context: ActorContext<Puppet>) => void;
  stopped?: (context: ActorContext<Puppet>, state: PuppetState) => void;
  terminated?: (notice: TerminatedNotice, context: ActorContext<Puppet>, state: PuppetState) => void;
  childFailed?: (notice: ChildFailedNotice, context: ActorContext<Puppet>, state: PuppetState) => void;
}): PuppetArgs =>
  Object.fromEntries(Object.entries(given).map(([name, script]) => [name, keep(script as AnyScript)]));

const define = (
  name: string,
  more: {
    supervision?: Supervision;
    mailbox?: MailboxOptions;
    childStopped?: (state: PuppetState, notice: ChildStoppedNotice) => void;
  } = {},
): ActorDefinition<Puppet, PuppetArgs | undefined> =>
  defineActor<Puppet>()({
    name,
    initial: (args: PuppetArgs | undefined, context): PuppetState => {
      if (args?.initial !== undefined) scripts[args.initial]!(context);
      keepArgs.set(context.self.address.id, args ?? {});
      return { notes: [] };
    },
    receive: {
      run: (state, { script }, context) => void scripts[script]!(context, state),
      call: (state, { script }, context) => void scripts[script]!(context, state),
      note: (state, { text }) => void state.notes.push(text),
      notes: (state, _, context) => context.reply(state.notes),
      wait: { async: (context, { script }) => scripts[script]!(context) },
      waitCall: { async: (context, { script }) => scripts[script]!(context) },
      meanwhile: { async: (context, { script }) => scripts[script]!(context), reentrant: true },
      meanwhileCall: { async: (context, { script }) => scripts[script]!(context), reentrant: true },
    },
    behaviors: {
      deaf: { run: (state, { script }, context) => void scripts[script]!(context, state) },
      loud: {
        run: (state, { script }, context) => void scripts[script]!(context, state),
        note: (state, { text }) => void state.notes.push(text.toUpperCase()),
      },
    },
    terminated: (state, notice, context) => {
      const script = keepArgs.get(context.self.address.id)?.terminated;
      if (script === undefined) state.notes.push(`terminated ${notice.address.path} ${notice.reason}`);
      else scripts[script]!(notice, context, state);
    },
    childFailed: (state, notice, context) => {
      const script = keepArgs.get(context.self.address.id)?.childFailed;
      if (script !== undefined) scripts[script]!(notice, context, state);
    },
    stopped: (state, context) => {
      const script = keepArgs.get(context.self.address.id)?.stopped;
      if (script !== undefined) scripts[script]!(context, state);
    },
    ...more,
  });
const keepArgs = new Map<number, PuppetArgs>();

export const puppet = define('puppet');
/** Does to its children what their errors ask for: the first word of the message is the directive. */
export const obedient = define('obedient', {
  supervision: oneForOne({
    maxRestarts: 3,
    withinMs: 1000,
    decide: (error) => (error as Error).message.split(' ')[0] as Directive,
  }),
});
/** Obeys too, and notes which of its children have gone. */
export const attentive = define('attentive', {
  supervision: oneForOne({
    maxRestarts: Number.POSITIVE_INFINITY,
    decide: (error) => (/^(resume|stop) /.exec((error as Error).message)?.[1] ?? 'restart') as Directive,
  }),
  childStopped: ({ notes }, { child }) => void notes.push(`gone ${child.path}`),
});
/** Two restarts within a second, for all children together. */
export const strictParent = define('strict-parent', {
  supervision: oneForOne({ maxRestarts: 2, withinMs: 1000 }),
});
export const patient = define('patient', {
  supervision: oneForOne({
    maxRestarts: Number.POSITIVE_INFINITY,
    backoff: { minMs: 100, maxMs: 1000, jitter: 0 },
  }),
});
export const allForOneParent = define('all-for-one', { supervision: allForOne() });
/** All for one, after 100 ms; does what the first word of an error's message asks for, else restarts. */
export const patientFamily = define('patient-family', {
  supervision: allForOne({
    maxRestarts: Number.POSITIVE_INFINITY,
    decide: (error) => (/^(resume|stop) /.exec((error as Error).message)?.[1] ?? 'restart') as Directive,
    backoff: { minMs: 100, maxMs: 100, jitter: 0 },
  }),
});
/** Restarts without end and at once. */
export const tireless = define('tireless', {
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
});
/** Resumes whatever happens. */
export const forgiving = define('forgiving', { supervision: oneForOne({ decide: () => 'resume' }) });
/** Lets every failure go up. */
export const powerless = define('powerless', { supervision: oneForOne({ decide: () => 'escalate' }) });
export const pool = define('pool', { supervision: oneForOne({ concurrentStop: true }) });
export const restForOneParent = define('rest-for-one', { supervision: restForOne() });
export const throwingJudge = define('throwing-judge', {
  supervision: oneForOne({
    decide: () => {
      throw new Error('no verdict');
    },
  }),
});
export const rejecting = define('rejecting', { mailbox: { capacity: 2, overflow: 'reject' } });
export const droppingNewest = define('dropping-newest', {
  mailbox: { capacity: 2, overflow: 'drop-newest' },
});
export const droppingOldest = define('dropping-oldest', {
  mailbox: { capacity: 2, overflow: 'drop-oldest' },
});
/** Only the shard's budget of bytes bounds its mail. */
export const forgetful = define('forgetful', { mailbox: { overflow: 'drop-oldest' } });

/** Its senders are meant to wait for room. */
export const pacing = define('pacing', { mailbox: { capacity: 2, overflow: 'backpressure' } });
export const hoarding = define('hoarding', { mailbox: { stashCapacity: 3 } });

/** Never given to a system: a definition that no module exports. */
export const unlisted = { definition: define('unlisted'), namesake: define('puppet') };

export interface RunningTest extends TestSystem {
  readonly letters: DeadLetter[];
  readonly records: LogRecord[];
  /** Reasons of the dead letters so far. */
  reasons(): string[];
}

const running: RunningTest[] = [];

/** A silent test system that knows the puppets; it is stopped, and its books are read, after the test. */
export async function startPuppets(options: Partial<TestSystemOptions> = {}): Promise<RunningTest> {
  const records: LogRecord[] = [];
  const letters: DeadLetter[] = [];
  const test = await createTestSystem({
    modules: [import.meta.url],
    log: (record) => records.push(record),
    ...options,
  });
  test.system.deadLetters.subscribe((letter) => letters.push(letter));
  await test.system.quiet();
  const started = { ...test, letters, records, reasons: () => letters.map(({ reason }) => reason) };
  running.push(started);
  return started;
}

/** Nothing moves and nothing is lost: all that was sent has been handled, is dead, or waits. */
export async function expectBooksToBalance({ system }: Pick<TestSystem, 'system'>): Promise<void> {
  await system.quiet();
  const { sent, handled, deadLetters, queued, shards } = system.metrics();
  expect(handled + deadLetters + queued).toBe(sent);
  expect(queued).toBe(shards.reduce((sum, shard) => sum + shard.mailWaiting, 0));
}

afterEach(async () => {
  for (const test of running.splice(0)) {
    await expectBooksToBalance(test);
    await test.system.stop({ now: true });
    const { sent, handled, deadLetters, actors, shards } = test.system.metrics();
    expect(handled + deadLetters).toBe(sent);
    expect(actors).toBe(0);
    for (const shard of shards)
      expect(shard).toMatchObject({ mailWaiting: 0, callsRunning: 0, questionsOpen: 0, outboxFrames: 0 });
  }
});

/** A promise, and how to fulfil it. */
export function gate<T = void>(): { readonly opened: Promise<T>; open(value: T): void } {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const soon = { deadlineMs: 1000 } as const;
/** What a promise was rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => {
      throw new Error(`fulfilled with ${String(value)}`);
    },
    (error: Error) => error,
  );

/** The shard that an actor lives on, for the books that no user sees. */
export const shardOf = (context: ActorContext<Puppet>): Shard =>
  (context as unknown as { readonly shardOf: Shard }).shardOf;

/** A ref as the shard of `context` sees it: scripts close over refs that were made on the main shard. */
export const seenFrom = (context: ActorContext<Puppet>, target: PuppetRef): PuppetRef =>
  context.ref<Puppet>(target.address);
