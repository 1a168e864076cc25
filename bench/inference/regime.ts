import type { Timed } from './interleave.js';
import { type BenchModel, emit } from './models.js';
import type { Stepper } from './stepper.js';

/**
 * How beliefs stand when a step is timed.
 *
 * - `broad`: every step from the initial prior with no previous action.
 * - `tracking`: steps 4 to 10 of episodes of ten, when agents know about where they are.
 */
export type Regime = 'broad' | 'tracking';

const STEPS = 10;
const SETTLED_STEP = 3;

/**
 * A stepper's own episodes, recorded once and repeated: what it sees follows from what it did, and a timed step does
 * nothing but step.
 */
export function timedSteps(name: string, stepper: Stepper, world: BenchModel, regime: Regime): Timed {
  const episode = recordEpisode(stepper, world, regime === 'broad' ? 1 : STEPS);
  const first = regime === 'broad' ? 0 : SETTLED_STEP;
  return {
    name,
    operations: stepper.agentCount * (episode.length - first),
    run() {
      stepper.reset();
      for (let step = 0; step < first; step++) stepper.step(episode[step]!);
      const startedMs = performance.now();
      for (let step = first; step < episode.length; step++) stepper.step(episode[step]!);
      return performance.now() - startedMs;
    },
  };
}

/** What each agent sees at each step, `[step][modality][agent]`, when it acts as it does and moves without noise. */
export function recordEpisode(stepper: Stepper, world: BenchModel, steps: number): Int32Array[][] {
  const { model, nextState } = world;
  const agents = Array.from({ length: stepper.agentCount }, (_, agent) => agent);
  const known = new Map<string, number[]>();
  const emitted = (state: readonly number[]): number[] => {
    const seen = known.get(state.join()) ?? emit(model, state);
    known.set(state.join(), seen);
    return seen;
  };
  const states = agents.map((agent) => world.start(agent));
  const episode: Int32Array[][] = [];
  stepper.reset();
  for (let step = 0; step < steps; step++) {
    const seen = states.map(emitted);
    const outcomes = model.A.map((_, m) => Int32Array.from(agents, (agent) => seen[agent]![m]!));
    stepper.step(outcomes);
    episode.push(outcomes);
    for (const agent of agents) {
      states[agent] = states[agent]!.map((state, f) => nextState[f]![state]![stepper.actions[f]![agent]!]!);
    }
  }
  return episode;
}
