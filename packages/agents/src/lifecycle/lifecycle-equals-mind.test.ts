// At stake: an agent with a lifecycle, in single precision and by a table, thinks what the plain way does: equations in double precision, by the model of the state
// that XState's own transition says. Tried by showing both the same, for as long as they do the same; they may part only where two actions are as good as tied.
import {
  actionMarginals,
  type Beliefs,
  defineModel,
  enumeratePolicies,
  expectedFreeEnergy,
  type GenerativeModel,
  inferStates,
  policyPosterior,
  predictStates,
  prepareModel,
  selectAction,
} from '@skein/inference';
import { oneForOne } from '@skein/runtime';
import { createTestSystem } from '@skein/runtime/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { track } from '../agent/lane-agents.test-fixtures.js';
import type { Thought } from '../agent/model-mind.js';
import { flight, shift, sleeper, steady } from './lifecycle.test-fixtures.js';

/** As where lanes are held to minds. */
const tolerance = (steps: number): number => steps * 64 * 2 ** -24;
const tie = (steps: number, gamma: number): number => 4 * gamma * 10 * tolerance(steps);
const LEAST = 1e-28;

/** By state what is planned with. */
const plain: Readonly<Record<string, { model: GenerativeModel; horizon: number; gamma: number }>> = {
  awake: { model: track, horizon: 2, gamma: 4 },
  asleep: { model: steady, horizon: 1, gamma: 4 },
  dreaming: { model: defineModel({ A: track.A, B: track.B, C: flight, D: track.D }), horizon: 1, gamma: 1 },
};

class PlainMind {
  #snapshot = initialTransition(shift)[0];
  #belief: Beliefs | undefined;
  #action: readonly number[] = [];

  get state(): string {
    return this.#snapshot.value;
  }

  /** @throws ImpossibleObservationError */
  think(outcome: number): Pick<Thought, 'posterior' | 'action' | 'policies' | 'policyPosterior'> {
    const { model, horizon, gamma } = plain[this.state]!;
    const prepared = prepareModel(model);
    const prior = this.#belief === undefined ? track.D : predictStates(prepared, this.#belief, this.#action);
    const { posterior } = inferStates(prepared, { observations: [outcome], prior });
    const policies = enumeratePolicies(model.shape.actionCounts, horizon);
    const G = expectedFreeEnergy(prepared, policies, posterior);
    const chosen = policyPosterior(G.expectedFreeEnergy, { gamma, E: model.E });
    const { actionCounts } = model.shape;
    const action = selectAction({
      policyPosterior: chosen,
      policies,
      actionCounts,
      sampling: 'marginal',
      selection: 'deterministic',
      uniform: 0.5,
    });
    this.#belief = posterior;
    this.#action = action;
    if (outcome === 2) this.#snapshot = transition(shift, this.#snapshot, { type: 'tired' })[0];
    else if (action[0] === 1) this.#snapshot = transition(shift, this.#snapshot, { type: 'moved' })[0];
    return { posterior, action, policies, policyPosterior: chosen };
  }
}

it('thinks what the plain way thinks', { timeout: 60_000 }, async () => {
  const modules = [new URL('./lifecycle.test-fixtures.ts', import.meta.url)];
  const { system } = await createTestSystem({
    modules,
    log: () => undefined,
    supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const seen = { steps: 0, ties: 0, states: new Set<string>() };
  let index = 0;
  const outcomes = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(outcomes, async (shown) => {
      const ref = system.spawn(sleeper.agent, { index: index++, agentCount: 1000, seed: 1 });
      const mind = new PlainMind();
      for (const [step, outcome] of shown.entries()) {
        const { state } = mind;
        const asked = ref.ask({ type: 'observe', observation: outcome }, { deadlineMs: 1000 });
        let thought: ReturnType<PlainMind['think']>;
        try {
          thought = mind.think(outcome);
        } catch {
          await expect(asked).rejects.toThrow();
          return;
        }
        const { posterior, action, policies, policyPosterior: chosen } = thought;
        if (posterior.some((belief) => belief.some((p) => p > 0 && p < LEAST))) return void (await asked);
        const said = await asked;
        expect(said.state).toBe(state);
        for (const [s, p] of posterior[0]!.entries())
          expect(Math.abs(said.beliefs[0]![s]! - p)).toBeLessThanOrEqual(tolerance(step + 1));
        seen.steps++;
        seen.states.add(state);
        if (String(said.action) === String(action)) continue;
        const [marginal] = actionMarginals(chosen, policies, track.shape.actionCounts);
        const [best = 0, second = 0] = Array.from(marginal!).sort((a, b) => b - a);
        expect(best - second).toBeLessThan(tie(step + 1, plain[state]!.gamma));
        seen.ties++;
        return;
      }
    }),
    { numRuns: 150 },
  );
  await system.stop();
  expect(seen.steps).toBeGreaterThan(200);
  expect(seen.ties).toBeLessThan(seen.steps / 10);
  expect([...seen.states].sort()).toEqual(['asleep', 'awake', 'dreaming']);
});
