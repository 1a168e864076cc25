import { oneForOne } from '@skein/runtime';
import type { CohortNode } from '@skein/agents';
import type { Invariant } from '@skein/runtime/testing';
import { Expedition } from './expedition.js';
import { SCOUTS_MODULE, surveyor } from './scouts.js';
import { takeStep } from './take-step.js';

const SHAPE = { count: 9, fanOut: 3 };
/** Levels of cohorts, ⌈log₃ 9⌉. */
const DEPTH = 2;

interface Watched {
  readonly expedition: Expedition;
  /** By actor and round: messages handled. */
  readonly handled: Map<string, number>;
}
