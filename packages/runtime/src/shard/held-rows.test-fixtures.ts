import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorContext } from '../actor/context.js';
import { type ActorDefinition, type ActorSpec, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

export type Held = {
  row: { id: number; fails?: number };
  word: { id: number };
  /** Does something in a turn of its own. */
  act: { does: (context: ActorContext) => void };
  seen: Ask<{}, readonly string[]>;
};
export type HeldRef = ActorRef<Held>;

interface HeldState {
  readonly log: string[];
  readonly tells: HeldRef | undefined;
}

/** Whom an actor tells of each row that it meets. */
export interface HeldArgs {
  readonly tells?: HeldRef;
  /** Written to as well, so that it outlives its actor. */
  readonly log?: string[];
}

const from = (sender: ActorRef | undefined): string =>
  sender === undefined ? 'outside' : String(sender.address.id);

const spec = {
  initial: ({ tells, log = [] }: HeldArgs): HeldState => ({ tells, log }),
  receive: {
    row: ({ log }, { id, fails }, context) => {
      if (fails === 1) throw new Error('fails');
      log.push(`row ${id} from ${from(context.sender)}`);
    },
    word: ({ log }, { id }, context) => void log.push(`word ${id} from ${from(context.sender)}`),
    act: (_, { does }, context) => does(context as unknown as ActorContext),
    seen: ({ log }, _, context) => context.reply([...log]),
  },
} satisfies Omit<ActorSpec<Held, HeldArgs, HeldState>, 'name'>;

const { row: _, ...unbatched } = spec.receive;

const group = (
  name: string,
  more: Pick<ActorSpec<Held, HeldArgs, HeldState>, 'batchMax' | 'priority' | 'mailbox' | 'childStopped'> = {},
): ActorDefinition<Held, HeldArgs> =>
  defineActor<Held>()({
    name,
    initial: spec.initial,
    receive: unbatched,
    receiveBatch: {
      row: (batch) => {
        for (let item = 0; item < batch.size; item++) {
          const { id, fails } = batch.message(item);
          if (batch.states.indexOf(batch.states[item]!) !== item) throw new Error('met twice in one batch');
          if (fails === 1) {
            batch.fail(item, new Error('fails'));
            continue;
          }
          const { log, tells } = batch.states[item]!;
          log.push(`row ${id} from ${from(batch.sender(item))}`);
          if (tells !== undefined) batch.send(item, tells, { type: 'word', id });
        }
      },
    },
    ...more,
  });

export const plain: ActorDefinition<Held, HeldArgs> = defineActor<Held>()({ name: 'plain', ...spec });
export const grouped: ActorDefinition<Held, HeldArgs> = group('grouped');
export const others: ActorDefinition<Held, HeldArgs> = group('others', { batchMax: 3 });
export const critical: ActorDefinition<Held, HeldArgs> = group('critical', {
  priority: 'critical',
  batchMax: 2,
});
/** Has room for two. */
export const narrow: ActorDefinition<Held, HeldArgs> = group('narrow', { mailbox: { capacity: 2 } });
/** Notes the end of its children. */
export const parent: ActorDefinition<Held, HeldArgs> = group('parent', {
  childStopped: ({ log }) => void log.push('child stopped'),
});
