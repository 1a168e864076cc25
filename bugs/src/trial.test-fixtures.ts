import { setImmediate as nextImmediate } from 'node:timers/promises';
import {
  type ActorContext,
  type AnyRef,
  defineActor,
  keyedUniform,
  type SystemMetrics,
} from '@skein/runtime';
import {
  type ActorView,
  type Command,
  createTestSystem,
  type Invariant,
  type SimulatedWorld,
} from '@skein/runtime/testing';
import fc from 'fast-check';
import { STOPPED } from '../../packages/runtime/src/actor/lifecycle.js';
import { HAS_STATE, LIFECYCLE_MASK, ROLE, STATUS } from '../../packages/runtime/src/kernel/actor-record.js';
import { PAGE_MASK, pageOf } from '../../packages/runtime/src/kernel/actor-table.js';
import type { Shard } from '../../packages/runtime/src/shard/shard.js';

/** What broke, as `law: text`; undefined if nothing did. */
export type Outcome = string | undefined;

/**
 * How commands are sent: one after the other, each when nothing moves any more; or all at once, and in any
 * order with all else.
 */
export type Order = 'calm' | 'wild';

/** Commands of a trial, count. */
const COMMANDS = 6;

type Conduct = { do: { step: number } };
interface Baton {
  readonly steps: (() => void)[];
  shard: Shard | undefined;
}

/** Takes the steps of a trial as messages, so that they have their places among all others. */
export const conductor = defineActor<Conduct>()({
  name: 'conductor',
  initial: (_: undefined, context) => {
    const baton = context.extension('baton') as Baton;
    baton.shard = (context as ActorContext & { readonly shardOf: Shard }).shardOf;
    baton.shard.pace.turnEnded = () => true; // promises have their turns between any two of actors
    return baton;
  },
  receive: { do: ({ steps }, { step }) => steps[step]!() },
});

/**
 * Runs a law once, on a single shard: a few of its commands, and, where it allows for faults, timers that
 * come early, as on a slow machine or over a slow network. Then time goes on to the end.
 */
// biome-ignore lint/suspicious/noExplicitAny: each law has a subject of its own
export async function tryLaw(law: Invariant<any>, order: Order, seed: number): Promise<Outcome> {
  let outcome: Outcome;
  let subject: unknown;
  let draws = 0;
  const draw = (below: number): number => Math.floor(keyedUniform(seed, 0, 0, draws++) * below);
  const judge = (name: 'invariant' | 'eventually' | 'finally'): void => {
    const verdict: unknown = subject === undefined ? undefined : law[name]?.(world, subject);
    if (verdict === false || typeof verdict === 'string') outcome ??= `${name}: ${verdict}`;
  };

  const baton: Baton = { steps: [], shard: undefined };
  const { system, clock } = await createTestSystem({
    modules: [...law.modules, import.meta.url],
    extensions: { baton },
    log: () => undefined,
    choices: {
      nextReady: (count) => {
        judge('invariant');
        return order === 'calm' ? 0 : draw(count);
      },
      turnMessagesMax: () => 1,
    },
  });
  const passTime = (): void => {
    if (clock.nextTimerMs !== undefined) clock.advance(clock.nextTimerMs - clock.now());
  };
  const settle = async (): Promise<void> => {
    for (let unchanged = 0, before = ''; unchanged < 3; ) {
      await nextImmediate();
      const now = JSON.stringify(system.metrics());
      unchanged = now === before ? unchanged + 1 : 0;
      before = now;
    }
    const [shard] = system.metrics().shards;
    if (shard!.callsRunning > 0 && shard!.questionsOpen >= shard!.callsRunning)
      outcome ??= `deadlock: ${shard!.callsRunning} calls wait for replies, and nothing moves`;
    judge('invariant');
  };
  const world: SimulatedWorld = {
    system,
    now: () => clock.now(),
    actors: (definition) => actorsOf(baton.shard!, definition),
    stateOf: <State>({ address }: AnyRef) =>
      actorsOf<State>(baton.shard!).find(({ ref }) => ref.address.id === address.id)?.state,
    note: () => undefined,
  };

  for (const act of drawCommands(law, draw)) {
    baton.steps.push(() => act(world, subject));
    if (order === 'wild' && law.faults !== undefined) baton.steps.push(passTime);
  }
  const takesSteps = system.spawn(conductor);
  await settle();
  subject = await law.start(world);
  if (order === 'calm') await settle();
  for (const step of baton.steps.keys()) {
    takesSteps.send({ type: 'do', step });
    if (order === 'calm') await settle();
  }
  await settle();
  const endMs = clock.now() + (law.withinMs ?? 60_000);
  while (outcome === undefined && clock.nextTimerMs !== undefined && clock.nextTimerMs <= endMs) {
    passTime();
    await settle();
  }
  judge('eventually');
  judge('finally');
  await system.stop({ now: true });
  return outcome;
}

/**
 * Sends a few commands of a law to as many shards as it asks for, in the order that comes, and says what came
 * of the messages.
 */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function tryOnShards(law: Invariant<any>): Promise<SystemMetrics> {
  const { system, clock } = await createTestSystem({ modules: law.modules, sideShards: law.sideShards! });
  const world = { system } as SimulatedWorld;
  const subject = await law.start(world);
  let draws = 0;
  for (const act of drawCommands(law, (below) => draws++ % below)) act(world, subject);
  await system.quiet();
  clock.advance(1000);
  await system.quiet();
  await system.stop();
  return system.metrics();
}

function drawCommands(
  { commands = [] }: Invariant<unknown>,
  draw: (below: number) => number,
): ((world: SimulatedWorld, subject: unknown) => void)[] {
  return Array.from({ length: COMMANDS }, () => {
    const { input, run } = commands[draw(commands.length)]! as unknown as Command<unknown, unknown>;
    const [value] = fc.sample(input, { seed: draw(2 ** 31), numRuns: 1 });
    return (world, subject) => void run(world, subject, value);
  });
}

function actorsOf<State>(shard: Shard, definition?: { readonly name: string }): ActorView<State>[] {
  const { table, roles } = shard;
  const views: ActorView<State>[] = [];
  for (let slot = 1; slot < table.slotsEnd; slot++) {
    const status = table.get(slot, STATUS);
    if ((status & LIFECYCLE_MASK) === STOPPED || (status & HAS_STATE) === 0) continue;
    const { name } = roles.all[table.get(slot, ROLE)]!.definition;
    if (definition !== undefined && name !== definition.name) continue;
    const state = table.states[pageOf(slot)]![slot & PAGE_MASK] as State;
    const ref = shard.refOf(slot);
    views.push({ ref, path: ref.address.path, definition: name, state });
  }
  return views;
}
