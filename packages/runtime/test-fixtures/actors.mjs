import { threadId } from 'node:worker_threads';
import { defineActor } from '../dist/index.js';

/** Collects numbers, and dies in every way that a thread can. */
export const collector = defineActor()({
  name: 'collector',
  initial: () => ({ got: [], hold: undefined }),
  receive: {
    add: (state, { number }) => {
      state.got.push(number);
    },
    got: (state, _, context) => context.reply(state.got),
    place: (_state, _message, context) =>
      context.reply({ shard: context.shard, threadId, incarnation: context.incarnation }),
    silent: (state, _, context) => {
      state.hold = context.deferReply();
    },
    exit: () => {
      process.exit(3);
    },
    exitAt: (state, { number, last }) => {
      state.got.push(number);
      if (number === last) process.exit(3);
    },
    throwOutside: () => {
      setTimeout(() => {
        throw new Error('outside of any actor');
      });
    },
    float: () => {
      void Promise.resolve().then(() => {
        throw new Error('floating');
      });
    },
    floatLater: {
      async: async (context) => {
        await null;
        void (async () => {
          await null;
          throw new Error('floating later');
        })();
        context.reply('replied');
      },
    },
    wait: {
      async: (context) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, 60_000);
          context.signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
    },
    spin: () => {
      for (;;);
    },
    forward: (_state, { to, from, count }) => {
      for (let i = 0; i < count; i++) to.send({ type: 'add', number: from + i });
    },
    log: (_state, _message, context) =>
      context.log.warn('from a thread', { error: new Error('e'), act: () => 1 }),
    throwOdd: () => {
      throw { act: () => 1 };
    },
    watch: (_state, { target }, context) => context.watch(target),
    sum: (_state, { column }, context) => context.reply(column.reduce((sum, value) => sum + value, 0)),
    sumColumn: (state, { column }) => {
      state.got.push(column.reduce((sum, value) => sum + value, 0));
    },
    columns: (_state, { to, count, length, thenExit }) => {
      for (let i = 0; i < count; i++)
        to.send({ type: 'sumColumn', column: new Float32Array(length).fill(i + 1) });
      if (thenExit) process.exit(3);
    },
    big: (_state, { to, bytes }) => to.send({ type: 'add', number: 'x'.repeat(bytes) }),
  },
  terminated: (state, { reason }) => {
    state.got.push(reason);
  },
});

/** Supervises collectors from the shard it lives on. */
export const keeper = defineActor()({
  name: 'keeper',
  initial: ({ shards }, context) => ({
    children: shards.map((shard) => context.spawn(collector, undefined, { shard })),
  }),
  receive: { children: ({ children }, _, context) => context.reply(children) },
});
