// At stake: that what is measured side by side is the same work. Tried by letting each have some rounds: all of them must have acted alike.
import { compileModel } from '@skein/inference';
import { createTestSystem } from '@skein/runtime/testing';
import { expect, test } from 'vitest';
import { benchModel } from '../inference/models.js';
import { foragerModules } from './foragers.js';
import { askedAgents, bareKernels, steppedSwarm } from './subjects.js';

const AGENTS = 70; // more than fit into the first segment

test.each(['ii', 'fa-exp 5x5 len 1', 'fa-inf 5x5 len 2'])(
  'agents of %s act alike by columns, asked one by one, and without actors',
  async (name) => {
    const { system } = await createTestSystem({
      modules: foragerModules,
      log: () => undefined,
      strict: false,
    });
    const model = benchModel(name);
    const { horizon } = model;
    const swarm = await steppedSwarm(system, model, AGENTS);
    const asked = await askedAgents(system, model, AGENTS);
    const bare = bareKernels(compileModel(model.model, { horizon }), model, AGENTS);
    const kinds = new Set<number>();
    for (let round = 0; round < 10; round++) {
      await swarm.round();
      await asked.round();
      await bare.round();
      expect(Array.from(swarm.actions)).toEqual(Array.from(bare.stepper.actions[0]));
      expect(Array.from(asked.actions)).toEqual(Array.from(bare.stepper.actions[0]));
      for (const action of swarm.actions) kinds.add(action);
    }
    expect(kinds.size).toBeGreaterThan(1);
    await system.stop();
  },
);
