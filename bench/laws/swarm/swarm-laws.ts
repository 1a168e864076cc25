import type { Invariant } from '@skein/runtime/testing';
import { coalitionsEnd } from './coalitions-end.js';
import { fusion } from './fusion.js';
import { headcount } from './headcount.js';
import { load } from './load.js';
import { oneCoalition } from './one-coalition.js';
import { oneLeader } from './one-leader.js';
import { oneSpeaker } from './one-speaker.js';
import { recovers } from './recovers.js';
import { scatterGather } from './scatter-gather.js';
import { settles } from './settles.js';

/** What a swarm promises, whatever crashes. */
// biome-ignore lint/suspicious/noExplicitAny: each law has a subject of its own, and only the law looks at it
export const swarmLaws: readonly Invariant<any>[] = [
  ...scatterGather,
  fusion,
  headcount,
  oneLeader,
  ...oneCoalition,
  ...oneSpeaker,
  coalitionsEnd,
  ...load,
  ...settles,
  ...recovers,
];
