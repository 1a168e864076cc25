import { type ActorDefinition, defineActor, keyedUniform, streamOf } from '@skein/runtime';
import type { CohortProtocol } from '../swarm/cohort.js';
import type { Mind, MindSetup } from './mind.js';
import { SharedEvidence } from './shared-evidence.js';

/** What a cohort tells one of its agents each step. */
export interface AgentStep {
  readonly tick: number;
  readonly observation: unknown;
  /** The swarm's evidence, and through which tick of this agent it counts; absent when nothing is fused. */
  readonly fused?: { readonly pool: Float64Array; readonly countedThrough: number };
}

export type AgentProtocol = { step: AgentStep };

/** Which agent of which swarm it is. Plain data. */
export interface AgentArgs {
  readonly index: number;
  readonly agentCount: number;
  readonly seed: number;
  /** Whether evidence is sent to the cohort. */
  readonly fuses: boolean;
}

/** The parts of an agent definition that its actor needs, types erased. */
export interface AgentParts {
  readonly name: string;
  readonly createMind: (setup: MindSetup) => Mind<unknown, unknown>;
  /** Numbers of shared evidence, count; 0 for none. */
  readonly evidenceLength: (setup: MindSetup) => number;
}

const ACT = streamOf('agents: act');

/**
 * One agent as an actor. It answers each `step` of its cohort with one `reported`; if its mind throws, the
 * message is a dead letter, the cohort hears of the failure, and a restart begins with a new mind.
 */
export function defineAgentActor(parts: AgentParts): ActorDefinition<AgentProtocol, AgentArgs> {
  return defineActor<AgentProtocol>()({
    name: parts.name,
    initial: ({ index, agentCount, seed, fuses }: AgentArgs, context) => {
      const setup: MindSetup = {
        index,
        agentCount,
        seed,
        extension: (name) => context.extension(name),
        shardLocal: (key, build) => context.shardLocal(key, build),
      };
      return {
        index,
        seed,
        fuses,
        mind: parts.createMind(setup),
        evidenceLength: parts.evidenceLength(setup),
        evidence: undefined as SharedEvidence | undefined,
      };
    },
    receive: {
      step: (state, { tick, observation, fused }, context) => {
        if (state.evidenceLength > 0)
          state.evidence ??= new SharedEvidence(state.evidenceLength, fused?.countedThrough ?? 0);
        if (fused) state.evidence?.accept(fused.pool, fused.countedThrough);
        const effect = state.mind.step(observation, {
          tick,
          uniform: keyedUniform(state.seed, ACT, state.index, tick),
          evidence: state.evidence,
        });
        const evidence = state.fuses ? state.evidence?.offer() : undefined;
        context.ref<CohortProtocol>(context.parent).send({
          type: 'reported',
          tick,
          from: state.index,
          effects: [effect],
          reported: ONE_REPORTED,
          ...(evidence && { evidence }),
        });
      },
    },
  });
}

/** Shared by all reports of agents, and read only. */
const ONE_REPORTED: Uint8Array = Uint8Array.of(1);
