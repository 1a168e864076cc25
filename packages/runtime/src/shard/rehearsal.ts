import type { ActorRef } from '../actor/actor-ref.js';
import { NOBODY } from '../actor/address.js';
import type { ReplyHandle } from '../actor/context.js';
import { type ActorDefinition, defineActor, type RunnableDefinition } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { ActorTable } from '../kernel/actor-table.js';
import { createMessageCodec } from '../remote/message-codec.js';
import { MESSAGE_LIMITS_DEFAULT } from '../remote/message-limits.js';
import { fairChoices } from '../scheduling/dispatcher-choices.js';
import { oneForOne } from '../supervision/supervision.js';
import { DefinitionRegistry } from '../system/definition-registry.js';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { systemClock } from '../time/system-clock.js';
import { Shard } from './shard.js';
import { closeShard } from './shutdown.js';

/** How often each scene is played. A few dozen times: V8 begins to note types only after a function has run a little. */
const TIMES = 40;

/** Long enough that also on a thread that stands still for a while no question of the rehearsal fails. */
const ANSWER = { deadlineMs: 3_600_000 } as const;

/** All messages are of two shapes. */
type Player = {
  bare: {};
  leave: {};
  fail: {};
  later: Ask<{}, number>;
  answer: {};
  get: Ask<{}, number>;
  one: { readonly a: number };
  ball: { readonly a: number };
  brood: { readonly a: number };
  flood: { readonly a: number };
  play: { readonly a: number };
};

interface Part {
  readonly partner: ActorRef<Player> | undefined;
  met: number;
  answer: ReplyHandle<number> | undefined;
}

/** One of each shape. They stay, for code that has seen the shape of an object is thrown away with the last object of that shape. */
const LINES = [{ type: 'bare' }, { type: 'one', a: 1 }] as const;

const player: ActorDefinition<Player, ActorRef<Player> | undefined> = defineActor<Player>()({
  name: 'rehearsal-player',
  initial: (partner: ActorRef<Player> | undefined): Part => ({ partner, met: 0, answer: undefined }),
  receive: {
    bare: (state) => {
      state.met++;
    },
    leave: (_, __, context) => context.stop(),
    fail: () => {
      throw new Error('rehearsed');
    },
    later: (state, _, context) => {
      state.answer = context.deferReply();
    },
    answer: (state) => state.answer?.(state.met),
    get: (state, _, context) => context.reply(state.met),
    one: (state, { a }) => {
      state.met += a;
    },
    ball: (_, { a }, context) => {
      if (a > 0) context.sender?.send({ type: 'ball', a: a - 1 });
    },
    brood: (_, { a }, context) => {
      for (let i = 0; i < a; i++) context.spawn(player, undefined).send({ type: 'leave' });
    },
    flood: ({ partner }, { a }) => {
      for (let i = 0; i < a; i++) partner?.send({ type: 'bare' });
      for (let i = 0; i < a; i++) partner?.send(LINES[1]);
      for (let i = 0; i < a; i++) partner?.send({ type: 'one', a: i });
    },
    play: ({ partner }, { a }) => partner?.send({ type: 'ball', a }),
  },
});

// Not state of a system but of this thread's code: what V8 has seen of it, it has seen.
let hasRehearsed = false;

/**
 * Plays what actors do most, a few dozen times, on a shard that nobody else sees; once a thread, in some ten milliseconds. V8 compiles
 * the kernel by what it has seen it do: code that saw one kind of message is thrown away, and run slowly for a while, at the first of
 * another kind. What has been rehearsed it has seen, so the first load of a system finds a kernel that stays compiled.
 */
export async function rehearse(): Promise<void> {
  if (hasRehearsed) return;
  hasRehearsed = true;
  const registry = new DefinitionRegistry();
  registry.add(player as unknown as RunnableDefinition, 'rehearsal');
  let onRootStopped!: () => void;
  const rootHasStopped = new Promise<void>((resolve) => {
    onRootStopped = resolve;
  });
  const shard = new Shard({
    index: 0,
    shardCount: 1,
    seed: 0,
    strict: false,
    mailboxBytesMax: 2 ** 20,
    stopDeadlineMs: 1000,
    registry,
    extensions: {},
    clock: systemClock,
    choices: fairChoices,
    row: new LedgerRow(createLedgerMemory(1), 0),
    orderCounts: [0],
    createCodec: (refOf) => createMessageCodec(MESSAGE_LIMITS_DEFAULT, refOf),
    transport: undefined,
    logSink: () => undefined,
    onDeadLetter: () => undefined,
    onInspection: () => undefined,
    slowHandlerMs: 1000,
    onSlowHandler: () => undefined,
    onRootStopped,
    onRootFailed: () => undefined,
  });
  const guardian = defineActor<Record<never, never>>()({
    name: 'guardian',
    initial: () => undefined,
    receive: {},
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const root = shard.spawner.createRoot(guardian as unknown as RunnableDefinition, {
    path: '',
    id: NOBODY,
    shard: 0,
  });
  shard.rootSlot = root;
  const spawn = (partner: ActorRef<Player> | undefined): ActorRef<Player> =>
    shard.spawner.spawn(root, player, partner, undefined) as never;
  rehearseSlots();
  const second = spawn(undefined);
  const first = spawn(second);
  for (let i = 0; i < TIMES; i++) for (const line of LINES) first.send(line);
  first.send({ type: 'flood', a: TIMES });
  first.send({ type: 'play', a: TIMES });
  second.send({ type: 'brood', a: TIMES });
  for (let i = 0; i < TIMES; i++) await first.ask({ type: 'get' }, ANSWER);
  for (let i = 0; i < TIMES; i++) {
    const late = first.ask({ type: 'later' }, ANSWER);
    await first.ask({ type: 'get' }, ANSWER);
    first.send({ type: 'answer' });
    await late;
    first.send({ type: 'fail' });
    await first.ask({ type: 'get' }, ANSWER);
  }
  shard.signals.stop(second.address, { now: true });
  await first.ask({ type: 'get' }, ANSWER);
  shard.signals.stop(shard.addressOf(root), {});
  await rootHasStopped;
  closeShard(shard);
}

/** A table uses slots again only when a thousand are free: a small one plays that, or the first to come so far finds new code. */
function rehearseSlots(): void {
  const row = new LedgerRow(createLedgerMemory(1), 0);
  const table = new ActorTable(row, { slotCountMax: 2 * TIMES, generationMax: 4 * TIMES, freeSlotsKept: 1 });
  const [first, second] = [table.allocate(), table.allocate()];
  table.free(first);
  table.free(second);
  for (let i = 0; i < 4 * TIMES; i++) table.free(table.allocate());
}
