/** The other side of `port-floor.ts`. */
import { parentPort } from 'node:worker_threads';

let count = 0;
parentPort!.on('message', ({ kind, parcel }: { kind: 'count' | 'tell' | 'back'; parcel: unknown }) => {
  if (kind === 'count') count++;
  else if (kind === 'back') parentPort!.postMessage(parcel);
  else {
    parentPort!.postMessage(count);
    count = 0;
  }
});
