import { defineExample, integerOption, runIfMain, threadsOption } from '@skein/cli';
import { createSystem } from '@skein/runtime';
import { counter } from './actors.js';

const example = defineExample({
  name: '01-hello-actor',
  summary: 'An actor counts: spawn it, send to it, ask it',
  options: {
    start: integerOption({ description: 'where the counter starts', default: 0, placeholder: 'NUMBER' }),
    threads: threadsOption(),
  },

  async run({ start, threads }, io) {
    // Every thread of a system imports the modules that export its actors.
    await using system = await createSystem({
      modules: [new URL('./actors.js', import.meta.url)],
      threads,
    });
    io.print(`A system of ${threads + 1} ${threads === 0 ? 'shard' : 'shards'} is up.`);

    // A ref is all that one ever holds of an actor: its state is its own.
    const ref = system.spawn(counter, { start }, { name: 'counter' });
    io.print(`spawn  ${ref.address.path} starts at ${start}`);

    // A send does not wait. Messages of one sender arrive in order, one at a time.
    for (const by of [2, 3, -1]) {
      ref.send({ type: 'add', by });
      io.print(`send   add ${by}`);
    }

    // A question has a typed answer and always a deadline.
    const { count, shard } = await ref.ask({ type: 'read' }, { deadlineMs: 1000 });
    io.print(`ask    read, answered ${count} by shard ${shard}${shard === 0 ? ', the main thread' : ''}`);

    await system.stop();
    const { sent, handled, deadLetters } = system.metrics();
    io.print(`stop   ${sent} envelopes sent = ${handled} handled + ${deadLetters} dead letters`);
    return { result: { count, shard, threads, sent, handled, deadLetters } };
  },
});

export default example;
await runIfMain(import.meta.url, example);
