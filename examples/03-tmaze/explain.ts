import { T_MAZE_LOCATIONS, T_MAZE_REWARDS } from '@skein/inference';
import type { Choice } from './actors.js';

/** Below this many nats two policies are alike: far above rounding, far below what is printed. */
const ALIKE_NATS = 1e-6;

/** What the mouse sees, in words. */
export function describeSight([location, reward, cue]: readonly [number, number, number]): string {
  if (reward === T_MAZE_REWARDS.reward) return 'the reward';
  if (reward === T_MAZE_REWARDS.loss) return 'a loss';
  const side = cue === 0 ? 'right' : 'left';
  return location === T_MAZE_LOCATIONS.cue ? `a cue that says "${side}"` : 'nothing';
}

/** Why a policy was chosen. */
export interface Explanation {
  readonly because: 'information' | 'reward';
  readonly why: string;
}

/**
 * Reward decides when the choice would be the only best one without information gain too; else it is what the
 * policy tells that makes it the best.
 */
export function explain({ goTo, evaluations }: Choice): Explanation {
  const chosen = evaluations[goTo]!;
  const others = evaluations.filter((other) => other !== chosen);
  const rival = others.reduce((a, b) => (b.expectedFreeEnergy < a.expectedFreeEnergy ? b : a));
  const liked = others.reduce((a, b) => (b.utility > a.utility ? b : a));
  if (chosen.utility - liked.utility > ALIKE_NATS) {
    const gain = nats(chosen.utility - rival.utility);
    return { because: 'reward', why: `for the reward: ${gain} nats more utility than "${rival.goTo}".` };
  }
  const tells = `it tells ${nats(chosen.informationGain)} nats about where the reward is`;
  const lead =
    liked.utility - chosen.utility > ALIKE_NATS
      ? `"${liked.goTo}" is liked better, but`
      : 'no place is liked better, and';
  const why = `for information: ${lead} ${tells} ("${rival.goTo}": ${nats(rival.informationGain)}).`;
  return { because: 'information', why };
}

/** Nats with two decimals, and never a minus zero. */
export function nats(value: number): string {
  return (Math.round(value * 100) / 100 || 0).toFixed(2);
}
