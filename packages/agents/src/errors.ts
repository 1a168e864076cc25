/**
 * Base of every expected failure of this package. Match on `code`, never on the message. `remedy` says, in
 * the imperative, what to do about it.
 */
export abstract class AgentsError extends Error {
  abstract readonly code: `AGENTS_${string}`;
  abstract readonly remedy: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An agent definition does not hold together. */
export class AgentDefinitionError extends AgentsError {
  readonly code = 'AGENTS_INVALID_DEFINITION';
  readonly remedy: string;
  readonly agent: string;

  constructor(agent: string, what: string, remedy: string) {
    super(`Agent "${agent}": ${what}.`);
    this.agent = agent;
    this.remedy = remedy;
  }
}

/** A swarm was asked for something that does not fit it. */
export class SwarmError extends AgentsError {
  readonly code:
    | 'AGENTS_SWARM_SIZE'
    | 'AGENTS_SWARM_OPTION'
    | 'AGENTS_STEP_IN_FLIGHT'
    | 'AGENTS_OBSERVATION_COUNT';
  readonly remedy: string;

  constructor(code: SwarmError['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
