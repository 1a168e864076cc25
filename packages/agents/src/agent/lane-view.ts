import type { LaneAgents } from './lane-agents.js';
import type { ModelView } from './model-mind.js';
import type { AgentNumber } from './roster.js';

/** What an agent in a lane believes, as its `reports` and `votes` see it: one view for all agents of a host, of whom it was turned to. */
export class LaneView implements ModelView {
  readonly #agents: LaneAgents;
  #agent: AgentNumber = 0;

  constructor(agents: LaneAgents) {
    this.#agents = agents;
  }

  of(agent: AgentNumber): ModelView {
    this.#agent = agent;
    return this;
  }

  get posterior(): ModelView['posterior'] {
    return this.#agents.beliefsOf(this.#agent);
  }

  believe(factor: number, posterior: ArrayLike<number>): void {
    this.#agents.believe(this.#agent, factor, posterior);
  }

  get variationalFreeEnergy(): number {
    return this.#agents.freeEnergyOf(this.#agent);
  }

  get action(): readonly number[] {
    return this.#agents.lastActionOf(this.#agent) ?? [];
  }

  get state(): ModelView['state'] {
    return this.#agents.stateOf(this.#agent);
  }
}
