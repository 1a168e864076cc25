import { isMainThread } from 'node:worker_threads';
import { defineActor } from '../dist/index.js';

export const chameleon = defineActor()({
  name: 'chameleon',
  initial: () => undefined,
  receive: isMainThread ? { day: () => undefined } : { night: () => undefined },
});
