import type { Invariant } from '@skein/runtime/testing';
import type { Expedition } from './expedition.js';
import { fusion } from './fusion.js';
import { recovers } from "./recovers.js";
import { scatterGather } from "./scatter-gather.js";
import { settles } from "./settles.js";

/** What a swarm promises, whatever crashes. */
export const swarmLaws: readonly Invariant<Expedition>[] = [...scatterGather, fusion, ...settles, ...recovers];
