import type { ActorRef } from './actor-ref.js';
import { type ActorDefinition, type ActorSpec, defineActor } from './definition.js';
import type { Ask } from './protocol.js';

export type Catch = {
  note: { id: number; common: string; pair: ArrayLike<number>; fails: number };
  echo: { id: number };
  /** Sends what `does` says, in a turn of its own. */
  act: { does: () => void };
  seen: Ask<{}, readonly string[]>;
};
export type CatchRef = ActorRef<Catch>;
type Note = Pick<Catch['note'], 'id' | 'common' | 'pair' | 'fails'>;

/** How an actor echoes what it met in a batch: by one call for all, or one each. */
export interface CatchArgs {
  readonly echoTo?: CatchRef;
  readonly byRows?: boolean;
}

interface CatchState extends CatchArgs {
  readonly seen: string[];
}

const seen = ({ id, common, pair }: Note, from: string): string =>
  `${id} ${common} ${pair[0]}/${pair[1]} from ${from}`;
const nameOf = (ref: ActorRef | undefined): string => ref?.address.path ?? 'outside';

const spec = {
  initial: (args: CatchArgs): CatchState => ({ ...args, seen: [] }),
  receive: {
    note: (state, message, context) => {
      if (message.fails === 1) throw new Error(`fails at ${message.id}`);
      state.seen.push(seen(message, nameOf(context.sender)));
    },
    echo: ({ seen }, { id }, context) => void seen.push(`echo ${id} from ${nameOf(context.sender)}`),
    act: (_, { does }) => does(),
    seen: (state, _, context) => context.reply(state.seen),
  },
} satisfies Omit<ActorSpec<Catch, CatchArgs, CatchState>, 'name'>;

const catcher = (
  name: string,
  more: Partial<ActorSpec<Catch, CatchArgs, CatchState>> = {},
): ActorDefinition<Catch, CatchArgs> => defineActor<Catch>()({ name, ...spec, ...more });

export const single = catcher('single');
export const bounded = catcher('bounded', { mailbox: { capacity: 3 } });
export const forgetful = catcher('forgetful', { mailbox: { capacity: 3, overflow: 'drop-oldest' } });
/** Hands on what it meets. */
export const relay = catcher('relay', {
  receive: { ...spec.receive, note: ({ echoTo }, _, context) => context.forward(echoTo!) },
});
/** Acts when its turn is long over. */
export const later = catcher('later', {
  receive: {
    ...spec.receive,
    act: {
      async: async (_, { does }) => {
        await new Promise(setImmediate);
        does();
      },
    },
  },
});
/** Meets rows side by side at once, and cannot tell who sent them. */
export const slices = catcher('slices', {
  receiveRows: {
    echo: (state, { columns, from, to }) => {
      for (let row = from; row < to; row++) state.seen.push(`echo ${columns.id![row]}`);
    },
    note: (state, { columns, common, from, to }) => {
      const { id, pair, fails } = columns;
      for (let row = from; row < to; row++) {
        if (fails![row] === 1) throw new Error(`fails at ${id![row]}`);
        state.seen.push(
          `${id![row]} ${common!.common} ${pair![row * 2]}/${pair![row * 2 + 1]} of ${to - from}`,
        );
      }
    },
  },
});
const batcher = (
  name: string,
  more: Pick<
    ActorSpec<Catch, CatchArgs, CatchState>,
    'batchMax' | 'passivation' | 'snapshot' | 'restore'
  > = {},
): ActorDefinition<Catch, CatchArgs> =>
  defineActor<Catch>()({
    name,
    ...more,
    initial: spec.initial,
    receive: { echo: spec.receive.echo, act: spec.receive.act, seen: spec.receive.seen },
    receiveBatch: {
      note: (batch) => {
        const ids = new Int32Array(batch.size);
        const targets: (CatchRef | undefined)[] = [];
        let byRows = false;
        for (let item = 0; item < batch.size; item++) {
          const { seen: list, echoTo } = batch.states[item]!;
          byRows = batch.states[item]!.byRows === true;
          const frame = batch.frame(item);
          const message: Note = batch.message(item);
          ids[item] = frame === undefined ? message.id : frame.columns.id![batch.rows[item]!]!;
          targets.push(echoTo);
          if (message.fails === 1) batch.fail(item, new Error(`fails at ${message.id}`));
          list.push(seen(message, nameOf(batch.sender(item))));
          if (!byRows && echoTo !== undefined) batch.send(item, echoTo, { type: 'echo', id: message.id });
        }
        if (byRows) batch.sendRows(targets, { type: 'echo', count: batch.size, columns: { id: ids } });
      },
    },
  });

export const together: ActorDefinition<Catch, CatchArgs> = batcher('together');
/** The same, two at a time, who give up their memory when they have nothing to do. */
export const pairwise: ActorDefinition<Catch, CatchArgs> = batcher('pairwise', {
  batchMax: 2,
  passivation: { afterMs: 10 },
  snapshot: ({ seen }) => seen,
  restore: (data, args) => ({ ...args, seen: [...(data as readonly string[])] }),
});
