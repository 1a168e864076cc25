/**
 * The choices that a dispatcher is free to make. The production one takes the oldest; a simulation may take
 * any of them, and nothing else.
 */
export interface DispatcherChoices {
  /** Which of `readyCount` ready actors, or groups of them, has the next turn, 0 being the one ready longest. */
  nextReady(readyCount: number): number;
  /** How many messages the turn may handle, at least 1. */
  turnMessagesMax(): number;
  /**
   * Of `readyCount` actors that may meet their messages together, how many do at most, at least 1; they are the ones ready longest.
   * Default: all.
   */
  batchSizeMax?(readyCount: number): number;
}

/** First come, first served, 64 messages a turn. */
export const fairChoices: DispatcherChoices = {
  nextReady: () => 0,
  turnMessagesMax: () => 64,
};
