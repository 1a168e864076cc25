import { defineExample, formatTable, integerOption, runIfMain } from '@skein/cli';
import { createTestSystem } from '@skein/runtime/testing';
import { foreman } from './actors.js';
import { fromDeadLetter, fromLog, type TimelineEvent } from './timeline.js';

const example = defineExample({
  name: '02-supervision',
  summary: 'A press crashes, is restarted, and crashes once too often',
  details: 'Try `--jams 2`: the foreman tolerates two restarts within a second, and nothing escalates.',
  options: {
    jams: integerOption({ description: 'jobs that jam, every second one', default: 3, min: 0, max: 20 }),
  },

  async run({ jams }, io) {
    const timeline: TimelineEvent[] = [];
    // On a simulated clock a wait takes no time, and every run is the same to the millisecond.
    const { system, clock } = await createTestSystem({
      modules: [new URL('./actors.js', import.meta.url)],
      log: (record) => timeline.push(...fromLog(record)),
    });
    system.deadLetters.subscribe((letter) => timeline.push(fromDeadLetter(letter, clock.now())));

    const ref = system.spawn(foreman, undefined, { name: 'foreman' });
    const jobCount = 2 * jams + 2;
    for (let number = 1; number <= jobCount; number++)
      ref.send({ type: 'job', number, jams: number % 2 === 0 && number <= 2 * jams });
    await system.quiet();

    // Time moves on only here: to the next restart that waits for its backoff, until none does.
    while (clock.nextTimerMs !== undefined) {
      clock.advance(clock.nextTimerMs - clock.now());
      await system.quiet();
    }
    ref.send({ type: 'job', number: jobCount + 1, jams: false });
    await system.quiet();
    await system.stop();

    const { sent, handled, deadLetters, restarts } = system.metrics();
    const { red, yellow, magenta, dim } = io.colors;
    const paint = { work: String, crash: red, verdict: yellow, escalation: magenta, lost: dim };
    const rows = timeline.map(({ timeMs, actor, kind, event }) => [
      `${timeMs} ms`,
      actor,
      paint[kind](event),
    ]);
    io.print(
      formatTable([{ title: 'time', align: 'right' }, { title: 'actor' }, { title: 'what happens' }], rows),
    );
    io.print();
    io.print(
      `${sent} envelopes sent = ${handled} handled + ${deadLetters} dead letters; ${restarts} restarts`,
    );
    return { result: { timeline, sent, handled, deadLetters, restarts } };
  },
});

export default example;
await runIfMain(import.meta.url, example);
