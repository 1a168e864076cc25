import type { ActorAddress } from '../actor/address.js';
import type {
  ActorContext,
  AsyncContext,
  SpawnArguments,
  SpawnOptions,
  TurnContext,
} from '../actor/context.js';
import {
  ACTOR_DEFINITIONS,
  type ChildFailedNotice,
  defineActor,
  type TerminatedNotice,
} from '../actor/definition.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import { RestartWindow } from '../supervision/restart-intensity.js';
import { handToAll } from './hand-to-all.js';
import { Pool, type Routee } from './pool.js';
import {
  ROUTEE_COUNT_MAX,
  type RouterDefinition,
  type RouterProtocol,
  type RouterSpec,
  resolveRouterSpec,
} from './router-spec.js';
import type { ChooseRoutee } from './strategy.js';

interface RouterState<P extends Protocol, Args> {
  readonly args: Args;
  readonly pool: Pool<P>;
  readonly choose: ChooseRoutee | undefined;
  readonly replacements: RestartWindow;
}

/** What a router tells itself when a routee should be back from a shard that was lost. */
const BACK = 'router.back';

/**
 * Defines a router: an actor that understands its routees' protocol, spawns `count` of them as its children, and
 * hands each message on as `strategy` says. Order holds from one sender through the router to one routee.
 *
 * A routee that fails is supervised, and stays in the pool. One whose shard is lost is passed over until it is
 * back. A message that goes to one routee is forwarded: it keeps its sender, and a question is the routee's to answer.
 * To a routee of several that get the message the router is the sender.
 *
 * @throws InvalidOptionError
 * @example
 * export const weatherDesks = defineRouter({
 *   name: 'weather-desks',
 *   routee: weatherDesk,
 *   count: 4,
 *   strategy: consistentHash({ key: 'city' }),
 * });
 * const desks = system.spawn(weatherDesks);
 */
export function defineRouter<P extends Protocol, Args>(spec: RouterSpec<P, Args>): RouterDefinition<P, Args> {
  const { name, routee, count, mailbox, shard, strategy, supervision, whenStopped, deadlineMs, inFlightMax } =
    resolveRouterSpec(spec);

  type State = RouterState<P, Args>;
  type Routed = MessageOf<P>;

  const spawn = ({ args, pool }: State, context: ActorContext, slot = pool.freeSlot()): void => {
    const options: SpawnOptions = shard === undefined ? {} : { shard };
    const ref = context.spawn(routee, ...([args, options] as unknown as SpawnArguments<Args>));
    context.watch(ref);
    pool.add(slot, ref);
  };

  const gone = (state: State, left: Routee<P>, context: ActorContext): void => {
    state.pool.remove(left);
    if (whenStopped === 'replace' && state.replacements.admit(context.now()))
      spawn(state, context, left.slot);
    else if (state.pool.size === 0) context.stop(undefined, { now: true });
  };

  /** Not sooner: to watch an actor before its supervisor has started it again is answered with its end. */
  const back = ({ pool }: State, address: ActorAddress, context: ActorContext): void => {
    const routee = pool.get(address.id);
    if (routee === undefined) {
      context.stop(context.ref(address)); // let go while nobody could tell it
      return;
    }
    pool.setAway(routee, false);
    context.watch(routee.ref);
  };

  const toEach = ({ pool }: State, message: Routed): void => {
    for (const { ref } of pool.candidates) ref.send(message);
  };

  const toOne = ({ pool, choose }: State, message: Routed, context: TurnContext): void => {
    const view = {
      slots: pool.slots,
      depthOf: (position: number) => context.mailboxDepth(pool.candidates[position]!.ref) ?? 0,
      random: () => context.random(),
    };
    const chosen = pool.candidates[choose!(message, view)];
    if (chosen === undefined) throw new RangeError(`the strategy of router "${name}" chose no routee`);
    context.forward(chosen.ref);
  };

  const toFirst = {
    reentrant: true,
    async: async (context: AsyncContext<P, State, unknown>, message: Routed): Promise<void> => {
      const { state } = context;
      if (state.pool.inFlight >= inFlightMax) toEach(state, message);
      else await handToAll(context, state.pool, message, deadlineMs);
    },
  };
  const route = { one: toOne, all: toEach, first: toFirst }[strategy.to];

  const receive = {
    ...Object.fromEntries(routee.messageTypes.map((type) => [type, route])),
    'router.routees': ({ pool }: State, _: unknown, context: TurnContext) =>
      context.reply(pool.all().map(({ ref }) => ref)),
    'router.resize': (state: State, { count: asked }: { readonly count: number }, context: TurnContext) => {
      const size = Math.min(Math.max(1, Math.trunc(asked) || 1), ROUTEE_COUNT_MAX);
      while (state.pool.size < size) spawn(state, context);
      for (const routee of state.pool.all().slice(size)) {
        state.pool.remove(routee);
        context.stop(routee.ref);
      }
      context.reply(size);
    },
    [BACK]: (state: State, { address }: { readonly address: ActorAddress }, context: TurnContext) =>
      back(state, address, context),
  };

  const router = defineActor<P & RouterProtocol<P>>()({
    name,
    supervision,
    ...(mailbox && { mailbox }),
    initial: (args: Args, context): State => {
      const state: State = {
        args,
        pool: new Pool(),
        choose: strategy.to === 'one' ? strategy.start() : undefined,
        replacements: new RestartWindow(supervision),
      };
      for (let slot = 0; slot < count; slot++) spawn(state, context, slot);
      return state;
    },
    receive: receive as never, // one handler a message type, which is all that can be said of a protocol not known here
    terminated: (state: State, { address, reason }: TerminatedNotice, context) => {
      const routee = state.pool.get(address.id);
      if (routee === undefined) return; // it was let go before
      if (reason === 'shard-lost') state.pool.setAway(routee, true);
      else gone(state, routee, context);
    },
    childFailed: (state: State, { child, directive }: ChildFailedNotice, context) => {
      const routee = state.pool.get(child.id);
      if (routee?.away === false) return; // it crashed, and keeps its place; or its end is still to come
      const { maxMs, jitter = 0.2 } = supervision.backoff;
      if (directive !== 'stop' && maxMs > 0)
        context.schedule(maxMs * (1 + jitter), { type: BACK, address: child } as never);
      else if (directive !== 'stop') back(state, child, context);
      else if (routee !== undefined) gone(state, routee, context);
    },
  });
  return Object.assign(router, { [ACTOR_DEFINITIONS]: [routee] });
}
