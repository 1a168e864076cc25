/**
 * What Skein promises, as laws that its own simulation tries to break: each with a world that is as small as it can be, and with all
 * the faults that the promise outlives. Beside what each law says, every run checks the law of messages: order, no duplication, accounting.
 */
import type { Invariant } from '@skein/runtime/testing';
import { askOnce } from './ask-once.js';
import { batchAsOneByOne } from './batch-as-one-by-one.js';
import { bothOrNone } from './links-both-or-none.js';
import { byteBudget } from './mailbox-bytes.js';
import { credits } from './mailbox-credits.js';
import { overflowRules } from './mailbox-overflow.js';
import { survival } from './passivation-survival.js';
import { listings } from './receptionist-listings.js';
import { ringsInOrder } from './rings-in-order.js';
import { oneEach } from './routers-one-each.js';
import { inOrder } from './sources-in-order.js';
import { stashOrder } from './stash-order.js';
import { intensity } from './supervision-intensity.js';
import { noOrphans } from './supervision-no-orphans.js';
import { restartOrder } from './supervision-order.js';
import { acrossShards } from './supervision-shards.js';
import { systemEnd } from './system-end.js';
import { timersEnd } from './timers-end.js';
import { confirmed } from './topics-confirmed.js';
import { terminatedOnce } from './watch-terminated.js';

/** All of them. */
// biome-ignore lint/suspicious/noExplicitAny: each law has a subject of its own, and only the law looks at it
export const ownLaws: readonly Invariant<any>[] = [
  noOrphans,
  intensity,
  ...restartOrder,
  acrossShards,
  ...overflowRules,
  byteBudget,
  credits,
  askOnce,
  terminatedOnce,
  bothOrNone,
  batchAsOneByOne,
  survival,
  stashOrder,
  timersEnd,
  inOrder,
  ringsInOrder,
  oneEach,
  confirmed,
  listings,
  systemEnd,
];
