import { isMainThread } from 'node:worker_threads';
import { defineActor } from '../dist/index.js';

if (!isMainThread) throw new Error('not on a worker');

export const landlubber = defineActor()({ name: 'landlubber', initial: () => undefined, receive: {} });
