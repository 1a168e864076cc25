import { defineAgent } from '@skein/agents';
import { gridWorld } from '@skein/inference';
import { type Ask, defineActor } from '@skein/runtime';

export type Counter = { add: { by: number }; read: Ask<object, number> };

export const counter = defineActor<Counter>()({
  name: 'counter',
  initial: () => ({ count: 0 }),
  receive: {
    add: (state, { by }) => {
      state.count += by;
    },
    read: (state, _, context) => context.reply(state.count),
  },
});

/** Model ii of the reference timings: 25 states, 25 outcomes, 5 policies of one step. */
export const forager = defineAgent({ name: 'forager', model: gridWorld({ width: 5, height: 5 }) });
