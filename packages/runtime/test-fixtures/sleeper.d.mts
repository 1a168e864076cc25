import type { ActorDefinition } from '../dist/index.js';

// biome-ignore lint/suspicious/noExplicitAny: the protocol is the tests' affair, as in `actors.d.mts`.
export const sleeper: ActorDefinition<any, undefined>;
