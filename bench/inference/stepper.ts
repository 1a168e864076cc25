/** Some agents of one model that take every step together, whichever code computes them. */
export interface Stepper {
  readonly agentCount: number;
  /** What each agent chose in the last step, an action index, `[factor][agent]`. */
  readonly actions: readonly Int32Array[];
  /** Makes every agent as it was at first: the model's D, no last action. */
  reset(): void;
  /**
   * One step of each agent: predict from its last action, observe, infer states, evaluate all policies, choose.
   *
   * @param outcomes `[modality][agent]`, outcome indices
   */
  step(outcomes: readonly Int32Array[]): void;
}
