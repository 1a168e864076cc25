import { defineActor } from '../dist/index.js';

/** Says how much it got when it stops. */
export const sailor = defineActor()({
  name: 'sailor',
  initial: () => ({ got: 0 }),
  receive: {
    add: (state) => {
      state.got++;
    },
    got: (state, _, context) => context.reply(state.got),
    float: () => {
      void Promise.reject(new Error('floating'));
    },
    stall: { async: () => new Promise(() => undefined) },
  },
  stopped: ({ got }) => {
    process.stdout.write(`stopped after ${got}\n`);
  },
});
