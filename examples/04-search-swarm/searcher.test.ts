// At stake: the searchers that share a belief are the searchers that have one each. Tried by letting swarms of both search the same worlds, through
// crashes, and comparing all that can be seen of them after every tick, to the last bit.
import { readFileSync } from 'node:fs';
import { createTestSystem } from '@skein/runtime/testing';
import { describe, expect, it } from 'vitest';
import {
  createSearchWorld,
  DEFAULT_DETECTOR,
  DEFAULT_SEARCH_PARAMETERS,
  type SearchArm,
} from '../../packages/agents/dist/environments/index.js';
import { createKnowledge } from '../dist/04-search-swarm/knowledge.js';
import { messageBytesFor, type SearchOptions, searchWithSwarm } from '../dist/04-search-swarm/search.js';
import { plainSearcher, plainWalker } from '../dist/04-search-swarm/searcher-mind.js';

const mapText = readFileSync(new URL('maps/riverside.map', import.meta.url), 'utf8');
const modules = ['searcher.js', 'searcher-mind.js'].map(
  (file) => new URL(`../dist/04-search-swarm/${file}`, import.meta.url),
);

async function lifeOf(targetCount: number, options: SearchOptions) {
  const detector = { ...DEFAULT_DETECTOR, alarmHere: 0.6 };
  const parameters = DEFAULT_SEARCH_PARAMETERS;
  const search = { mapText, mapName: 'riverside.map', sectorCount: null, targetCount, detector, parameters };
  const { graph } = createKnowledge(search);
  const world = createSearchWorld(graph, { agentCount: 24, targetCount, seed: 3, detector });
  const { system } = await createTestSystem({
    modules,
    extensions: { search },
    messageBytesMax: messageBytesFor(world, options.fanOut),
    log: () => undefined,
  });
  const moments: unknown[] = [];
  const { falseClaims } = await searchWithSwarm(system, world, {
    ...options,
    onTick: (moment) => {
      moments.push(moment);
    },
  });
  const { restarts } = system.metrics();
  await system.stop();
  return { moments, falseClaims, restarts };
}

describe('searchers together are what each is alone', () => {
  it.each([
    { title: 'fused', arm: 'fused', targetCount: 3, chaos: 0.05, ticksMax: 40 },
    {
      title: 'fused, with more targets than a word has bits',
      arm: 'fused',
      targetCount: 40,
      chaos: 0,
      ticksMax: 15,
    },
    { title: 'each for itself', arm: 'unfused', targetCount: 3, chaos: 0.001, ticksMax: 150 },
    { title: 'walkers', arm: 'random', targetCount: 3, chaos: 0, ticksMax: 300 },
  ] as const)('$title', async ({ arm, targetCount, chaos, ticksMax }) => {
    const options = { arm: arm satisfies SearchArm, chaos, ticksMax, fanOut: 5 };
    const definition = arm === 'random' ? plainWalker : plainSearcher;
    const expected = await lifeOf(targetCount, { ...options, definition });
    const got = await lifeOf(targetCount, options);
    expect(got).toEqual(expected);
    expect(got.restarts > 0).toBe(chaos > 0);
    expect((got.moments.at(-1) as { finds: readonly unknown[] }).finds.length).toBeGreaterThan(0);
  });
});
