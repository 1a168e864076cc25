import {
  type ActorDefinition,
  type ActorRef,
  type Ask,
  defineActor,
  keyedUniform,
  streamOf,
} from '@skein/runtime';
import { CoalitionMember, DECLINES } from '../coalitions/coalition-member.js';
import { SingleObservationError } from '../errors.js';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import type { AgentOperation } from './agent-operation.js';
import { type AgentContributions, contributionOf, oneReport } from './contributions.js';
import type { GossipRow, GossipShare } from './gossip.js';
import { Gossiper } from './gossiper.js';
import { type Mind, type MindSetup, type MindTurn, mindSetup } from './mind.js';
import { SharedEvidence } from './shared-evidence.js';

/** The swarm's evidence as it comes down the tree to one agent. */
export interface FusedEvidence {
  /** f64: nats, or counts. */
  readonly pool: Float64Array;
  /** Through which tick of this agent the pool counts. */
  readonly countedThrough: number;
}

/** Nothing was fused yet. */
export interface Unfused {
  readonly pool?: undefined;
  readonly countedThrough?: undefined;
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
  step: AgentRound & { readonly observation: Observed; readonly numeric?: boolean };
  perceive: AgentRound & { readonly observation: Observed } & (FusedEvidence | Unfused);
  act: AgentRound & FusedEvidence & { readonly numeric?: boolean };
  observe: Ask<{ readonly observation: Observed }, Effect>;
  /** Takes part in an operation of the swarm; `row` is the agent's own part of what is scattered. */
  take: { readonly round: number; readonly operation: AgentOperation; readonly row: unknown };
  /** Told by another agent, in a round of gossip. */
  share: GossipShare;
};

/** Which agent of which swarm it is. Plain data. */
export interface AgentArgs {
  readonly index: number;
  /** Places in the swarm, count. */
  readonly agentCount: number;
  readonly seed: number;
}

/** What an agent is called in its path. */
export function agentLabel({ index }: AgentArgs): string {
  return `agent-${index}`;
}

/** The parts of an agent definition that its actor needs, types erased. */
export interface AgentParts {
  readonly name: string;
  readonly createMind: (setup: MindSetup) => Mind<unknown, unknown>;
  /** Numbers of shared evidence, count; 0 for none. */
  readonly evidenceLength: (setup: MindSetup) => number;
  readonly contributions: AgentContributions;
  /** What the functions of `contributions` are shown of a mind. */
  readonly subjectOf: (mind: Mind<unknown, unknown>) => unknown;
}

interface AgentState extends Pick<AgentArgs, 'index' | 'seed'> {
  readonly mind: Mind<unknown, unknown>;
  readonly evidenceLength: number;
  evidence: SharedEvidence | undefined;
  /** Its last step without fusion. */
  tick: number;
  /** The last tick whose observation was taken in. */
  perceivedTick: number;
  readonly cohort: ActorRef<CohortProtocol>;
  gossiper: Gossiper | undefined;
  /** Its side of coalitions, once it was asked about any. */
  member: CoalitionMember | undefined;
}

const ACT = streamOf('agents: act');

/** The random number with which an agent acts: decided by (seed, agent, tick) alone. In [0, 1). */
export function actionUniform(seed: number, agent: number, tick: number): number {
  return keyedUniform(seed, ACT, agent, tick);
}

/**
 * One agent as an actor. It answers each message of its cohort with one `contributed` or `declined`; if its mind throws, the
 * message is a dead letter, the cohort hears of the failure, and a restart begins with a new mind.
 */
export function defineAgentActor(parts: AgentParts): ActorDefinition<AgentProtocol, AgentArgs> {
  return defineActor<AgentProtocol>()({
    name: parts.name,
    label: agentLabel,
    initial: (args: AgentArgs, context): AgentState => {
      const { index, seed } = args;
      const setup = mindSetup(args, context);
      const mind = parts.createMind(setup);
      const evidenceLength = parts.evidenceLength(setup);
      const cohort = context.ref<CohortProtocol>(context.parent);
      const none = { evidence: undefined, tick: 0, perceivedTick: 0, gossiper: undefined, member: undefined };
      return { index, seed, mind, evidenceLength, cohort, ...none };
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
      step: (state, { round, tick, observation }) => {
        state.tick = tick;
        const turn = turnOf(state, tick, {});
        state.mind.perceive(observation, turn);
        contribute(state, round, state.mind.act(turn));
      },
      perceive: (state, { round, tick, observation, ...fused }) => {
        const turn = turnOf(state, tick, fused);
        state.mind.perceive(observation, turn);
        state.perceivedTick = tick;
        contribute(state, round, turn.evidence!.offer());
      },
      act: (state, { round, tick, pool, countedThrough }) => {
        // One that was restarted since has seen nothing it could act upon.
        if (state.perceivedTick !== tick) decline(state, round);
        else contribute(state, round, state.mind.act(turnOf(state, tick, { pool, countedThrough })));
      },
      take: (state, { round, operation, row }, context) => {
        if (operation.kind === 'begin' && row === 1) state.mind.begin?.();
        const mind = parts.subjectOf(state.mind);
        const { index, seed } = state;
        if (operation.kind === 'meet') {
          const value = oneReport(mind, operation.name, parts.contributions) as number;
          state.gossiper = new Gossiper(index, state.cohort, value);
          contribute(state, round, context.self);
        } else if (operation.kind === 'gossip' || operation.kind === 'gossiped') {
          if (state.gossiper === undefined) decline(state, round);
          else if (operation.kind === 'gossiped') contribute(state, round, state.gossiper.estimate);
          else state.gossiper.begin(round, operation.key, row as GossipRow);
        } else if (operation.kind === 'coalition') {
          state.member ??= new CoalitionMember();
          const answer = state.member.take(operation, row, { index, seed, mind }, parts.contributions);
          if (answer === DECLINES) decline(state, round);
          else contribute(state, round, answer);
        } else {
          const contributor = { index, seed, mind };
          contribute(state, round, contributionOf(contributor, operation, row, parts.contributions));
        }
      },
      share: (state, share) => state.gossiper?.take(share), // a new life has no part in what the last one said
    },
  });
}

function turnOf(
  state: AgentState,
  tick: number,
  { pool, countedThrough }: FusedEvidence | Unfused,
): MindTurn {
  if (state.evidenceLength > 0)
    state.evidence ??= new SharedEvidence(state.evidenceLength, countedThrough ?? 0);
  if (pool !== undefined) state.evidence?.accept(pool, countedThrough);
  return { tick, uniform: actionUniform(state.seed, state.index, tick), evidence: state.evidence };
}

function contribute({ cohort, index }: AgentState, round: number, value: unknown): void {
  cohort.send({ type: 'contributed', round, index, value });
}

function decline({ cohort, index }: AgentState, round: number): void {
  cohort.send({ type: 'declined', round, index });
}
