// At stake: what a topology costs is known before it is chosen. Tried for each, of any size: everybody learns the total, and what the
// kernel has counted is what the formula says.
import { TOPICS_MODULE } from '@skein/runtime';
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOPOLOGIES_MODULE } from './member.js';
import { runTopology, type Topology, topologyFormula } from './topologies.js';

const modules = [TOPOLOGIES_MODULE, TOPICS_MODULE];
const topologies: readonly Topology[] = [
  'peer-to-peer',
  'hierarchical',
  'publish-subscribe',
  'orchestrated',
  'blackboard',
];

describe.each(topologies)('%s', (topology) => {
  it('lets everybody learn the total, for as many messages as its formula says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 24 }),
        fc.integer({ min: 1, max: 5 }),
        async (values, fanOut) => {
          const { system } = await createTestSystem({ modules });
          const { totals, bytes, ...counted } = await runTopology(system, topology, { values, fanOut });
          const total = values.reduce((sum, value) => sum + value, 0);
          expect(totals).toEqual(values.map(() => total));
          expect(counted).toEqual(topologyFormula(topology, values.length, fanOut));
          expect(bytes > 0).toBe(counted.messages > 0);
          await system.stop();
        },
      ),
      { numRuns: 12 },
    );
  });
});
