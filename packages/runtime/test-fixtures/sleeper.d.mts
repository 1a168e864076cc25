import type { ActorDefinition } from '../dist/index.js';

// See `actors.d.mts`.
// biome-ignore lint/suspicious/noExplicitAny: see above
export const sleeper: ActorDefinition<any, undefined>;
