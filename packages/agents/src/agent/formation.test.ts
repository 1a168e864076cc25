import type { ActorRef } from '@skein/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import { type FormationSource, Formations } from './formation.js';

/**
 * At stake: what is remembered of agents is what is true of them now, whoever came, went or moved between two steps. Random steps and moves
 * are tried beside looking everything up each time.
 */

const cohort = (number: number) => ({ number }) as unknown as ActorRef<CohortProtocol>;
const cohorts = [cohort(0), cohort(1), cohort(2)];

/** Agents whose places and indices are in arrays; counts how often a place is asked for. */
function company(size: number) {
  const places = Array.from({ length: size }, (_, agent) => agent * 10);
  const indices = Array.from({ length: size }, (_, agent) => agent * 100);
  const source = {
    asked: 0,
    size,
    placeOf(agent: number) {
      this.asked++;
      return places[agent]!;
    },
    indexOf: (agent: number) => indices[agent]!,
    cohortOf: (agent: number) => cohorts[agent % 3]!,
  } satisfies FormationSource & { asked: number };
  return { places, indices, source };
}

describe('formations', () => {
  test('are what is true of their agents', () => {
    const step = fc.record({
      from: fc.nat(30),
      size: fc.integer({ min: 1, max: 9 }),
      isBackward: fc.boolean(),
    });
    const move = fc.record({ agent: fc.nat(39), to: fc.integer({ min: 0, max: 5000 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(step, move), { maxLength: 80 }), (moves) => {
        const formations = new Formations();
        const { places, indices, source } = company(40);
        for (const next of moves) {
          if ('agent' in next) {
            places[next.agent] = next.to;
            indices[next.agent] = next.to + 1;
            formations.version++;
            continue;
          }
          const agents = Array.from({ length: next.size }, (_, i) => next.from + i);
          if (next.isBackward) agents.splice(1, agents.length, ...agents.slice(1).reverse());
          const formation = formations.of(agents, next.size, source);
          expect([...formation.agents]).toEqual(agents);
          expect([...formation.places]).toEqual(agents.map((agent) => places[agent]));
          expect([...formation.indices]).toEqual(agents.map((agent) => indices[agent]));
          expect(formation.cohorts).toEqual(agents.map((agent) => cohorts[agent % 3]));
        }
      }),
    );
  });

  test('are not looked up again while nothing changes, and tell the same column when only places do', () => {
    const formations = new Formations();
    const { places, source } = company(4);
    const first = formations.of([0, 1, 2, 3], 4, source);
    expect(formations.of([0, 1, 2, 3], 4, source)).toBe(first);
    expect(source.asked).toBe(4);
    places[2] = 77;
    formations.version++;
    const second = formations.of([0, 1, 2, 3], 4, source);
    expect(second.places[2]).toBe(77);
    expect(second.indices).toBe(first.indices);
  });

  test('are looked up again while somebody has no place', () => {
    const formations = new Formations();
    const { places, source } = company(2);
    places[1] = -1;
    formations.of([0, 1], 2, source);
    places[1] = 5;
    expect([...formations.of([0, 1], 2, source).places]).toEqual([0, 5]);
  });

  test('are kept of twice as many agents as there are, those that were used last', () => {
    const formations = new Formations();
    const { source } = company(8);
    const isKept = (agents: readonly number[]) => {
      source.asked = 0;
      formations.of(agents, agents.length, source);
      return source.asked === 0;
    };
    const pairs = Array.from({ length: 8 }, (_, agent) => [agent, (agent + 1) % 8]);
    for (const pair of pairs) isKept(pair);
    expect(pairs.map(isKept)).toEqual(pairs.map(() => true)); // 16 agents
    isKept([0, 1, 2]);
    expect(isKept(pairs[7]!)).toBe(true);
    expect(isKept(pairs[2]!)).toBe(true);
    expect(isKept(pairs[0]!)).toBe(false);
    expect(isKept(pairs[0]!)).toBe(true);
    formations.clear();
    expect(isKept(pairs[0]!)).toBe(false);
  });
});
