import { type ActorContext, type ActorDefinition, defineActor, keyedUniform, streamOf } from '@skein/runtime';
import type { CohortProtocol } from '../swarm/cohort.js';
import type { Report } from '../swarm/gather.js';
import type { Mind, MindSetup, MindTurn } from './mind.js';
import { SharedEvidence } from './shared-evidence.js';

/** The swarm's evidence as it comes down the tree to one agent. */
export interface FusedEvidence {
  /** f64, nats. */
  readonly pool: Float64Array;
  /** Through which tick of this agent the pool counts. */
  readonly countedThrough: number;
}

/** Which way down and up the tree a message belongs to. */
export interface AgentRound {
  /** Repeated in the report. */
  readonly round: number;
  readonly tick: number;
}

/**
 * What a cohort tells one of its agents. Where evidence is fused, a step is two messages, `perceive` and `act`,
 * and the fusion lies between; else it is one, `step`.
 */
export type AgentProtocol = {
  step: AgentRound & { readonly observation: unknown };
  perceive: AgentRound & { readonly observation: unknown; readonly fused?: FusedEvidence };
  act: AgentRound & { readonly fused: FusedEvidence };
};

/** Which agent of which swarm it is. Plain data. */
export interface AgentArgs {
  readonly index: number;
  readonly agentCount: number;
  readonly seed: number;
}

/** The parts of an agent definition that its actor needs, types erased. */
export interface AgentParts {
  readonly name: string;
  readonly createMind: (setup: MindSetup) => Mind<unknown, unknown>;
  /** Numbers of shared evidence, count; 0 for none. */
  readonly evidenceLength: (setup: MindSetup) => number;
}

interface AgentState extends Pick<AgentArgs, 'index' | 'seed'> {
  readonly mind: Mind<unknown, unknown>;
  readonly evidenceLength: number;
  evidence: SharedEvidence | undefined;
  /** The last tick whose observation was taken in. */
  perceivedTick: number;
}

const ACT = streamOf('agents: act');

/** The random number with which an agent acts: decided by (seed, agent, tick) alone. In [0, 1). */
export function actionUniform(seed: number, agent: number, tick: number): number {
  return keyedUniform(seed, ACT, agent, tick);
}

/**
 * One agent as an actor. It answers each message of its cohort with one `reported`; if its mind throws, the
 * message is a dead letter, the cohort hears of the failure, and a restart begins with a new mind.
 */
export function defineAgentActor(parts: AgentParts): ActorDefinition<AgentProtocol, AgentArgs> {
  return defineActor<AgentProtocol>()({
    name: parts.name,
    initial: ({ index, agentCount, seed }: AgentArgs, context): AgentState => {
      const setup: MindSetup = {
        index,
        agentCount,
        seed,
        extension: (name) => context.extension(name),
        shardLocal: (key, build) => context.shardLocal(key, build),
      };
      const mind = parts.createMind(setup);
      const evidenceLength = parts.evidenceLength(setup);
      return { index, seed, mind, evidenceLength, evidence: undefined, perceivedTick: 0 };
    },
    receive: {
      step: (state, { round, tick, observation }, context) => {
        const turn = turnOf(state, tick, undefined);
        state.mind.perceive(observation, turn);
        report(context, { round, from: state.index, effects: [state.mind.act(turn)], reported: ONE });
      },
      perceive: (state, { round, tick, observation, fused }, context) => {
        const turn = turnOf(state, tick, fused);
        state.mind.perceive(observation, turn);
        state.perceivedTick = tick;
        const evidence = turn.evidence!.offer();
        report(context, { round, from: state.index, effects: NOTHING, reported: ONE, evidence });
      },
      act: (state, { round, tick, fused }, context) => {
        // One that was restarted since has seen nothing it could act upon.
        const perceived = state.perceivedTick === tick;
        const effects = perceived ? [state.mind.act(turnOf(state, tick, fused))] : NOTHING;
        report(context, { round, from: state.index, effects, reported: perceived ? ONE : NONE });
      },
    },
  });
}

function turnOf(state: AgentState, tick: number, fused: FusedEvidence | undefined): MindTurn {
  if (state.evidenceLength > 0)
    state.evidence ??= new SharedEvidence(state.evidenceLength, fused?.countedThrough ?? 0);
  if (fused) state.evidence?.accept(fused.pool, fused.countedThrough);
  return { tick, uniform: actionUniform(state.seed, state.index, tick), evidence: state.evidence };
}

function report(context: ActorContext<AgentProtocol>, what: Report): void {
  context.ref<CohortProtocol>(context.parent).send({ type: 'reported', ...what });
}

/** Shared by all reports of agents, and read only. */
const ONE: Uint8Array = Uint8Array.of(1);
const NONE: Uint8Array = Uint8Array.of(0);
const NOTHING: readonly unknown[] = [undefined];
