import type { ActorRef } from '../actor/actor-ref.js';
import type { Batch } from '../actor/batch.js';
import type { TurnContext } from '../actor/context.js';
import { type ActorDefinition, type ActorSpec, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { note, type PuppetRef } from '../testing/puppet.test-fixtures.js';

/** Steps and questions may be met together; `alone`, `later` and `log` never are. */
export type Walker = {
  step: { by: number; fails?: boolean; tell?: PuppetRef; tells?: number; again?: number };
  where: Ask<{ by: number; fails?: boolean; replies: number }, number>;
  alone: { text: string; become?: string };
  later: { text: string };
  log: Ask<{}, readonly string[]>;
};
export type WalkerRef = ActorRef<Walker>;
export interface WalkerState {
  at: number;
  readonly log: string[];
}
type Message<Type extends 'step' | 'where'> = Batch<Walker, WalkerState, Type>['messages'][number];

/** What one message does, whoever hands it over. */
interface Hands {
  readonly self: WalkerRef;
  readonly from: string;
  readonly draw: number;
  send(target: ActorRef<never>, message: never): void;
  reply(value: number): void;
}

/**
 * Everything that walkers met, by path, over all their lives: beside the system, so that a restart cannot hide anything. And what the
 * handlers of batches were called with. A test may meet a batch itself, by `meet`.
 */
export const seen = {
  met: new Map<string, string[]>(),
  batches: [] as { type: string; paths: string[] }[],
  meet: undefined as ((batch: Batch<Walker, WalkerState, 'step'>) => unknown) | undefined,
  /** What `later` waits for. */
  until: Promise.resolve(),
  reset(): void {
    seen.met = new Map();
    seen.batches = [];
    seen.meet = undefined;
    seen.until = Promise.resolve();
  },
  sizes: (): number[] => seen.batches.map(({ paths }) => paths.length),
};

function met(ref: WalkerRef, what: string): void {
  const { path } = ref.address;
  seen.met.set(path, [...(seen.met.get(path) ?? []), what]);
}

function step(state: WalkerState, message: Message<'step'>, hands: Hands): void {
  const { by, tell, tells = 1, again = 0 } = message;
  state.at += by;
  state.log.push(`step ${by}`);
  met(hands.self, `step ${by} from ${hands.from} drew ${hands.draw.toFixed(6)}`);
  if (tell !== undefined)
    for (let i = 0; i < tells; i++)
      hands.send(tell as never, note(`${hands.self.address.path} ${i} at ${state.at}`) as never);
  if (again > 0) hands.send(hands.self as never, { ...message, again: again - 1 } as never);
}

function where(state: WalkerState, { by, replies }: Message<'where'>, hands: Hands): void {
  state.at += by;
  state.log.push(`where ${by}`);
  met(hands.self, `where ${by} from ${hands.from} drew ${hands.draw.toFixed(6)}`);
  for (let i = 0; i < replies; i++) hands.reply(state.at + i);
}

const handsOf = (batch: Batch<Walker, WalkerState, 'where' | 'step'>, item: number): Hands => ({
  self: batch.self(item),
  from: batch.sender(item)?.address.path ?? 'outside',
  draw: batch.random(item),
  send: (target, message) => batch.send(item, target, message),
  reply: (value) => batch.reply(item, value as never),
});

function eachOf<Type extends 'step' | 'where'>(
  type: Type,
  batch: Batch<Walker, WalkerState, Type>,
  meet: (state: WalkerState, message: Message<Type>, hands: Hands) => void,
): void {
  const { size, states, messages } = batch;
  const paths: string[] = [];
  for (let item = 0; item < size; item++) {
    const message = messages[item]!;
    paths.push(batch.self(item).address.path);
    meet(states[item]!, message, handsOf(batch as never, item));
    const { fails, by } = message as unknown as { readonly fails?: boolean; readonly by: number };
    if (fails) batch.fail(item, new Error(`fails at ${by}`));
  }
  seen.batches.push({ type, paths });
}

const others: Pick<ActorSpec<Walker, undefined, WalkerState>['receive'], 'alone' | 'later' | 'log'> = {
  alone: (state, { text, become }, context) => {
    state.log.push(`alone ${text}`);
    met(context.self, `alone ${text}`);
    if (become !== undefined) context.become(become === 'receive' ? undefined : become);
  },
  later: {
    async: async (context, { text }) => {
      await seen.until;
      context.update(({ log }) => log.push(`later ${text}`));
      met(context.self, `later ${text}`);
    },
  },
  log: (state, _, context) => context.reply(state.log),
};
const initial = (): WalkerState => ({ at: 0, log: [] });
/** One message by itself: it fails before it has any effect, for those could not be taken back. */
const oneOf =
  <Type extends 'step' | 'where'>(
    type: Type,
    meet: (state: WalkerState, message: Message<Type>, hands: Hands) => void,
  ) =>
  (state: WalkerState, message: Message<Type>, context: TurnContext<Walker, never>): void => {
    const { fails, by } = message as unknown as { readonly fails?: boolean; readonly by: number };
    const from = context.sender?.address.path ?? 'outside';
    const draw = context.random();
    if (fails) {
      met(context.self, `${type} ${by} from ${from} drew ${draw.toFixed(6)}`);
      throw new Error(`fails at ${by}`);
    }
    meet(state, message, {
      self: context.self,
      from,
      draw,
      send: (target, sent) => target.send(sent),
      reply: (value) => context.reply(value as never),
    });
  };
const oneByOneHandlers = { step: oneOf('step', step), where: oneOf('where', where) };
const behaviors = { strange: { ...others, ...oneByOneHandlers } };

/** Meets every message by itself. */
export const oneByOne: ActorDefinition<Walker, undefined> = defineActor<Walker>()({
  name: 'one-by-one',
  initial,
  receive: { ...others, ...oneByOneHandlers },
  behaviors,
});

const defineTogether = (
  name: string,
  more: Partial<ActorSpec<Walker, undefined, WalkerState, 'step' | 'where'>> = {},
): ActorDefinition<Walker, undefined> =>
  defineActor<Walker>()({
    name,
    initial,
    receive: others,
    receiveBatch: {
      step: (batch: Batch<Walker, WalkerState, 'step'>) =>
        seen.meet === undefined ? eachOf('step', batch, step) : (seen.meet(batch) as undefined),
      where: (batch: Batch<Walker, WalkerState, 'where'>) => eachOf('where', batch, where),
    },
    behaviors,
    ...more,
  });

/** The same, with steps and questions met together. */
export const together = defineTogether('together');
export const inPairs = defineTogether('in-pairs', { batchMax: 2 });
export const urgent = defineTogether('urgent', { priority: 'critical' });
export const patientOnes = defineTogether('patient-ones', { priority: 'batch' });
export const narrow = defineTogether('narrow', { mailbox: { capacity: 1, overflow: 'backpressure' } });
