import { workerData } from 'node:worker_threads';
import { type BareWork, count, DONE, RESULT, ROUND } from './bare-work.js';

// Sleeps until there is another round, does its part of it, and says so.
const { memory, turns } = workerData as BareWork;
const words = new Int32Array(memory);
for (let round = 0; ; ) {
  Atomics.wait(words, ROUND, round);
  round = Atomics.load(words, ROUND);
  words[RESULT] = count(turns);
  Atomics.add(words, DONE, 1);
  Atomics.notify(words, DONE);
}
