import {
  enumeratePolicies,
  expectedFreeEnergy,
  gridWorld,
  inferStates,
  policyPosterior,
  prepareModel,
  selectAction,
} from '@skein/inference';

/** One agent's step with model ii on the scalar reference, without actors: what a swarm's step is measured against. */
export class ModelMindBench {
  readonly #prepared = prepareModel(gridWorld({ width: 5, height: 5 }));
  readonly #policies = enumeratePolicies(this.#prepared.model.shape.actionCounts, 1);

  run(steps: number): void {
    const { actionCounts } = this.#prepared.model.shape;
    for (let step = 0; step < steps; step++) {
      const { posterior } = inferStates(this.#prepared, { observations: [null] });
      const G = expectedFreeEnergy(this.#prepared, this.#policies, posterior);
      const chosen = policyPosterior(G.expectedFreeEnergy);
      selectAction({ policyPosterior: chosen, policies: this.#policies, actionCounts });
    }
  }
}
