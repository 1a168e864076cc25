import {
  type ActorContext,
  type ActorDefinition,
  type Ask,
  defineActor,
  keyedUniform,
  streamOf,
} from '@skein/runtime';
import { SingleObservationError } from '../errors.js';
import type { CohortProtocol } from '../swarm/cohort.js';
import type { Report } from '../swarm/gather.js';
import { type Mind, type MindSetup, type MindTurn, mindSetup } from './mind.js';
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
 * What an agent understands. A cohort tells it to `step`, or where evidence is fused to `perceive` and to `act`, and the fusion lies
 * between. Anybody may ask it to `observe`: to perceive and act by itself, outside of the swarm's steps.
 */
export type AgentProtocol<Observed = unknown, Effect = unknown> = {
  step: AgentRound & { readonly observation: Observed };
  perceive: AgentRound & { readonly observation: Observed; readonly fused?: FusedEvidence };
  act: AgentRound & { readonly fused: FusedEvidence };
  observe: Ask<{ readonly observation: Observed }, Effect>;
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
  /** Its last step without fusion. */
  tick: number;
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
    initial: (args: AgentArgs, context): AgentState => {
      const { index, seed } = args;
      const setup = mindSetup(args, context);
      const mind = parts.createMind(setup);
      const evidenceLength = parts.evidenceLength(setup);
      return { index, seed, mind, evidenceLength, evidence: undefined, tick: 0, perceivedTick: 0 };
    },
    receive: {
      observe: (state, { observation }, context) => {
        if (state.evidenceLength > 0) {
          context.reject(new SingleObservationError(parts.name));
          return;
        }
        const turn = { tick: state.tick, uniform: context.random(), evidence: undefined };
        state.mind.perceive(observation, turn);
        context.reply(state.mind.act(turn));
      },
      step: (state, { round, tick, observation }, context) => {
        state.tick = tick;
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
