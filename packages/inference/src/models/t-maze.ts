import { InputError } from '../errors.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import type { Environment } from './environment.js';

/** The places of the T-maze: states of factor 0, outcomes of modality 0, and actions that go there. */
export const T_MAZE_LOCATIONS: Readonly<{ centre: 0; right: 1; left: 2; cue: 3 }> = {
  centre: 0,
  right: 1,
  left: 2,
  cue: 3,
};

/** What the reward modality shows. */
export const T_MAZE_REWARDS: Readonly<{ none: 0; reward: 1; loss: 2 }> = { none: 0, reward: 1, loss: 2 };

/** Which arm holds the reward: states of factor 1, and what the cue says. */
export const T_MAZE_CONTEXTS: Readonly<{ rightRewarded: 0; leftRewarded: 1 }> = {
  rightRewarded: 0,
  leftRewarded: 1,
};

/** How reliable cue and reward are, and how much the reward is wanted. */
export interface TMazeOptions {
  /** Probability of reward in the rewarded arm, and of loss in the other. Default 0.98. */
  readonly rewardProbability?: number;
  /** Probability that the cue tells the truth. Default 1. */
  readonly cueReliability?: number;
  /** Preference for reward, nats. Default 3. */
  readonly rewardPreference?: number;
  /** Preference for loss, nats. Default -3. */
  readonly lossPreference?: number;
  /** Prior probability that the right arm is the rewarded one. Default 0.5. */
  readonly rightRewardedProbability?: number;
  /** Which arm truly is. Default: the right one. */
  readonly context?: 0 | 1;
}

/** The T-maze's model and its world. */
export interface TMaze extends GenerativeModel {
  readonly environment: Environment;
}

/**
 * The T-maze: one arm holds a reward, the other a loss, and a cue elsewhere says which. An agent that plans for
 * information visits the cue first.
 *
 * Factors: location (4, moved by 4 actions, each of which goes to the location of its number) and context (2, fixed).
 * Modalities: location (4), reward (none, reward, loss), cue (2; a coin toss anywhere but at the cue).
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` for a probability outside [0, 1]
 * @see Friston et al. (2015), Active inference and epistemic value
 */
export function tMaze(options: TMazeOptions = {}): TMaze {
  const {
    rewardProbability = 0.98,
    cueReliability = 1,
    rewardPreference = 3,
    lossPreference = -3,
    rightRewardedProbability = 0.5,
    context = T_MAZE_CONTEXTS.rightRewarded,
  } = options;
  checkProbabilities({ rewardProbability, cueReliability, rightRewardedProbability });
  const { right, left, cue } = T_MAZE_LOCATIONS;
  const locations = Object.values(T_MAZE_LOCATIONS);
  const contexts = Object.values(T_MAZE_CONTEXTS);
  const rewardedArm = (c: number): number => (c === T_MAZE_CONTEXTS.rightRewarded ? right : left);

  const seeLocation = locations.map((outcome) =>
    locations.map((location) => contexts.map(() => Number(outcome === location))),
  );
  const seeReward = Object.values(T_MAZE_REWARDS).map((outcome) =>
    locations.map((location) =>
      contexts.map((c) => {
        if (location !== right && location !== left) return Number(outcome === T_MAZE_REWARDS.none);
        if (outcome === T_MAZE_REWARDS.none) return 0;
        const expected = location === rewardedArm(c) ? T_MAZE_REWARDS.reward : T_MAZE_REWARDS.loss;
        return outcome === expected ? rewardProbability : 1 - rewardProbability;
      }),
    ),
  );
  const seeCue = contexts.map((outcome) =>
    locations.map((location) =>
      contexts.map((c) => {
        if (location !== cue) return 0.5;
        return outcome === c ? cueReliability : 1 - cueReliability;
      }),
    ),
  );
  const goTo = locations.map((next) =>
    locations.map(() => locations.map((action) => Number(action === next))),
  );
  const stayAsItIs = contexts.map((next) => contexts.map((c) => [Number(next === c)]));

  const model = defineModel({
    A: [seeLocation, seeReward, seeCue],
    B: [goTo, stayAsItIs],
    C: [
      [0, 0, 0, 0],
      [0, rewardPreference, lossPreference],
      [0, 0],
    ],
    D: [
      [1, 0, 0, 0],
      [rightRewardedProbability, 1 - rightRewardedProbability],
    ],
    factorNames: ['location', 'context'],
    modalityNames: ['location', 'reward', 'cue'],
    actionNames: [Object.keys(T_MAZE_LOCATIONS), ['none']],
    outcomeNames: [
      Object.keys(T_MAZE_LOCATIONS),
      Object.keys(T_MAZE_REWARDS),
      ['right is rewarded', 'left is rewarded'],
    ],
  });
  const nextState = [locations.map(() => [...locations]), contexts.map((c) => [c])];
  return { ...model, environment: { nextState, start: [T_MAZE_LOCATIONS.centre, context] } };
}

function checkProbabilities(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value >= 0 && value <= 1) continue;
    throw new InputError('INFERENCE_OPTION_INVALID', name, 'a probability', String(value));
  }
}
