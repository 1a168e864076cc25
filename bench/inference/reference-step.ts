import {
  type Action,
  type Beliefs,
  expectedFreeEnergy,
  type GenerativeModel,
  inferStates,
  type Policy,
  type PreparedModel,
  policyPosterior,
  predictStates,
  prepareModel,
  selectAction,
} from '@skein/inference';
import type { Stepper } from './stepper.js';

/** The step on the double-precision reference, agent by agent: the ruler, never made fast. */
export class ReferenceStep implements Stepper {
  readonly agentCount: number;
  readonly actions: readonly Int32Array[];
  readonly #prepared: PreparedModel;
  readonly #policies: readonly Policy[];
  readonly #beliefs: Beliefs[];
  readonly #lastActions: (Action | null)[];

  constructor(model: GenerativeModel, policies: readonly Policy[], agentCount: number) {
    this.agentCount = agentCount;
    this.actions = model.shape.stateCounts.map(() => new Int32Array(agentCount));
    this.#prepared = prepareModel(model);
    this.#policies = policies;
    this.#beliefs = new Array(agentCount).fill(model.D);
    this.#lastActions = new Array(agentCount).fill(null);
  }

  reset(): void {
    this.#beliefs.fill(this.#prepared.model.D);
    this.#lastActions.fill(null);
  }

  step(outcomes: readonly Int32Array[]): void {
    const { actionCounts } = this.#prepared.model.shape;
    for (let agent = 0; agent < this.agentCount; agent++) {
      const belief = this.#beliefs[agent]!;
      const last = this.#lastActions[agent]!;
      const prior = last === null ? belief : predictStates(this.#prepared, belief, last);
      const observations = outcomes.map((column) => column[agent]!);
      const { posterior } = inferStates(this.#prepared, { observations, prior });
      const G = expectedFreeEnergy(this.#prepared, this.#policies, posterior);
      const chosen = policyPosterior(G.expectedFreeEnergy);
      const action = selectAction({ policyPosterior: chosen, policies: this.#policies, actionCounts });
      this.#beliefs[agent] = posterior;
      this.#lastActions[agent] = action;
      for (let f = 0; f < action.length; f++) this.actions[f]![agent] = action[f]!;
    }
  }
}
