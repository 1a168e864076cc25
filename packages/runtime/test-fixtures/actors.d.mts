import type { ActorDefinition } from '../dist/index.js';

// The fixtures are plain JavaScript, as worker threads need them; their protocols are the tests' affair.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Any = any;
export const collector: ActorDefinition<Any, undefined>;
export const keeper: ActorDefinition<Any, { shards: readonly number[] }>;
