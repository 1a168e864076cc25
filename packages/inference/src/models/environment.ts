/** The true world behind a built model, as a table: plain data, like the model. */
export interface Environment {
  /** `[factor][state][action]`: the state that follows. */
  readonly nextState: readonly (readonly (readonly number[])[])[];
  /** The true first state of each factor. */
  readonly start: readonly number[];
}
