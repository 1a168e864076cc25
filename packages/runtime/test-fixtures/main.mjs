// A program for tests of whole processes: `node main.mjs <what> <threads>`.
import { setImmediate as nextImmediate } from 'node:timers/promises';
import { createSystem } from '../dist/index.js';
import { sailor } from './sailor.mjs';

const sailorModule = new URL('./sailor.mjs', import.meta.url);
const [what, threads] = [process.argv[2], Number(process.argv[3])];
const system = await createSystem({ modules: [sailorModule], threads, log: () => undefined });
void system.terminated.then(({ reason, cause }) => process.stdout.write(`terminated ${reason} ${cause}\n`));
const refs = Array.from({ length: 2 }, () => system.spawn(sailor));
for (const ref of refs) for (let i = 0; i < 100; i++) ref.send({ type: 'add' });
if (what === 'stop') await system.stop();
if (what === 'float') {
  refs[0].send({ type: 'float' });
  while (system.metrics().restarts === 0) await nextImmediate();
  const got = await refs[0].ask({ type: 'got' }, { deadlineMs: 5000 });
  const { restarts, shards } = system.metrics();
  process.stdout.write(`${JSON.stringify({ got, restarts, epochs: shards.map(({ epoch }) => epoch) })}\n`);
  await system.stop();
}
if (what === 'foreign') {
  await system.quiet();
  void Promise.reject(new Error('of no actor'));
}
if (what === 'stall') refs[0].send({ type: 'stall' });
if (what === 'two')
  await createSystem({ modules: [sailorModule], stopDeadlineMs: 500, log: () => undefined }).then(
    (second) => {
      second.spawn(sailor).send({ type: 'stall' });
      void second.terminated.then(({ reason }) => process.stdout.write(`second terminated ${reason}\n`));
    },
  );
if (what !== 'stop' && what !== 'float') {
  while (system.metrics().handled < 200) await nextImmediate();
  process.stdout.write('ready\n');
  const keepAlive = setInterval(() => undefined, 1000);
  void system.terminated.then(() => clearInterval(keepAlive));
}
