// A program for tests of whole processes: its main thread is stuck until a thread beside it has been heard.
import { createSystem } from '../dist/index.js';
import { sleeper } from './sleeper.mjs';

const system = await createSystem({
  modules: [new URL('./sleeper.mjs', import.meta.url)],
  threads: 1,
  watchdog: { slowHandlerMs: 100 },
  log: () => undefined,
});
const reported = new Promise((resolve) => system.watchdog.subscribe(resolve));
system.spawn(sleeper, undefined, { shard: 0, name: 'main' }).send({ type: 'sleepMs', ms: 1000 });
process.stdout.write(`${JSON.stringify(await reported)}\n`);
await system.stop();
