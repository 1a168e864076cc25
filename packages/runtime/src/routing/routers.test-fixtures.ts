import { oneForOne } from '../supervision/supervision.js';
import { puppet } from '../testing/puppet.test-fixtures.js';
import { broadcast } from './broadcast.js';
import { consistentHash } from './consistent-hash.js';
import { firstReply } from './first-reply.js';
import { randomRoutee } from './random-routee.js';
import { roundRobin } from './round-robin.js';
import { defineRouter } from './router.js';
import { smallestMailbox } from './smallest-mailbox.js';

export * from '../testing/puppet.test-fixtures.js';

/** Stops a routee that asks for it; restarts any other that fails. */
const obliging = oneForOne({
  maxRestarts: 3,
  withinMs: 1000,
  decide: (error) => ((error as Error).message === 'stop' ? 'stop' : 'restart'),
});
const common = { routee: puppet, count: 3, supervision: obliging } as const;

export const inTurn = defineRouter({ ...common, name: 'in-turn', strategy: roundRobin() });
export const atRandom = defineRouter({ ...common, name: 'at-random', strategy: randomRoutee() });
export const toTheIdle = defineRouter({ ...common, name: 'to-the-idle', strategy: smallestMailbox() });
export const byText = defineRouter({ ...common, name: 'by-text', strategy: consistentHash({ key: 'text' }) });
export const toAll = defineRouter({ ...common, name: 'to-all', strategy: broadcast() });
export const fastest = defineRouter({ ...common, name: 'fastest', strategy: firstReply(), deadlineMs: 100 });
export const replacing = defineRouter({
  ...common,
  name: 'replacing',
  strategy: consistentHash({ key: 'text' }),
  whenStopped: 'replace',
});
export const spread = defineRouter({
  ...common,
  name: 'spread',
  count: 4,
  shard: 'spread',
  strategy: roundRobin(),
});
export const spreadIdle = defineRouter({
  ...common,
  name: 'spread-idle',
  count: 4,
  shard: 'spread',
  strategy: smallestMailbox(),
});
export const spreadPatient = defineRouter({
  ...common,
  name: 'spread-patient',
  count: 4,
  shard: 'spread',
  strategy: roundRobin(),
  supervision: oneForOne({ backoff: { minMs: 100, maxMs: 100, jitter: 0 } }),
});
export const spreadStrict = defineRouter({
  ...common,
  name: 'spread-strict',
  count: 4,
  shard: 'spread',
  strategy: roundRobin(),
  supervision: oneForOne({ decide: () => 'stop', backoff: { minMs: 100, maxMs: 100 } }),
});
export const briefFastest = defineRouter({
  ...common,
  name: 'brief-fastest',
  strategy: firstReply(),
  inFlightMax: 2,
});
