import {
  type Beliefs,
  enumeratePolicies,
  expectedFreeEnergy,
  gridWorld,
  inferStates,
  policyPosterior,
  predictStates,
  prepareModel,
  selectAction,
} from '@skein/inference';

/** What agent `agent` sees at a step: some cell of the grid, so that beliefs are as broad as they get. */
export function cellSeen(agent: number, step: number): number {
  return (agent * 7 + step * 3) % 25;
}

/** Steps agents of model ii on the scalar reference, without actors: what a swarm's step is measured against. */
export function stepModelII(agentCount: number, stepCount: number): void {
  const prepared = prepareModel(gridWorld({ width: 5, height: 5 }));
  const { actionCounts } = prepared.model.shape;
  const policies = enumeratePolicies(actionCounts, 1);
  const priors: Beliefs[] = new Array(agentCount).fill(prepared.model.D);
  for (let step = 0; step < stepCount; step++) {
    for (const [agent, prior] of priors.entries()) {
      const { posterior } = inferStates(prepared, { observations: [cellSeen(agent, step)], prior });
      const G = expectedFreeEnergy(prepared, policies, posterior);
      const chosen = policyPosterior(G.expectedFreeEnergy);
      const action = selectAction({ policyPosterior: chosen, policies, actionCounts });
      priors[agent] = predictStates(prepared, posterior, action);
    }
  }
}
