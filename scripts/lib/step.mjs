// One line a step: its name, how it went, the time it took. In a terminal the seconds run meanwhile.

import { performance } from 'node:perf_hooks';

const nameWidth = 34;

/**
 * Runs `work` as a step called `name` and prints its line.
 *
 * @param work  async; returns a short text for the line ('up to date', '312 passed'), or throws
 * @returns what `work` returned
 * @throws  whatever `work` threw, once the line has been closed with 'failed'
 */
export async function step(name, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const label = name.padEnd(nameWidth);
  process.stdout.write(label);
  const rewrite = (text) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${label}${text}`);
  };
  const ticker = setInterval(() => rewrite(`… ${seconds()}`), 1000);
  const close = (outcome) => {
    clearInterval(ticker);
    rewrite('');
    process.stdout.write(`${outcome}\n`);
  };
  try {
    const outcome = await work();
    close(`${outcome}  (${seconds()})`);
    return outcome;
  } catch (error) {
    close(`failed  (${seconds()})`);
    throw error;
  }
}
