import { defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { type Directive, oneForOne } from '../supervision/supervision.js';
import { puppet } from '../testing/puppet.test-fixtures.js';

let verdict: Directive = 'restart';

/** Has one child on shard 1, and does to it what it was started with. Counts its living children. */
export const judge = defineActor<{ count: Ask<{}, number> }>()({
  name: 'judge',
  initial: (given: Directive, context) => {
    verdict = given;
    const child = context.spawn(puppet, undefined, { shard: 1 });
    context.watch(child);
    return { children: 1, child };
  },
  supervision: oneForOne({ decide: () => verdict }),
  terminated: (state, { reason }) => {
    if (reason === 'stopped' || verdict === 'stop') state.children--;
  },
  receive: { count: (state, _, context) => context.reply(state.children) },
});
