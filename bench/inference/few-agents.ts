import type { BenchModel } from './models.js';
import { recordEpisode } from './regime.js';
import type { Stepper } from './stepper.js';

/** What a step of all agents may take, ms. */
const STEP_MS = 2;

/**
 * Agents that are computed one after the other take as long each however many there are: makes so many of them that
 * a step of all is short, at most a batch.
 */
export function fewAgents(world: BenchModel, create: (agentCount: number) => Stepper): Stepper {
  const probe = create(1);
  const [outcomes] = recordEpisode(probe, world, 1);
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    probe.reset();
    const startedMs = performance.now();
    probe.step(outcomes!);
    least = Math.min(least, performance.now() - startedMs);
  }
  return create(Math.min(world.batch, Math.max(1, Math.floor(STEP_MS / least))));
}
