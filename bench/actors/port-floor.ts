import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FarFloor } from './far-floor.js';
import { mustBe, timed, timedEach } from './outcome.js';

/** Node's own way between threads: `postMessage`, which clones. */
export function openPortFloor(): FarFloor {
  const worker = new Worker(new URL('./port-worker.js', import.meta.url));
  return {
    oneway: (n, parcel) =>
      timed(n, async () => {
        for (let i = 0; i < n; i++) worker.postMessage({ kind: 'count', parcel });
        worker.postMessage({ kind: 'tell' });
        const [count] = await once(worker, 'message');
        mustBe('arrived', count, n);
      }),
    roundTrips: (n, parcel) =>
      timedEach(n, async () => {
        worker.postMessage({ kind: 'back', parcel });
        await once(worker, 'message');
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
