/** How much is measured. */
export interface Effort {
  /** Times that everything is measured in turn, count. */
  readonly rounds: number;
  /** Fewer and shorter measurements. */
  readonly quick: boolean;
}
