import { type ActorRef, oneForOne } from '@skein/runtime';
import {
  command,
  createHistoryRecorder,
  type HistoryRecorder,
  type Invariant,
  linearizable,
} from '@skein/runtime/testing';
import { constantFrom, oneof, record } from 'fast-check';
import { hastyKeeper, journal, type Keeper, keeper } from './actors.js';
import { lock, type Use } from './lock.js';

const client = constantFrom('ann', 'ben', 'eve');
const ANSWER_MS = 5000;

interface Service {
  readonly keeper: ActorRef<Keeper>;
  readonly history: HistoryRecorder<Use, boolean>;
  /** Who waits for an answer: a client does one thing at a time. */
  readonly waiting: Set<string>;
}

/** Whatever crashes, is lost or is late: what the clients see is what one lock would have shown them. */
function isLinearizable(name: string, definition: typeof keeper): Invariant<Service> {
  return {
    name,
    module: import.meta.url,
    modules: [new URL('./actors.js', import.meta.url)],
    sideShards: 1,
    system: { supervision: oneForOne({ maxRestarts: 100, withinMs: 1000 }) },

    start: ({ system }) => ({
      keeper: system.spawn(
        definition,
        { journal: system.spawn(journal, undefined, { name: 'journal', shard: 0 }) },
        { name: 'keeper', shard: 1 },
      ),
      history: createHistoryRecorder(),
      waiting: new Set(),
    }),

    commands: [
      command({
        name: 'client',
        input: oneof(record({ acquire: client }), record({ release: client })),
        run: (_, service, use: Use) => useLock(service, use),
      }),
    ],
    faults: { crashes: 2, crashable: [definition.name], shardLosses: 2, delays: true },

    finally: (_, { history }) => linearizable(history, lock),
  };
}

async function useLock({ keeper, history, waiting }: Service, use: Use): Promise<void> {
  const client = 'acquire' in use ? use.acquire : use.release;
  if (waiting.has(client)) return;
  waiting.add(client);
  const call = () => keeper.ask({ type: 'ask', to: use }, { deadlineMs: ANSWER_MS });
  // Without an answer nobody knows whether it was done: the recorder notes just that.
  await history.record(client, use, call).catch(() => undefined);
  waiting.delete(client);
}

export const hastyLock = isLinearizable('a hasty lock', hastyKeeper);
export const carefulLock = isLinearizable('a careful lock', keeper);
