import { InferenceError } from '@skein/inference';

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

/** An agent reported or voted what its definition does not say it does. It fails that agent. */
export class AgentContributionError extends AgentsError {
  readonly code = 'AGENTS_INVALID_CONTRIBUTION';
  readonly remedy = 'Mend the function of that name in the agent’s definition.';
  /** The report or vote. */
  readonly contribution: string;

  constructor(contribution: string, got: unknown, expected: string) {
    super(`"${contribution}" gave ${String(got)}, expected ${expected}.`);
    this.contribution = contribution;
  }
}

/** The `event` of a lifecycle gave what is no event of its machine. It fails that agent. */
export class AgentEventError extends AgentsError {
  readonly code = 'AGENTS_UNKNOWN_EVENT';
  readonly remedy = 'Give the name of an event that the machine takes, or undefined for none.';
  /** The name of the agent's definition. */
  readonly agent: string;
  readonly event: unknown;

  constructor(agent: string, event: unknown, known: readonly string[]) {
    super(
      `Agent of "${agent}": its lifecycle takes no "${String(event)}", but: ${known.join(', ') || 'none'}.`,
    );
    this.agent = agent;
    this.event = event;
  }
}

/** An operation was to have all agents or nothing (`partial: 'reject'`), and some did not take part. */
export class PartialResultError extends AgentsError {
  readonly code = 'AGENTS_PARTIAL_RESULT';
  readonly remedy = 'Ask again, or take what there is with `partial: "return"`.';
  readonly operation: string;
  /** Agents that did not take part, index. */
  readonly missing: readonly number[];

  constructor(operation: string, missing: readonly number[]) {
    super(`${missing.length} agents did not take part in "${operation}", agent ${missing[0]} among them.`);
    this.operation = operation;
    this.missing = missing;
  }
}

/** A swarm was asked for something that does not fit it. */
export class SwarmError extends AgentsError {
  readonly code:
    | 'AGENTS_SWARM_SIZE'
    | 'AGENTS_SWARM_OPTION'
    | 'AGENTS_SWARM_FULL'
    | 'AGENTS_STEP_IN_FLIGHT'
    | 'AGENTS_OBSERVATION_COUNT'
    | 'AGENTS_NOT_NUMERIC'
    | 'AGENTS_UNDECLARED'
    | 'AGENTS_NO_SUCH_AGENT'
    | 'AGENTS_PAST_TERM';
  readonly remedy: string;

  constructor(code: SwarmError['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** Coalitions were asked for that cannot be, or something of one that is not. */
export class CoalitionError extends AgentsError {
  readonly code: 'AGENTS_COALITION_GONE' | 'AGENTS_COALITION_SIZE' | 'AGENTS_COALITION_TASK';
  readonly remedy: string;

  constructor(code: CoalitionError['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * An agent could not make anything of an observation: it is impossible, or none, or a number is not finite. The cause is the error of
 * the inference. The agent fails, and no other.
 */
export class AgentInferenceError extends AgentsError {
  readonly code = 'AGENTS_INFERENCE_FAILED';
  readonly remedy: string;
  /** The name of its definition. */
  readonly agent: string;
  /** Which of its swarm. */
  readonly index: number;
  /** What it was shown. */
  readonly observation: unknown;
  /** What it believed, for each factor `[S]`, probability. */
  readonly belief: readonly (readonly number[])[];

  constructor(
    agent: string,
    index: number,
    observation: unknown,
    belief: readonly ArrayLike<number>[],
    cause: unknown,
  ) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`Agent ${index} of "${agent}": ${what}.`, { cause });
    this.agent = agent;
    this.index = index;
    this.observation = observation;
    this.belief = belief.map((factor) => Array.from(factor));
    this.remedy = cause instanceof InferenceError ? cause.remedy : 'Read the cause.';
  }
}

/** An agent that shares evidence was asked to `observe` by itself: what it saw then would reach the swarm twice, or never. */
export class SingleObservationError extends AgentsError {
  readonly code = 'AGENTS_OBSERVE_SHARED';
  readonly remedy = 'Step its swarm, or define an agent that shares nothing.';
  readonly agent: string;

  constructor(agent: string) {
    super(`Agent of "${agent}": it shares evidence, and takes part in it only with the steps of its swarm.`);
    this.agent = agent;
  }
}
