import type { ActorRef, ActorSystem } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import { Seats } from '../coalitions/seats.js';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { DeclaredNames } from './declared-names.js';
import type {
  Attendance,
  ColumnStepResult,
  ElectOptions,
  ElectResult,
  FuseOptions,
  FuseResult,
  GatherResult,
  GossipOptions,
  GossipResult,
  OperationOptions,
  ReduceResult,
  Reduction,
  SampleResult,
  StepResult,
  VoteOptions,
  VoteResult,
} from './results.js';
import { spawnParts } from './spawn-parts.js';
import { SwarmElections, voteOn } from './swarm-ballots.js';
import { SwarmDraws } from './swarm-draws.js';
import { gossipIn } from './swarm-gossip.js';
import { SwarmMembers } from './swarm-members.js';
import type {
  AnySwarmPart,
  JoinOptions,
  MixedSwarmOptions,
  PartEffect,
  PartObservation,
  SwarmOptions,
} from './swarm-options.js';
import type { SwarmKind, SwarmParts } from './swarm-parts.js';
import { SwarmReports } from './swarm-reports.js';
import { type RunRound, SwarmRounds } from './swarm-rounds.js';
import { SwarmSteps } from './swarm-steps.js';
import type { CohortNode } from './swarm-tree.js';

/**
 * A population of agents under one tree of supervisors. Operations travel down the tree, and what the agents contribute
 * is combined on its way up, in index order. One operation runs at a time.
 *
 * A step scatters observations, one agent one observation, and gathers actions. Where agents share evidence it is
 * fused in between: each acts on what all have perceived, this step included.
 */
export class Swarm<Observation, Effect> {
  /** Places, count: columns have one row for each, vacant ones included. */
  readonly capacity: number;
  /** The shape of the tree: depends on capacity and fan-out alone. */
  readonly tree: CohortNode;
  /** Of which definition the agents are, in index order. */
  readonly kinds: readonly SwarmKind[];
  /** Who is in which coalition. */
  readonly seats: Seats;
  readonly #parts: Pick<SwarmParts, 'system' | 'root'>;
  readonly #rounds: SwarmRounds;
  readonly #declared: DeclaredNames;
  readonly #draws: SwarmDraws;
  readonly #members: SwarmMembers;
  readonly #steps: SwarmSteps;
  readonly #reports: SwarmReports;
  readonly #elections: SwarmElections;

  constructor(parts: SwarmParts) {
    const { system, root, tree } = parts;
    this.capacity = tree.to;
    this.tree = tree;
    this.seats = new Seats(tree.to);
    this.#parts = { system, root };
    this.#rounds = new SwarmRounds(parts);
    this.#declared = new DeclaredNames(parts.contributions);
    this.#draws = new SwarmDraws(parts.seed);
    this.#members = new SwarmMembers(this.#rounds, parts);
    this.kinds = this.#members.kinds;
    this.#steps = new SwarmSteps(this.#rounds, parts);
    this.#reports = new SwarmReports(this.#rounds, this.#declared, this.#draws);
    this.#elections = new SwarmElections(this.#rounds, this.#declared);
  }

  /** Agents, count. */
  get count(): number {
    return this.#members.count;
  }

  /** The agents, index, ascending. Of a swarm that has as many as places, 0 to `capacity - 1`. */
  get members(): Int32Array {
    return this.#members.indices;
  }

  /** Steps done so far, count. */
  get tick(): number {
    return this.#rounds.tick;
  }

  /** Decides the agents' random numbers. */
  get seed(): number {
    return this.#draws.seed;
  }

  /** The last term that was put to the vote; undefined before the first. */
  get term(): number | undefined {
    return this.#elections.term;
  }

  /** The fused evidence after the last step, nats or counts; undefined before the first, or when nothing is fused. */
  get pool(): Float64Array | undefined {
    return this.#steps.pool?.total;
  }

  /** For each place the last step whose observation the pool counts; undefined as `pool` is. */
  get countedThrough(): Float64Array | undefined {
    return this.#steps.pool?.countedThrough.slice();
  }

  /**
   * One step of every agent. An agent that crashes is missing from the result and restarted by its cohort; the
   * others are not disturbed.
   *
   * @param observations one for each place, in index order
   * @throws SwarmError `AGENTS_OBSERVATION_COUNT`, `AGENTS_STEP_IN_FLIGHT`; PartialResultError; what `ask` rejects with
   */
  async step(
    observations: readonly Observation[],
    options: OperationOptions = {},
  ): Promise<StepResult<Effect>> {
    return this.#steps.step(observations, options);
  }

  /**
   * A step of agents whose observations and actions are numbers, without an object for each. An agent observes a number, or, of several modalities, a
   * view of one number each; it must act with a number, or with one for each factor.
   *
   * @param outcomes for each modality i32[capacity]
   * @throws SwarmError `AGENTS_NOT_NUMERIC`; as `step` does
   */
  async stepColumns(
    outcomes: readonly Int32Array[],
    options: OperationOptions = {},
  ): Promise<ColumnStepResult> {
    return this.#steps.stepColumns(outcomes, options);
  }

  /** Gives all agents a value, to take in as declared in `accepts`. Resolves when they have. */
  async broadcast(name: string, value: unknown, options: OperationOptions = {}): Promise<Attendance> {
    this.#declared.check('accepts', name);
    return this.#rounds.operate('broadcast', { kind: 'accept', name, value: value ?? null }, options);
  }

  /**
   * Gives each agent its row of a column, to take in as declared in `accepts`. Resolves when they have.
   *
   * @param column one value for each place, or a typed array with as many numbers for each
   * @throws SwarmError `AGENTS_OBSERVATION_COUNT`
   */
  async scatter(
    name: string,
    column: readonly unknown[] | Int32Array | Float64Array,
    options: OperationOptions = {},
  ): Promise<Attendance> {
    this.#declared.check('accepts', name);
    const rows = ArrayBuffer.isView(column) ? column.length / this.capacity : 1;
    if (!(Number.isInteger(rows) && rows >= 1) || rows === 1)
      this.#rounds.checkLength('Scattering', column.length);
    return this.#rounds.operate('scatter', { kind: 'accept', name }, options, column.slice());
  }

  /** One report of all agents, as a column. */
  async gather(name: string, options: OperationOptions = {}): Promise<GatherResult> {
    return this.#reports.gather(name, options);
  }

  /** The reports of all agents, combined on their way up. */
  async reduce<By extends Reduction>(
    name: string,
    by: By,
    options: OperationOptions = {},
  ): Promise<ReduceResult<By>> {
    return this.#reports.reduce(name, by, options);
  }

  /** Resolves when every agent has handled all that was sent to it before. */
  async barrier(options: OperationOptions = {}): Promise<Attendance> {
    return this.#rounds.operate('barrier', { kind: 'arrive' }, options);
  }

  /**
   * Has some agents begin an episode: with their priors, as far as they have learned them, and nothing they believed. Who shares evidence, and
   * a mind without `begin`, goes on as it is.
   *
   * @param agents index
   * @throws SwarmError `AGENTS_NO_SUCH_AGENT`
   */
  async begin(agents: Iterable<number>, options: OperationOptions = {}): Promise<Attendance> {
    const column = new Int32Array(this.capacity);
    for (const index of agents) {
      this.#members.check(index);
      column[index] = 1;
    }
    return this.#rounds.operate('begin', { kind: 'begin' }, options, column);
  }

  /** Asks all agents, as declared in `votes`. Who is missing has not voted. */
  async vote(name: string, options: VoteOptions): Promise<VoteResult> {
    return voteOn(name, options, { rounds: this.#rounds, declared: this.#declared, members: this.#members });
  }

  /**
   * Elects an agent for a term: the best of those who answer; then tells all.
   *
   * At most one leads a term, whatever crashes, as a term is put to the vote once: this swarm, which no crash reaches, gives up a term
   * before it asks anybody, and all that agents ever hear of that term names the one that was best then. So an election may end
   * without a leader; a leader that fails leads no more, as its next life has heard of nothing; both take a new term.
   *
   * @throws SwarmError `AGENTS_PAST_TERM`
   */
  async elect(options: ElectOptions): Promise<ElectResult> {
    return this.#elections.elect(options);
  }

  /**
   * Fuses beliefs that agents report, each a probability for each of the same states. The result does not depend on the tree: sums
   * are exact. With `keyFrameEvery`, cohorts tell only what has changed.
   */
  async fuse(name: string, options: FuseOptions): Promise<FuseResult> {
    return this.#reports.fuse(name, options);
  }

  /** Some agents, each as likely as any other, and what they report: a function of seed, number of the sample, and who is there. */
  async sample(name: string, count: number, options: OperationOptions = {}): Promise<SampleResult> {
    return this.#reports.sample(name, count, options);
  }

  /**
   * The mean of a report that is one number, by agents that tell each other, past the tree: to compare with `reduce`. It takes n · fanOut · rounds
   * messages of theirs, and those of the tree that keep the rounds apart; where an agent fails, what it held is lost, and the mean with it.
   */
  async gossip(name: string, options: GossipOptions): Promise<GossipResult> {
    return gossipIn(name, options, { rounds: this.#rounds, declared: this.#declared, draws: this.#draws });
  }

  /** Several rounds as one operation, in which no other runs: for what is built upon a swarm. */
  rounds<T>(operation: string, run: (round: RunRound) => Promise<T>): Promise<T> {
    return this.#rounds.several(operation, run);
  }

  /**
   * Adds an agent, in the first vacant place of the cohort with the fewest. Resolves to its index when it is there; if that cannot be heard
   * in time, it rejects, and the agent is there with the next operation.
   *
   * @param options of a swarm of several definitions also the name of the one it is to be of
   * @throws SwarmError `AGENTS_SWARM_FULL`, `AGENTS_SWARM_OPTION`
   */
  async join(options: JoinOptions = {}): Promise<number> {
    return this.#members.join(options);
  }

  /**
   * Lets an agent go: it handles what it was sent before, and stops.
   *
   * @throws SwarmError `AGENTS_NO_SUCH_AGENT`
   */
  async leave(index: number, options: Pick<OperationOptions, 'deadlineMs'> = {}): Promise<void> {
    return this.#members.leave(index, options);
  }

  /**
   * An agent's own ref, to send to it past the tree.
   *
   * @throws SwarmError `AGENTS_NO_SUCH_AGENT`, also while its shard is lost; what `ask` rejects with
   */
  async ref(
    index: number,
    options: Pick<OperationOptions, 'deadlineMs'> = {},
  ): Promise<ActorRef<AgentProtocol>> {
    return this.#members.ref(index, options);
  }

  /** Numbers of a report, count. @throws SwarmError `AGENTS_UNDECLARED` */
  reportWidth(report: string): number {
    return this.#declared.widthOf(report);
  }

  /** @throws SwarmError `AGENTS_UNDECLARED` for what the agents' definition does not declare */
  checkDeclared(what: 'accepts' | 'capabilities', name: string): void {
    this.#declared.check(what, name);
  }

  /** Stops all of its actors. */
  stop(): Promise<void> {
    const { system, root } = this.#parts;
    return system.stopActor(root);
  }
}

/**
 * Spawns a swarm: its tree of cohorts over all shards, with the agents as leaves. Of several definitions the agents of the first have the
 * first places, and so on; each is supervised as its own definition says. Observations, and actions, are then of as many types; steps in
 * columns need agents with as many modalities, and factors, as each other.
 *
 * @throws SwarmError `AGENTS_SWARM_SIZE`, `AGENTS_SWARM_OPTION`; UnknownDefinitionError when no module of the
 *   system exports the definition
 * @example
 * const flock = await spawnSwarm(system, forager, { count: 10_000 });
 * const { actions } = await flock.step(observations);
 * const mixed = await spawnSwarm(system, [{ definition: forager, count: 9000 }, { definition: scout, count: 1000 }]);
 */
export function spawnSwarm<Observation, Effect>(
  system: ActorSystem,
  definition: AgentDefinition<Observation, Effect>,
  options: SwarmOptions,
): Promise<Swarm<Observation, Effect>>;
export function spawnSwarm<const Part extends AnySwarmPart>(
  system: ActorSystem,
  parts: readonly Part[],
  options?: MixedSwarmOptions,
): Promise<Swarm<PartObservation<Part>, PartEffect<Part>>>;
export async function spawnSwarm(
  system: ActorSystem,
  what: AgentDefinition<never, unknown> | readonly AnySwarmPart[],
  options: MixedSwarmOptions | SwarmOptions = {},
): Promise<Swarm<never, unknown>> {
  return new Swarm(spawnParts(system, what, options));
}
