/**
 * A group elects its leader by majority, but counts only those who answer. When the network is cut, each side
 * takes the other for gone, and has a majority of its own. There are two leaders of one term, and both are
 * obeyed.
 *
 * Met as split brain, in clusters that size their quorum by the members they can see.
 *
 * Shown by a cut between the shards of three members, and two who stand, one on each side.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Member } from './protocol.js';

/** No term has two leaders. */
export function doubleElection(twin: Twin): Invariant<readonly ActorRef<Member>[]> {
  const { member, module } = { faulty, fixed }[twin];
  return {
    name: `double election, ${twin}`,
    modules: [module],
    sideShards: 1,
    start: ({ system }) => {
      // Two on the main shard and one on the other, so that a cut leaves a majority and a minority.
      const shards = [0, 0, system.threads];
      const members = shards.map((shard, index) =>
        system.spawn(member, { memberCount: shards.length }, { name: `member-${index}`, shard }),
      );
      for (const each of members)
        each.send({ type: 'meet', others: members.filter((other) => other !== each) });
      return members;
    },
    commands: [
      command({
        name: 'stand',
        input: fc.record({ member: fc.nat({ max: 2 }) }),
        run: (_world, members, { member }) => members[member]!.send({ type: 'stand' }),
      }),
    ],
    faults: { partitions: 1 },
    invariant: (world) => {
      const leaders = world
        .actors<{ term: number; leads: boolean }>(member)
        .filter(({ state }) => state.leads);
      const terms = new Map<number, string>();
      for (const { path, state } of leaders) {
        const rival = terms.get(state.term);
        if (rival !== undefined) return `${rival} and ${path} both lead term ${state.term}`;
        terms.set(state.term, path);
      }
      return true;
    },
  };
}
