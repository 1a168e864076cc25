// At stake: that kernels on two threads are the same work as those on one, and that a round ends when both halves of it have. Tried by letting both
// go on side by side: all agents must have acted alike, those of the worker too.
import { compileModel } from '@skein/inference';
import { expect, test } from 'vitest';
import { benchModel } from '../dist/inference/models.js';
import { bareKernels, sharedKernels } from '../dist/swarm/subjects.js';

test.each([
  ['ii', 301],
  ['fa-inf 5x5 len 2', 71],
])('agents of %s act alike on one thread and on two', async (name, agents) => {
  const model = benchModel(name);
  const compiled = compileModel(model.model, { horizon: model.horizon });
  const alone = bareKernels(compiled, model, agents);
  const shared = sharedKernels(compiled, model, agents);
  const kinds = new Set<number>();
  for (let round = 0; round < 30; round++) {
    await alone.round();
    expect(await shared.round()).toBeGreaterThan(0);
    expect(Array.from(shared.actions)).toEqual(Array.from(alone.stepper.actions[0]));
    for (const action of shared.actions.subarray(agents >> 1)) kinds.add(action);
  }
  expect(kinds.size).toBeGreaterThan(1);
  await shared.stop();
  alone.stepper.dispose();
});
