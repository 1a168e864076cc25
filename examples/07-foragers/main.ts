import { defineExample, formatTable, integerOption, runIfMain, seedOption, threadsOption } from '@skein/cli';
import { createFlock, scaleFlock } from './flock.js';

const example = defineExample({
  name: '07-foragers',
  summary: 'Ten thousand foragers look for food, each an actor, all inferred together',
  details: [
    'None knows where it is, and one look in ten is wrong. Each is shown a cell a tick and goes where it expects',
    'food. `skein scale 07-foragers` measures them by their number.',
  ].join('\n'),
  options: {
    agents: integerOption({ description: 'foragers', default: 10_000, min: 1, max: 1_000_000 }),
    ticks: integerOption({ description: 'how often they look and go', default: 12, min: 1, max: 10_000 }),
    seed: seedOption(),
    threads: threadsOption({ default: 2 }),
  },
  scale: { start: scaleFlock },

  async run({ agents, ticks, seed, threads }, io) {
    await using flock = await createFlock({ agents, workers: threads, seed });
    const { field, swarm } = flock;
    io.print(`${agents.toLocaleString('en')} foragers on ${threads} worker threads, seed ${seed}.`);
    io.print();
    const fed = [field.fed];
    let steppingMs = 0;
    io.progress.start(ticks, 'foraging');
    for (let tick = 1; tick <= ticks && !io.signal.aborted; tick++) {
      const startedMs = performance.now();
      await flock.step();
      steppingMs += performance.now() - startedMs;
      fed.push(field.fed);
      io.progress.update(tick);
    }
    io.progress.stop();
    const { value: meanBelief } = await swarm.reduce('posterior', 'mean');
    const rows = fed.map((share, tick) => [String(tick), `${(100 * share).toFixed(1)} %`, bar(share)]);
    io.print(
      formatTable(
        [{ title: 'tick', align: 'right' }, { title: 'at the food', align: 'right' }, { title: '' }],
        rows,
      ),
    );
    io.print();
    io.print(`On the average each gives ${(100 * meanBelief.at(-1)!).toFixed(1)} % to being there.`);
    const stepsPerSecond = Math.round((1000 * agents * (fed.length - 1)) / steppingMs);
    return { result: { agents, threads, seed, fed, believed: meanBelief.at(-1)!, stepsPerSecond } };
  },
});

const BAR_WIDTH = 40;

function bar(share: number): string {
  return '#'.repeat(Math.round(BAR_WIDTH * share));
}

export default example;
await runIfMain(import.meta.url, example);
