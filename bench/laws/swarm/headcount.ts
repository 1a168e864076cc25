import { oneForOne } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import { Council, move, type Session } from './council.js';
import { beliefOf, COUNCILLORS_MODULE } from './councillors.js';

/**
 * Whatever an operation combines, each member is in it once or named as missing; nobody else is in it; and it is in index order.
 * Members come and go meanwhile.
 */
export const headcount: Invariant<Council> = {
  name: 'swarm: each member counts once, or is missing',
  module: import.meta.url,
  modules: [COUNCILLORS_MODULE],
  sideShards: 2,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: (world) => Council.meet(world),
  commands: [move],
  faults: {
    crashes: 3,
    crashable: ['councillor', 'councillor.cohort'],
    shardLosses: 1,
    partitions: 1,
    stalls: 2,
    fullMailboxes: 1,
    delays: true,
  },
  finally: (_, { sessions }) => {
    for (const [at, session] of sessions.entries()) {
      const broken = brokenBy(session);
      if (broken !== undefined) return `operation ${at + 1}, ${session.motion}: ${broken}`;
    }
    return true;
  },
};

/** What of an operation is not as it should be. */
function brokenBy({ motion, members, result }: Session): string | undefined {
  if (result === undefined || motion === 'join' || motion === 'leave') return undefined;
  const missing: readonly number[] = result.missing;
  const strange = missing.find((index) => !members.includes(index));
  if (strange !== undefined) return `agent ${strange} is missing, and no member`;
  const there = members.filter((index) => !missing.includes(index));
  if (motion === 'roll') return differs('the roll', result.value ?? [], there);
  if (motion === 'parity') {
    const odd = there.filter((index) => index % 2 === 1).length;
    return differs('the votes', [...result.votes], [there.length - odd, odd]);
  }
  if (motion === 'belief') {
    const odds = there.map((index) => Math.log(beliefOf(index)[0]) - Math.log(beliefOf(index)[1]));
    const expected = 1 / (1 + Math.exp(-odds.reduce((sum, one) => sum + one, 0)));
    // Sums of at most seven logarithms below 5 round by less than this.
    const off = Math.abs(result.posterior[0] - expected);
    return off < 1e-12 ? undefined : `${result.posterior[0]} is believed, not ${expected}`;
  }
  return undefined;
}

function differs(what: string, got: readonly number[], expected: readonly number[]): string | undefined {
  return String(got) === String(expected) ? undefined : `${what}: ${got}; there: ${expected}`;
}
