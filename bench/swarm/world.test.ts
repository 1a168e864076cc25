// At stake: that agents are measured at work: what they see fits where they are, and where they are follows from what they did. Tried by
// counting what a world shows and where it moves to, beside the model's own probabilities.
import { entryAt } from '@skein/inference';
import { describe, expect, test } from 'vitest';
import { benchModel } from '../inference/models.js';
import { World } from './world.js';

const AGENTS = 20_000;
/** Five standard deviations of a share of so many draws. */
const TOLERANCE = 5 * Math.sqrt(0.25 / AGENTS);
const RIGHT = 3;

describe('a world', () => {
  const explorers = benchModel('fa-inf 5x5 len 1');

  test('shows outcomes as likely as A says', () => {
    const [outcomes] = new World(explorers, AGENTS, 1).outcomes; // all begin in cell 0
    for (let o = 0; o < 5; o++) {
      const share = outcomes.filter((outcome) => outcome === o).length / AGENTS;
      expect(Math.abs(share - entryAt(explorers.model.A[0]!, [o, 0]))).toBeLessThan(TOLERANCE);
    }
  });

  test('moves agents as likely as B says', () => {
    const world = new World(explorers, AGENTS, 1);
    world.move(new Int32Array(AGENTS).fill(RIGHT));
    const moved = world.states.filter((state) => state === 1).length / AGENTS;
    expect(Math.abs(moved - 0.9)).toBeLessThan(TOLERANCE);
    expect(world.states.every((state) => state === 0 || state === 1)).toBe(true);
  });

  test('of one seed is the same for each agent, however many there are', () => {
    const statesOf = (agents: number, seed: number): Int32Array => {
      const world = new World(benchModel('ii'), agents, seed);
      for (let step = 0; step < 5; step++) world.move(world.outcomes[0].map((outcome) => outcome % 5));
      return world.states;
    };
    expect(statesOf(40, 1)).toEqual(statesOf(400, 1).subarray(0, 40));
    expect(statesOf(400, 2)).not.toEqual(statesOf(400, 1));
  });
});
