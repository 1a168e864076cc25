import { allForOne, type Directive, defineActor, oneForOne } from '../index.js';

/** What states hold outside of themselves: a ticket each. */
export const held = new Set<number>();
let tickets = 0;
const DESK = {};

type Holder = { fail: { how: Directive }; leave: Record<never, never> };

/** Takes a ticket when it comes to life; its parent does what its error says. */
export const holder = defineActor<Holder>()({
  name: 'holder',
  initial: (_: undefined, context) => {
    context.shardLocal(DESK, () => held).add(++tickets);
    return { ticket: tickets };
  },
  receive: {
    fail: (_, { how }) => {
      throw new Error(how);
    },
    leave: (_, __, context) => context.stop(),
  },
  release: ({ ticket }, locals) => {
    if (!locals.shardLocal(DESK, () => new Set<number>()).delete(ticket))
      throw new Error(`ticket ${ticket} was given back twice`);
  },
});

type Parent = {
  give: { child: number; what: 'fail' | 'leave'; how: Directive };
  fail: Record<never, never>;
};

const family = (name: string, supervision: ReturnType<typeof oneForOne>) =>
  defineActor<Parent>()({
    name,
    supervision,
    initial: (_: undefined, context) => ({
      children: [0, 1, 2].map((i) =>
        context.spawn(holder, undefined, { restart: i === 2 ? 'permanent' : 'transient' }),
      ),
    }),
    receive: {
      give: ({ children }, { child, what, how }) =>
        children[child]!.send(what === 'fail' ? { type: what, how } : { type: what }),
      fail: () => {
        throw new Error('restart');
      },
    },
  });

const decide = (error: unknown): Directive => (error as Error).message as Directive;
export const single = family('single', oneForOne({ maxRestarts: 3, withinMs: 1000, decide }));
export const together = family('together', allForOne({ maxRestarts: 3, withinMs: 1000, decide }));
export const delayed = family(
  'delayed',
  allForOne({ maxRestarts: 3, withinMs: 1000, decide, backoff: { minMs: 10, maxMs: 10, jitter: 0 } }),
);
