import type { ActorAddress, ActorContext } from '@skein/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentProtocol } from './agent-actor.js';
import { type AgentNumber, Roster } from './roster.js';
import { withRoom } from './with-room.js';

/**
 * At stake: an agent is a number and nothing else, so what stands under the number must be about that agent and no other, whoever had the number
 * before, and agents that have gone must take no room. A map of the living is kept beside.
 */

type Context = ActorContext<Pick<AgentProtocol, 'share'>>;

/** All that a roster asks of a context; a ref is its address. */
const childOf = (parent: number): Context =>
  ({ parent: { id: parent } as ActorAddress, ref: (address: ActorAddress) => address }) as unknown as Context;

const parentOf = (roster: Roster, agent: AgentNumber) =>
  (roster.cohortOf(agent) as unknown as ActorAddress).id;

interface Living {
  readonly index: number;
  readonly parent: number;
  readonly seed: number;
  tick: number;
}

const moves = fc.array(
  fc.oneof(
    fc.record({
      move: fc.constant('enroll' as const),
      index: fc.nat(99),
      parent: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(1),
    }),
    fc.record({
      move: fc.constantFrom('dismiss' as const, 'step' as const, 'gossip' as const),
      pick: fc.nat(),
    }),
  ),
  { maxLength: 80 },
);

describe('a roster', () => {
  test('says of each living agent what it was enrolled with, under a number of its own', () => {
    fc.assert(
      fc.property(moves, (steps) => {
        const roster = new Roster();
        const living = new Map<AgentNumber, Living>();
        const gossiping = new Set<AgentNumber>();
        let most = 0;
        for (const step of steps) {
          if (step.move === 'enroll') {
            const { index, parent, seed } = step;
            const agent = roster.enroll({ index, seed, agentCount: 100 }, childOf(parent));
            expect(living.has(agent)).toBe(false);
            living.set(agent, { index, parent, seed, tick: 0 });
            most = Math.max(most, living.size);
          } else if (living.size > 0) {
            const agent = [...living.keys()][step.pick % living.size]!;
            if (step.move === 'step') roster.ticks[agent] = ++living.get(agent)!.tick;
            else if (step.move === 'gossip') {
              roster.beginGossip(agent, 1);
              gossiping.add(agent);
            } else {
              roster.dismiss(agent);
              living.delete(agent);
              gossiping.delete(agent);
            }
          }
          for (const [agent, { index, parent, seed, tick }] of living) {
            const found = {
              index: roster.indices[agent],
              parent: parentOf(roster, agent),
              seed: roster.seedOf(agent),
              tick: roster.ticks[agent],
            };
            expect(found).toEqual({ index, parent, seed, tick });
            expect(roster.gossiperOf(agent) !== undefined).toBe(gossiping.has(agent));
          }
          for (const agent of living.keys()) expect(agent).toBeLessThan(most);
        }
      }),
    );
  });

  test('keeps the side of coalitions of one life, and no longer', () => {
    const roster = new Roster();
    const enroll = () => roster.enroll({ index: 1, seed: 1, agentCount: 2 }, childOf(1));
    const agent = enroll();
    const member = roster.memberOf(agent);
    expect(roster.memberOf(agent)).toBe(member);
    roster.dismiss(agent);
    expect(enroll()).toBe(agent);
    expect(roster.memberOf(agent)).not.toBe(member);
  });
});

test('a column with room has what it had, and the place that is asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(200), (numbers, index) => {
      const column = Int32Array.from(numbers);
      const roomy = withRoom(column, index);
      expect(roomy.length).toBeGreaterThan(index);
      expect([...roomy.subarray(0, numbers.length)]).toEqual([...column]);
      expect(roomy === column).toBe(index < numbers.length);
    }),
  );
});
