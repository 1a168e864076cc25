import { defineAgent, type Thought } from '@skein/agents';
import { T_MAZE_LOCATIONS, type TMazeOptions, tMaze } from '@skein/inference';

/** A policy of one step, and what the mouse thinks of it. */
export interface Evaluation {
  readonly goTo: string;
  /** Expected log preference, nats: how much it is liked. */
  readonly utility: number;
  /** Expected information about the hidden context, nats. */
  readonly informationGain: number;
  /** G = -(utility + information gain), nats. Lower is better. */
  readonly expectedFreeEnergy: number;
  /** How firmly it is chosen, probability. */
  readonly probability: number;
}

/** What the mouse does, and why. */
export interface Choice {
  /** Index of the place it goes to. */
  readonly goTo: number;
  /** Belief that the right arm is the rewarded one, probability. */
  readonly rightRewarded: number;
  readonly evaluations: readonly Evaluation[];
}

const PLACES = Object.keys(T_MAZE_LOCATIONS);

/** A mouse that knows how T-mazes work, but not which arm of this one holds the reward. */
export const mouse = defineAgent({
  name: 'mouse',
  // Every thread builds the model for itself, from options that the system hands to all of them.
  model: ({ extension }) => tMaze(extension('maze') as TMazeOptions),
  act: ({ action, posterior, policies, policyPosterior, expectedFreeEnergy: G }: Thought): Choice => ({
    goTo: action[0]!,
    rightRewarded: posterior[1]![0]!,
    evaluations: policies.map(([step], policy) => ({
      goTo: PLACES[step![0]!]!,
      utility: G.utility[policy]!,
      informationGain: G.stateInformationGain[policy]!,
      expectedFreeEnergy: G.expectedFreeEnergy[policy]!,
      probability: policyPosterior[policy]!,
    })),
  }),
});
