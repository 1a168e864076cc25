import type { ActorRef, ActorSystem } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import type { AgentOperation } from '../agent/agent-operation.js';
import { type AgentContributions, reportWidth } from '../agent/contributions.js';
import { Seats } from '../coalitions/seats.js';
import type { Argmax } from '../coordination/argmax.js';
import { type CombinerSpec, combinerOf } from '../coordination/combiners.js';
import type { NumberRows } from '../coordination/concat.js';
import type { CountSums } from '../coordination/counts.js';
import type { FusedBelief } from '../coordination/fuse.js';
import type { Sample } from '../coordination/sample.js';
import type { Tally } from '../coordination/tally.js';
import { winnerOf } from '../coordination/vote-rule.js';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { PartialResultError, SwarmError } from '../errors.js';
import type { CohortProtocol } from './cohort.js';
import type { Column } from './column.js';
import { commonContributions } from './common-contributions.js';
import { EvidencePool } from './evidence-pool.js';
import { gossipRows } from './gossip-rows.js';
import { Membership } from './membership.js';
import { planMixedTree } from './mixed-tree.js';
import type { CohortReport, Descent, Operation } from './operation.js';
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
import { type CohortNode, planSwarmTree, treeDepth } from './swarm-tree.js';

/** How many agents, under which tree. */
export interface SwarmOptions {
  /** Agents at the start, at least 1, at most `capacity`. */
  readonly count: number;
  /** Places, count: agents there can be at a time; default `count`. The tree is planned for as many. */
  readonly capacity?: number;
  /** Children of a node of the tree, at least 2; default 32. */
  readonly fanOut?: number;
  /** Decides the agents' random numbers; default: the system's seed. */
  readonly seed?: number;
  /** Whether the evidence of a definition that shares any is fused each step; default true. */
  readonly fuse?: boolean;
  /** Name of the root cohort; default: the definition's. */
  readonly name?: string;
}

/** Who answered in a round that is not one of a swarm's own operations, and what. */
export interface RoundAnswer {
  /** As the combiner makes it, before it is read. */
  readonly partial: unknown;
  /** Agents that took part, index, ascending. */
  readonly present: Int32Array;
}

/** One way down the tree and up again. @param column one row for each place */
export type RunRound = (
  take: AgentOperation,
  combiner: CombinerSpec,
  options: Pick<OperationOptions, 'deadlineMs'>,
  column?: Column,
) => Promise<RoundAnswer>;

/** The same of a swarm of several definitions, which have counts of their own. */
export type MixedSwarmOptions = Omit<SwarmOptions, 'count' | 'capacity'>;

/** How an agent joins. */
export interface JoinOptions extends Pick<OperationOptions, 'deadlineMs'> {
  /** The name of its definition. Default: there is only one. */
  readonly definition?: string;
}

/** Agents of one definition, of those in a mixed swarm. */
export interface SwarmPart<Observation = unknown, Effect = unknown> {
  readonly definition: AgentDefinition<Observation, Effect>;
  /** Agents at the start, at least 1, at most `capacity`. */
  readonly count: number;
  /** Places, count; default `count`. */
  readonly capacity?: number;
}

/** The same, whatever it perceives and does. */
// biome-ignore lint/suspicious/noExplicitAny: what each perceives and does is read off its own type.
export type AnySwarmPart = SwarmPart<any, any>;

/** What an agent of one of a swarm's parts observes. */
export type PartObservation<Part> = Part extends {
  readonly definition: {
    /** What it perceives is read off this. */
    readonly types?: readonly [(observation: infer Observation) => void, unknown];
  };
}
  ? Observation
  : never;

/** What an agent of one of a swarm's parts does. */
export type PartEffect<Part> = Part extends {
  readonly definition: {
    /** What it does is read off this. */
    readonly types?: readonly [unknown, () => infer Effect];
  };
}
  ? Effect
  : never;

/** Where in a swarm the agents of a definition have their places. */
export interface SwarmKind {
  /** The definition's name. */
  readonly name: string;
  /** First place, index. */
  readonly from: number;
  /** One past the last, index. */
  readonly to: number;
}

const DEADLINE_MS = 30_000;
/** Of the time that an operation has, the part that goes to reports on their way up. */
const SLACK_SHARE = 0.25;
const EVIDENCE: CombinerSpec = { name: 'add' };
const COUNTS: CombinerSpec = { name: 'counts' };
const EFFECTS: CombinerSpec = { name: 'list' };
const ACTIONS: CombinerSpec = { name: 'int32' };
const REPORTS: CombinerSpec = { name: 'float64' };
const TOOK_PART: CombinerSpec = { name: 'count' };

/** What a swarm is made of. */
export interface SwarmParts {
  readonly system: ActorSystem;
  readonly root: ActorRef<CohortProtocol>;
  readonly tree: CohortNode;
  readonly membership: Membership;
  readonly contributions: AgentContributions;
  readonly seed: number;
  readonly fuses: boolean;
  readonly countsEvidence: boolean;
  /** Default: all places are of one kind. */
  readonly kinds?: readonly SwarmKind[];
}

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
  readonly #system: ActorSystem;
  readonly #root: ActorRef<CohortProtocol>;
  readonly #membership: Membership;
  readonly #contributions: AgentContributions;
  readonly #seed: number;
  readonly #fuses: boolean;
  readonly #evidence: CombinerSpec;
  /** Ways down the tree and up again, count. */
  readonly #depth: number;
  #pool: EvidencePool | undefined;
  #tick = 0;
  #rounds = 0;
  #draws = 0;
  #term = Number.NEGATIVE_INFINITY;
  #running: string | undefined;

  constructor(parts: SwarmParts) {
    const { system, root, tree, membership, contributions, seed, fuses, countsEvidence } = parts;
    this.capacity = tree.to;
    this.kinds = parts.kinds ?? [{ name: '', from: 0, to: tree.to }];
    this.tree = tree;
    this.seats = new Seats(tree.to);
    this.#system = system;
    this.#root = root;
    this.#membership = membership;
    this.#contributions = contributions;
    this.#seed = seed;
    this.#fuses = fuses;
    this.#evidence = countsEvidence ? COUNTS : EVIDENCE;
    this.#depth = treeDepth(tree);
  }

  /** Agents, count. */
  get count(): number {
    return this.#membership.count;
  }

  /** The agents, index, ascending. Of a swarm that has as many as places, 0 to `capacity - 1`. */
  get members(): Int32Array {
    return this.#membership.indices();
  }

  /** Steps done so far, count. */
  get tick(): number {
    return this.#tick;
  }

  /** Decides the agents' random numbers. */
  get seed(): number {
    return this.#seed;
  }

  /** The last term that was put to the vote; undefined before the first. */
  get term(): number | undefined {
    return this.#term === Number.NEGATIVE_INFINITY ? undefined : this.#term;
  }

  /** The fused evidence after the last step, nats or counts; undefined before the first, or when nothing is fused. */
  get pool(): Float64Array | undefined {
    return this.#pool?.total;
  }

  /** For each place the last step whose observation the pool counts; undefined as `pool` is. */
  get countedThrough(): Float64Array | undefined {
    return this.#pool?.countedThrough.slice();
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
    this.#checkLength('A step', observations.length);
    return this.#alone('step', async () => {
      const { tick, acted, unseen } = await this.#step(observations, EFFECTS, options);
      const { missing, partial } = acted;
      const actions = new Array<Effect | undefined>(this.capacity).fill(undefined);
      const effects = partial as readonly Effect[];
      let at = 0;
      for (const index of this.#present(missing)) actions[index] = effects[at++]!;
      return { tick, actions, missing: [...missing], unseen };
    });
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
    for (const { length } of outcomes) this.#checkLength('A step', length);
    if (outcomes.length === 0) this.#checkLength('A step', 0);
    const observations = interleave(outcomes, this.capacity);
    return this.#alone('step', async () => {
      const { tick, acted, unseen } = await this.#step(observations, ACTIONS, options, true);
      const { missing } = acted;
      const { width, numbers, unfit } = acted.partial as NumberRows<Int32Array>;
      if (unfit !== -1)
        throw new SwarmError(
          'AGENTS_NOT_NUMERIC',
          `Agent ${unfit} did something in step ${tick} that is not ${width} whole numbers.`,
          'Use `step` for actions that are no numbers.',
        );
      if (width === 1 && numbers.length === this.capacity)
        return { tick, actions: [numbers], missing: [], unseen }; // nobody is missing
      const actions = Array.from({ length: width }, () => new Int32Array(this.capacity).fill(-1));
      let at = 0;
      for (const index of this.#present(missing))
        for (const factor of actions) factor[index] = numbers[at++]!;
      return { tick, actions, missing: [...missing], unseen };
    });
  }

  /** Gives all agents a value, to take in as declared in `accepts`. Resolves when they have. */
  async broadcast(name: string, value: unknown, options: OperationOptions = {}): Promise<Attendance> {
    this.#checkDeclared('accepts', name);
    return this.#operate('broadcast', { kind: 'accept', name, value: value ?? null }, options);
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
    this.#checkDeclared('accepts', name);
    const rows = ArrayBuffer.isView(column) ? column.length / this.capacity : 1;
    if (!(Number.isInteger(rows) && rows >= 1) || rows === 1) this.#checkLength('Scattering', column.length);
    return this.#operate('scatter', { kind: 'accept', name }, options, column.slice());
  }

  /** One report of all agents, as a column. */
  async gather(name: string, options: OperationOptions = {}): Promise<GatherResult> {
    const width = this.#widthOf(name);
    const { partial, missing } = await this.#take(
      'gather',
      { kind: 'report', name },
      { name: 'float64' },
      options,
    );
    const { numbers } = partial as NumberRows<Float64Array>;
    const column = new Float64Array(this.capacity * width).fill(Number.NaN);
    let at = 0;
    for (const index of this.#present(missing)) {
      column.set(numbers.subarray(at, at + width), index * width);
      at += width;
    }
    return { column, width, missing: [...missing] };
  }

  /** The reports of all agents, combined on their way up. */
  async reduce<By extends Reduction>(
    name: string,
    by: By,
    options: OperationOptions = {},
  ): Promise<ReduceResult<By>> {
    const combiner = this.#combinerFor(by, this.#widthOf(name));
    const { partial, missing } = await this.#take('reduce', { kind: 'report', name }, combiner, options);
    return { value: this.#read(combiner, partial), missing: [...missing] };
  }

  /** Resolves when every agent has handled all that was sent to it before. */
  async barrier(options: OperationOptions = {}): Promise<Attendance> {
    return this.#operate('barrier', { kind: 'arrive' }, options);
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
      this.#checkMember(index);
      column[index] = 1;
    }
    return this.#operate('begin', { kind: 'begin' }, options, column);
  }

  /** Asks all agents, as declared in `votes`. Who is missing has not voted. */
  async vote(name: string, { rule, about, ...options }: VoteOptions): Promise<VoteResult> {
    this.#checkDeclared('votes', name);
    const { choices } = this.#contributions.votes![name]!;
    const combiner: CombinerSpec = { name: 'tally', choices };
    const ballot: AgentOperation = { kind: 'vote', name, about };
    const { partial, missing } = await this.#take('vote', ballot, combiner, options);
    const tally = this.#read<Tally>(combiner, partial);
    return { ...tally, choice: winnerOf(tally, rule, this.count), missing: [...missing] };
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
  async elect({ term, by, ...options }: ElectOptions): Promise<ElectResult> {
    if (by !== undefined) this.#widthOf(by);
    return this.#alone('elect', async () => {
      if (!(Number.isSafeInteger(term) && term > this.#term))
        throw new SwarmError(
          'AGENTS_PAST_TERM',
          `An election for term ${term}; the last was for term ${this.#term}.`,
          'Elect with a term above `swarm.term`.',
        );
      this.#term = term;
      const standing: AgentOperation =
        by === undefined ? { kind: 'lot', draw: term } : { kind: 'report', name: by };
      const combiner: CombinerSpec = { name: 'argmax' };
      const standingReport = await this.#round({ take: standing, combiner }, options);
      const best = this.#read<Argmax | undefined>(combiner, standingReport.partial);
      if (best === undefined) return { term, leader: undefined, missing: [...standingReport.missing] };
      const news: AgentOperation = { kind: 'elected', term, leader: best.index };
      const { missing } = await this.#round({ take: news, combiner: TOOK_PART }, options);
      const knows = !missing.includes(best.index);
      return { term, leader: knows ? best.index : undefined, missing: [...missing] };
    });
  }

  /**
   * Fuses beliefs that agents report, each a probability for each of the same states. The result does not depend on the tree: sums
   * are exact. With `keyFrameEvery`, cohorts tell only what has changed.
   */
  async fuse(name: string, { rule, precision, keyFrameEvery, ...options }: FuseOptions): Promise<FuseResult> {
    const states = this.#widthOf(name);
    if (precision !== undefined) this.#widthOf(precision);
    if (keyFrameEvery !== undefined) checkCount('keyFrameEvery', keyFrameEvery);
    const combiner: CombinerSpec = { name: 'fuse', states, rule };
    const take: AgentOperation = { kind: 'report', name, ...(precision !== undefined && { precision }) };
    const sparse = keyFrameEvery !== undefined && {
      sparse: { series: JSON.stringify([name, precision]), keyFrameEvery },
    };
    const { partial, missing } = await this.#alone('fuse', () =>
      this.#round({ take, combiner, ...sparse }, options),
    );
    return { ...this.#read<FusedBelief>(combiner, partial), missing: [...missing] };
  }

  /** Some agents, each as likely as any other, and what they report: a function of seed, number of the sample, and who is there. */
  async sample(name: string, count: number, options: OperationOptions = {}): Promise<SampleResult> {
    const width = this.#widthOf(name);
    checkCount('count', count);
    const combiner: CombinerSpec = { name: 'sample', width, count, seed: this.#seed, draw: ++this.#draws };
    const { partial, missing } = await this.#take('sample', { kind: 'report', name }, combiner, options);
    return { ...this.#read<Sample>(combiner, partial), width, missing: [...missing] };
  }

  /**
   * The mean of a report that is one number, by agents that tell each other, past the tree: to compare with `reduce`. It takes n · fanOut · rounds
   * messages of theirs, and those of the tree that keep the rounds apart; where an agent fails, what it held is lost, and the mean with it.
   */
  async gossip(name: string, { rounds, fanOut, ...options }: GossipOptions): Promise<GossipResult> {
    if (this.#widthOf(name) !== 1)
      throw new SwarmError('AGENTS_SWARM_OPTION', `"${name}" is a column.`, 'Gossip about one number.');
    checkCount('rounds', rounds);
    checkCount('fanOut', fanOut);
    return this.#alone('gossip', async () => {
      const whoIs = await this.#round({ take: { kind: 'meet', name }, combiner: EFFECTS }, options);
      const refs = whoIs.partial as readonly ActorRef<AgentProtocol>[];
      const indices = [...this.#present(whoIs.missing)];
      const common = { capacity: this.capacity, seed: this.#seed, draw: ++this.#draws, fanOut };
      for (let round = 0; round < rounds; round++) {
        const rows = gossipRows(indices, refs, { ...common, round });
        const take = { kind: 'gossip', key: this.#rounds } as const;
        await this.#round({ take, combiner: TOOK_PART }, options, rows);
      }
      const last = await this.#round({ take: { kind: 'gossiped' }, combiner: REPORTS }, options);
      const { numbers } = last.partial as NumberRows<Float64Array>;
      const estimates = new Float64Array(this.capacity).fill(Number.NaN);
      let at = 0;
      for (const index of this.#present(last.missing)) estimates[index] = numbers[at++]!;
      return { estimates, missing: [...last.missing] };
    });
  }

  /** Several rounds as one operation, in which no other runs: for what is built upon a swarm. */
  rounds<T>(operation: string, run: (round: RunRound) => Promise<T>): Promise<T> {
    return this.#alone(operation, () =>
      run(async (take, combiner, { deadlineMs }, column) => {
        const options = deadlineMs === undefined ? {} : { deadlineMs };
        const { partial, missing } = await this.#round({ take, combiner }, options, column);
        return { partial, present: Int32Array.from(this.#present(missing)) };
      }),
    );
  }

  /**
   * Adds an agent, in the first vacant place of the cohort with the fewest. Resolves to its index when it is there; if that cannot be heard
   * in time, it rejects, and the agent is there with the next operation.
   *
   * @param options of a swarm of several definitions also the name of the one it is to be of
   * @throws SwarmError `AGENTS_SWARM_FULL`, `AGENTS_SWARM_OPTION`
   */
  async join({ deadlineMs, definition }: JoinOptions = {}): Promise<number> {
    return this.#alone('join', async () => {
      const index = this.#membership.join(this.#kindNamed(definition));
      await this.#settleMembers(index, deadlineMs);
      return index;
    });
  }

  /**
   * Lets an agent go: it handles what it was sent before, and stops.
   *
   * @throws SwarmError `AGENTS_NO_SUCH_AGENT`
   */
  async leave(index: number, { deadlineMs }: Pick<OperationOptions, 'deadlineMs'> = {}): Promise<void> {
    return this.#alone('leave', async () => {
      this.#checkMember(index);
      this.#membership.leave(index);
      await this.#settleMembers(-1, deadlineMs);
    });
  }

  /**
   * An agent's own ref, to send to it past the tree.
   *
   * @throws SwarmError `AGENTS_NO_SUCH_AGENT`, also while its shard is lost; what `ask` rejects with
   */
  async ref(
    index: number,
    { deadlineMs = DEADLINE_MS }: Pick<OperationOptions, 'deadlineMs'> = {},
  ): Promise<ActorRef<AgentProtocol>> {
    this.#checkMember(index);
    const ref = await this.#root.ask({ type: 'find', index }, { deadlineMs });
    if (ref === undefined) throw noSuchAgent(index);
    return ref;
  }

  /** Stops all of its actors. */
  stop(): Promise<void> {
    return this.#system.stopActor(this.#root);
  }

  async #step(
    observations: Column,
    combiner: CombinerSpec,
    options: OperationOptions,
    numeric = false,
  ): Promise<{ readonly tick: number; readonly acted: CohortReport; readonly unseen: readonly number[] }> {
    const tick = ++this.#tick;
    if (!this.#fuses) {
      // An agent that fails may have failed at either: nothing it saw counts.
      const step = { tell: 'step', tick, combiner, ...(numeric && { numeric }) } as const;
      const acted = await this.#round(step, options, observations);
      return { tick, acted, unseen: [...acted.missing] };
    }
    // The pool goes down with the observations too: who missed it when it was to act must know what of its evidence it holds already.
    const seen = { tell: 'perceive', tick, combiner: this.#evidence } as const;
    const { partial, missing } = await this.#round(seen, { ...options, partial: 'return' }, observations);
    const evidence = partial as Float64Array | CountSums | undefined;
    const unseen = [...missing];
    const length = evidence?.length ?? this.#pool?.total.length ?? 0;
    this.#pool ??= length > 0 ? new EvidencePool(this.capacity, length) : undefined;
    if (this.#pool === undefined) {
      // Not one agent was there.
      const nobody = combinerOf(combiner, {}).empty();
      return { tick, acted: { round: this.#rounds, from: 0, missing, partial: nobody }, unseen };
    }
    this.#pool.add(tick, evidence, this.#present(missing));
    const act = { tell: 'act', tick, combiner, ...(numeric && { numeric }) } as const;
    const acted = await this.#round(act, options);
    return { tick, acted, unseen };
  }

  /** An operation without a result. */
  async #operate(
    operation: string,
    take: AgentOperation,
    options: OperationOptions,
    column?: Column,
  ): Promise<Attendance> {
    const { missing } = await this.#take(operation, take, TOOK_PART, options, column);
    return { missing: [...missing] };
  }

  #take(
    operation: string,
    take: AgentOperation,
    combiner: CombinerSpec,
    options: OperationOptions,
    column?: Column,
  ): Promise<CohortReport> {
    return this.#alone(operation, () => this.#round({ take, combiner }, options, column));
  }

  /** One way down the tree and up again. */
  async #round(
    operation: Partial<Operation> & Pick<Operation, 'combiner'>,
    { deadlineMs = DEADLINE_MS, partial = 'return' }: OperationOptions,
    column?: Column,
  ): Promise<CohortReport> {
    const { tenures } = this.#membership;
    const fused = operation.tell === 'perceive' || operation.tell === 'act' ? this.#pool : undefined;
    const slackMs = (deadlineMs * SLACK_SHARE) / this.#depth;
    const descent: Descent = {
      round: ++this.#rounds,
      operation: { tell: 'take', tick: this.#tick, ...operation, ...(fused && { pool: fused.total }) },
      waitMs: deadlineMs - slackMs,
      slackMs,
      ...(tenures && { tenures }),
      ...(column && { scattered: { column, from: 0, width: column.length / this.capacity } }),
      ...(fused && { countedThrough: fused.countedThrough.slice() }),
    };
    const report = await this.#root.ask({ type: 'descend', ...descent }, { deadlineMs });
    if (partial === 'reject' && report.missing.length > 0)
      throw new PartialResultError(this.#running!, [...report.missing]);
    return report;
  }

  /** Tells the cohorts who is a member. @param index must be there afterwards; -1 for nobody */
  async #settleMembers(index: number, deadlineMs: number | undefined): Promise<void> {
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    const { missing } = await this.#round({ take: { kind: 'arrive' }, combiner: TOOK_PART }, options);
    if (missing.includes(index)) throw new PartialResultError('join', [index]);
  }

  async #alone<T>(operation: string, run: () => Promise<T>): Promise<T> {
    if (this.#running !== undefined)
      throw new SwarmError(
        'AGENTS_STEP_IN_FLIGHT',
        `"${operation}" was asked for, and "${this.#running}" of the swarm has not ended.`,
        'Await one operation before beginning the next.',
      );
    this.#running = operation;
    try {
      return await run();
    } finally {
      this.#running = undefined;
    }
  }

  /** Members but for those missing, index, ascending. @param missing ascending */
  *#present(missing: Int32Array): Generator<number> {
    const { tenures } = this.#membership;
    let next = 0;
    for (let index = 0; index < this.capacity; index++) {
      if (missing[next] === index) next++;
      else if (tenures === undefined || tenures[index]! > 0) yield index;
    }
  }

  #read<Result>(combiner: CombinerSpec, partial: unknown): Result {
    return combinerOf(combiner, this.#contributions.combiners ?? {}).read(partial) as Result;
  }

  #combinerFor(by: Reduction, width: number): CombinerSpec {
    if (by === 'argmax') return { name: by };
    if (typeof by === 'string') return { name: by, width };
    if ('top' in by) {
      checkCount('top', by.top);
      return { name: 'top', count: by.top };
    }
    this.#checkDeclared('combiners', by.own);
    return { name: 'own', own: by.own, width };
  }

  /** Numbers of a report, count. @throws SwarmError `AGENTS_UNDECLARED` */
  reportWidth(report: string): number {
    return this.#widthOf(report);
  }

  /** @throws SwarmError `AGENTS_UNDECLARED` for what the agents' definition does not declare */
  checkDeclared(what: 'accepts' | 'capabilities', name: string): void {
    this.#checkDeclared(what, name);
  }

  #widthOf(report: string): number {
    this.#checkDeclared('reports', report);
    return reportWidth(this.#contributions, report)!;
  }

  #checkDeclared(what: 'reports' | 'accepts' | 'votes' | 'combiners' | 'capabilities', name: string): void {
    const declared = this.#contributions[what] ?? {};
    if (Object.hasOwn(declared, name)) return;
    throw new SwarmError(
      'AGENTS_UNDECLARED',
      `The definition declares no "${name}" in \`${what}\`, but: ${Object.keys(declared).join(', ') || 'none'}.`,
      'Declare it in the definition, or use one of the names that the message lists.',
    );
  }

  #checkLength(what: string, length: number): void {
    if (length === this.capacity) return;
    throw new SwarmError(
      'AGENTS_OBSERVATION_COUNT',
      `${what} with ${this.capacity} places needs as many rows, got ${length}.`,
      'Pass one for each place, in index order.',
    );
  }

  #kindNamed(definition: string | undefined): SwarmKind {
    const kind = this.kinds.find(({ name }) => name === definition);
    if (kind !== undefined) return kind;
    if (definition === undefined && this.kinds.length === 1) return this.kinds[0]!;
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      definition === undefined
        ? 'An agent was to join a swarm of several definitions, and was of none.'
        : `The swarm has no agents of "${definition}".`,
      `Pass as definition one of: ${this.kinds.map(({ name }) => name).join(', ')}.`,
    );
  }

  #checkMember(index: number): void {
    if (!this.#membership.has(index)) throw noSuchAgent(index);
  }
}

function noSuchAgent(index: number): SwarmError {
  return new SwarmError(
    'AGENTS_NO_SUCH_AGENT',
    `The swarm has no agent ${index}.`,
    'Use one of `swarm.members`.',
  );
}

function checkCount(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new SwarmError(
    'AGENTS_SWARM_OPTION',
    `${option} is ${value}.`,
    `Pass a count of at least 1 as ${option}.`,
  );
}

/** Columns as rows: the numbers of one place side by side. A copy, as the caller may change what is under way. */
function interleave(columns: readonly Int32Array[], places: number): Int32Array {
  if (columns.length === 1) return columns[0]!.slice();
  const width = columns.length;
  const rows = new Int32Array(places * width);
  for (let c = 0; c < width; c++) {
    const column = columns[c]!;
    for (let place = 0; place < places; place++) rows[place * width + c] = column[place]!;
  }
  return rows;
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
  const given = isParts(what) ? what : [{ ...(options as SwarmOptions), definition: what } as AnySwarmPart];
  const parts = given.map(({ definition, count, capacity = count }) => ({ definition, count, capacity }));
  const { fanOut = 32, seed = system.seed, fuse = true } = options;
  for (const { count, capacity } of parts) checkSize(count, capacity);
  if (!(Number.isInteger(fanOut) && fanOut >= 2))
    throw new SwarmError('AGENTS_SWARM_OPTION', `A fan-out of ${fanOut}.`, 'Pass a fan-out of at least 2.');
  checkMixture(parts, fuse);
  const [first] = parts;
  const { definition } = first!;
  const { name = definition.name } = options;
  const isMixed = parts.length > 1;
  const plans = parts.map((part) => ({ cohort: part.definition.cohort.name, capacity: part.capacity }));
  const tree = isMixed
    ? planMixedTree(plans, fanOut, system.threads)
    : planSwarmTree(first!.capacity, fanOut, system.threads);
  const membership = new Membership(tree, isMixed ? parts.map(({ count }) => count) : first!.count);
  const { tenures } = membership;
  const args = { node: tree, agentCount: tree.to, seed, ...(tenures && { tenures }) };
  const root = system.spawn(definition.cohort, args, { name, shard: 0 });
  let to = 0;
  const kinds = parts.map(({ definition: { name }, capacity }) => {
    const from = to;
    to += capacity;
    return { name, from, to };
  });
  const contributions = commonContributions(parts.map((part) => part.definition.contributions));
  const fuses = fuse && definition.sharesEvidence;
  const { countsEvidence } = definition;
  return new Swarm({ system, root, tree, membership, contributions, seed, fuses, countsEvidence, kinds });
}

function isParts(what: object): what is readonly AnySwarmPart[] {
  return Array.isArray(what);
}

function checkSize(count: number, capacity: number): void {
  if (!(Number.isInteger(count) && count >= 1))
    throw new SwarmError('AGENTS_SWARM_SIZE', `A swarm of ${count} agents.`, 'Pass a count of at least 1.');
  if (!(Number.isInteger(capacity) && capacity >= count))
    throw new SwarmError(
      'AGENTS_SWARM_SIZE',
      `A swarm of ${count} agents with ${capacity} places.`,
      'Pass a capacity of at least the count.',
    );
}

function checkMixture(parts: readonly AnySwarmPart[], fuse: boolean): void {
  if (parts.length === 0)
    throw new SwarmError('AGENTS_SWARM_SIZE', 'A swarm of no definition.', 'Pass at least one part.');
  const names = parts.map(({ definition }) => definition.name);
  if (new Set(names).size < names.length)
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm of ${names.join(', ')}: of one definition twice.`,
      'Pass each definition once, with the count of all its agents.',
    );
  const sharing = parts.find(({ definition }) => definition.sharesEvidence);
  if (parts.length > 1 && fuse && sharing !== undefined)
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm of several definitions, of which "${sharing.definition.name}" shares evidence.`,
      'Spawn a swarm of those alone, or pass `fuse: false`.',
    );
}
