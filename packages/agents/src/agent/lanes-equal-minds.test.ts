// At stake: an agent in a lane thinks what the plain mind in double precision thinks. Tried by showing both the same, for as long as they do the same;
// they may part only where two actions are as good as tied. (Several factors, whose sweeps may end one earlier, are held together where populations are.)
import { actionMarginals } from '@skein/inference';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Kind, kinds, LoneAgent } from './lane-agents.test-fixtures.js';
import { ModelMind, planModel } from './model-mind.js';

/** Roundings of one step in single precision that a belief of five states goes through, and that those of earlier steps are carried through. */
const ROUNDINGS = 64;
const tolerance = (steps: number): number => steps * ROUNDINGS * 2 ** -24;
/** Gamma times what two Gs may be off, with room for the exponential. */
const tie = (steps: number, gamma: number): number => 4 * gamma * 10 * tolerance(steps);

/** A lane keeps what is possible at 1e-30 at least. A mind that goes below it is no ruler any more. */
const LEAST = 1e-28;

it.each(['planner', 'walker'] as const)('%s', (kind: Kind) => {
  const { model, options } = kinds[kind]!;
  const seen = { steps: 0, impossible: 0, ties: 0 };
  const outcome = fc.tuple(fc.nat({ max: 4 }));
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 1, maxLength: 12 }), fc.nat(), (outcomes, index) => {
      const lane = new LoneAgent(kind, { index, agentCount: 1, seed: 1 }, { selection: 'deterministic' });
      const gamma = options.gamma ?? 16;
      const mind = new ModelMind(
        planModel(model, {
          horizon: options.horizon ?? 1,
          gamma,
          sampling: 'marginal',
          selection: 'deterministic',
          alpha: undefined,
          shared: [],
        }),
      );
      for (const [step, shown] of outcomes.entries()) {
        const turn = { tick: step + 1, uniform: 0.5, evidence: undefined };
        const said = lane.see(shown, step + 1);
        try {
          mind.perceive(shown, turn);
        } catch {
          expect(said).toBeUndefined();
          seen.impossible++;
          return;
        }
        const thought = mind.act(turn);
        if (thought.posterior.some((belief) => belief.some((p) => p > 0 && p < LEAST))) return;
        for (const [f, belief] of thought.posterior.entries())
          for (const [state, p] of belief.entries())
            expect(Math.abs(said!.beliefs[f]![state]! - p)).toBeLessThanOrEqual(tolerance(step + 1));
        seen.steps++;
        if (String(said!.action) === String(thought.action)) continue;
        const { policyPosterior, policies } = thought;
        const [marginal] = actionMarginals(policyPosterior, policies, model.shape.actionCounts);
        const [best = 0, second = 0] = Array.from(marginal!).sort((a, b) => b - a);
        expect(best - second).toBeLessThan(tie(step + 1, gamma));
        seen.ties++;
        return;
      }
    }),
    { numRuns: 200 },
  );
  expect(seen.steps).toBeGreaterThan(100);
  expect(seen.ties).toBeLessThan(seen.steps / 20);
  expect(seen.impossible).toBeGreaterThan(20);
});
