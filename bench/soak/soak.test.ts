import { describe, expect, test } from 'vitest';
import { soak } from './soak.js';

// At stake: under long random use nothing is lost, doubled, reordered or miscounted. Tried in short here, against the model
// that `npm run soak` uses for as long as one likes.

const OPERATIONS = 20_000;

describe('a short soak', () => {
  test.each([1, 2, 3, Date.now() % 1e9])('of seed %d goes as its model says', async (seed) => {
    const { sent, restarts, revivals, dead } = await soak({ seed, operations: OPERATIONS, batch: 1000 });
    expect(sent).toBeGreaterThan(OPERATIONS);
    expect(Math.min(restarts, revivals)).toBeGreaterThan(50);
    expect([...dead.keys()]).toEqual([
      'crashed',
      'dropped-newest',
      'dropped-oldest',
      'mailbox-full',
      'no-such-actor',
      'stopped',
      'unhandled',
    ]);
  });

  test.each([7])('in small batches too (seed %d)', async (seed) => {
    const { revivals } = await soak({ seed, operations: 3000, batch: 7 });
    expect(revivals).toBeGreaterThan(50);
  });
});
