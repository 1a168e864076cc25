// At stake: a host is its agents: whoever comes and goes, each has a lane of its own, and does in any company what it does alone. Tried through
// several segments, beside a list of populations of one.
import { compileModel, createInferenceMemory, createPopulation, type Population } from '@skein/inference';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learning, track } from './lane-agents.test-fixtures.js';
import { type Place, PopulationHost } from './population-host.js';

interface Member {
  readonly place: Place;
  readonly alone: Population;
  readonly handle: number;
}

/** Steps some members in both ways and compares. Returns how many failed. */
function compareRound(host: PopulationHost, members: readonly Member[], outcomes: readonly number[]): number {
  host.begin(members.length);
  members.forEach(({ place }, item) => {
    host.enter(item, place, outcomes[item % outcomes.length]!);
  });
  host.run();
  const failed = new Map(host.failures.map(({ item, error }) => [item, (error as Error).message]));
  members.forEach(({ place, alone, handle }, item) => {
    const outcome = Int32Array.of(outcomes[item % outcomes.length]!);
    const { failures } = alone.step({ agents: [handle], outcomes: [outcome] });
    expect(failed.get(item)).toBe(failures[0]?.error.message);
    expect(host.actions[0]![item]).toBe(failures.length > 0 ? -1 : alone.results.actions[0]![0]);
    if (failures.length === 0)
      expect(host.populationAt(item).results.freeEnergy[host.entryOf(item)]).toBe(
        alone.results.freeEnergy[0],
      );
    expect(host.populationOf(place).readBeliefs(host.handleOf(place))).toEqual(alone.readBeliefs(handle));
  });
  return failed.size;
}

it.each([
  { options: { selection: 'stochastic', gamma: 1 } as const, what: 'walkers' },
  { options: { selection: 'stochastic', gamma: 1, learning } as const, what: 'learners' },
])('keeps $what apart', ({ options }) => {
  const single = compileModel(track, options);
  let failures = 0;
  const round = fc.record({
    joining: fc.nat({ max: 90 }),
    leaving: fc.array(fc.nat(), { maxLength: 60 }),
    shuffle: fc.integer(),
    outcomes: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 7 }),
  });
  fc.assert(
    fc.property(fc.array(round, { minLength: 1, maxLength: 6 }), (rounds) => {
      const memory = createInferenceMemory();
      const host = new PopulationHost(compileModel(track, { ...options, memory }));
      const compiledBytes = memory.bytesUsed;
      const members: Member[] = [];
      let key = 0;
      for (const { joining, leaving, shuffle, outcomes } of rounds) {
        for (let i = 0; i < joining; i++) {
          const alone = createPopulation(single, { capacity: 1 });
          members.push({ place: host.add({ key }), alone, handle: alone.add({ key }) });
          key++;
        }
        for (const who of leaving) {
          if (members.length === 0) break;
          const [gone] = members.splice(who % members.length, 1);
          host.remove(gone!.place);
          gone!.alone[Symbol.dispose]();
        }
        expect(host.size).toBe(members.length);
        expect(host.capacity).toBeGreaterThanOrEqual(members.length);
        expect(new Set(members.map(({ place }) => place)).size).toBe(members.length);
        members.sort((a, b) => ((a.place * 7919) ^ shuffle) - ((b.place * 7919) ^ shuffle));
        failures += compareRound(host, members.slice(members.length >> 3), outcomes);
      }
      for (const { place, alone } of members) {
        host.remove(place);
        alone[Symbol.dispose]();
      }
      expect(host.capacity).toBe(0);
      expect(memory.bytesUsed).toBe(compiledBytes);
    }),
    { numRuns: 25 },
  );
  expect(failures).toBeGreaterThan(20);
});

it('takes a vacant lane before it grows', () => {
  const host = new PopulationHost(compileModel(track));
  const places = Array.from({ length: 64 + 128 }, () => host.add({}));
  expect(host.capacity).toBe(64 + 128);
  host.remove(places[70]!);
  host.remove(places[3]!);
  expect([host.add({}), host.add({})].sort()).toEqual([places[3], places[70]].sort());
  expect(host.capacity).toBe(64 + 128);
  host.add({});
  expect(host.capacity).toBe(64 + 128 + 256);
});

it('fails a whole segment, and no other, when its learners find no memory; and changes nothing then', () => {
  const segments = [64, 128, 256];
  const memory = createInferenceMemory({ bytesMax: 2 ** 17 });
  const host = new PopulationHost(compileModel(track, { learning, memory }));
  const places = Array.from({ length: 64 + 128 + 256 }, () => host.add({}));
  const beliefs = () => places.map((place) => host.populationOf(place).readBeliefs(host.handleOf(place)));
  const before = beliefs();
  host.begin(places.length);
  for (const [item, place] of places.entries()) host.enter(item, place, 0);
  host.run();
  const after = beliefs();
  const failed = new Set(host.failures.map(({ item }) => item));
  let first = 0;
  const outcomes = segments.map((count) => {
    const members = Array.from({ length: count }, (_, i) => first + i);
    first += count;
    const isHit = failed.has(members[0]!);
    for (const item of members) {
      expect(failed.has(item)).toBe(isHit);
      expect(host.actions[0]![item]! < 0).toBe(isHit);
      if (isHit) expect(after[item]).toEqual(before[item]);
      else expect(after[item]).not.toEqual(before[item]);
    }
    return isHit;
  });
  expect(outcomes[0]).toBe(false);
  expect(outcomes[2]).toBe(true);
  expect(host.failures[0]!.error).toMatchObject({ code: 'INFERENCE_MEMORY_EXHAUSTED' });
});
