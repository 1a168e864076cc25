import { defineActor } from '../dist/index.js';

/** Keeps its thread until the test opens the gate, a cell in shared memory, or for ten seconds. */
export const sleeper = defineActor()({
  name: 'sleeper',
  initial: () => undefined,
  receive: {
    sleep: (_state, _message, context) => {
      Atomics.wait(new Int32Array(context.extension('gate')), 0, 0, 10_000);
    },
    sleepMs: (_state, { ms }) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    nest: (_state, _message, context) => {
      context.spawn(sleeper, undefined, { name: 'egg' }).send({ type: 'sleep' });
    },
    hello: (_state, _message, context) => context.reply('hello'),
  },
});
