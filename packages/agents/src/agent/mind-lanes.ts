import type { ActorContext, ActorRef, Batch } from '@skein/runtime';
import { type Numbers, numberAt } from '../coordination/combiner.js';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import { type AgentArgs, type AgentProtocol, actionUniform } from './agent-actor.js';
import type { Company } from './batch-contributions.js';
import type { BatchedMind } from './batched-mind.js';
import { LaneTurn, type MindBatch, toldField, toldOf } from './lane-turn.js';
import { OwnCounts } from './own-counts.js';
import { type AgentNumber, Roster } from './roster.js';
import { withRoom } from './with-room.js';

type BatchOf<Type extends keyof AgentProtocol & string> = Batch<AgentProtocol, AgentNumber, Type>;
type AnyBatch = MindBatch & Pick<Batch<AgentProtocol, AgentNumber>, 'states' | 'send' | 'sendRows'>;

/** The widest row of evidence, numbers; who has more to tell sends a message of its own. */
const ROW_WIDTH_MAX = 129;

/** All agents of one definition with batched minds on one shard, and how a batch of them perceives and acts. The lane of an agent is its number. */
export class MindLanes implements Company {
  readonly roster: Roster = new Roster();
  readonly view: Company['view'];
  readonly #mind: BatchedMind<unknown, unknown>;
  readonly #own: OwnCounts | undefined;
  readonly #turn: LaneTurn;
  /** What those know who have heard of no pool. */
  readonly #nothing: Float64Array;
  /** By number: the last tick whose observation an agent has taken in. */
  #perceivedTicks = new Float64Array(0);
  #uniformOf: (item: number) => number = () => 0;

  /** @param evidenceLength counts of shared evidence; 0 for none */
  constructor(mind: BatchedMind<unknown, unknown>, evidenceLength: number) {
    this.#mind = mind;
    this.#own = evidenceLength > 0 ? new OwnCounts(evidenceLength) : undefined;
    this.#nothing = new Float64Array(evidenceLength);
    this.#turn = new LaneTurn(this.#own, (item) => this.#uniformOf(item));
    this.view = { of: (agent) => mind.view?.(agent) };
  }

  /** A new life. */
  begin(args: AgentArgs, context: ActorContext<AgentProtocol>): AgentNumber {
    const agent = this.roster.enroll(args, context);
    try {
      this.#mind.add(agent, args);
    } catch (error) {
      this.roster.dismiss(agent);
      throw error;
    }
    this.#own?.begin(agent);
    this.#perceivedTicks = withRoom(this.#perceivedTicks, agent);
    this.#perceivedTicks[agent] = 0;
    return agent;
  }

  /** The end of a life. */
  end(agent: AgentNumber): void {
    this.#own?.end(agent);
    this.roster.dismiss(agent);
    this.#mind.remove(agent);
  }

  /** Begins an episode, as far as the mind knows of episodes. */
  beginEpisode(agent: AgentNumber): void {
    this.#mind.begin?.(agent);
  }

  /** Perceive and act in one, where nothing is fused. */
  step(batch: BatchOf<'step'>): void {
    const { size, states } = batch;
    this.#open(batch);
    for (let item = 0; item < size; item++) this.roster.ticks[states[item]!] = toldOf(batch, item).tick!;
    this.#think(batch, 'both');
    this.#contributeEffects(batch);
  }

  /** Perceive, and tell the evidence that the swarm has not counted. */
  perceive(batch: BatchOf<'perceive'>): void {
    const { size, states } = batch;
    this.#open(batch);
    this.#think(batch, 'perceive');
    for (let item = 0; item < size; item++)
      if (this.#turn.takesPart(item)) this.#perceivedTicks[states[item]!] = toldOf(batch, item).tick!;
    this.#contributeEvidence(batch);
  }

  /** Act upon what was fused. Those that have seen nothing in this tick, as they were restarted since, have nothing to act upon. */
  act(batch: BatchOf<'act'>): void {
    const { size, states } = batch;
    this.#open(batch);
    for (let item = 0; item < size; item++) {
      const agent = states[item]!;
      const { tick, round } = toldOf(batch, item);
      if (this.#perceivedTicks[agent] === tick) continue;
      this.#turn.leaveOut(item);
      const index = this.roster.indices[agent]!;
      batch.send(item, this.roster.cohortOf(agent), { type: 'declined', round: round!, index });
    }
    this.#think(batch, 'act');
    this.#contributeEffects(batch);
  }

  /** Perceive and act for whoever asks. */
  observe(batch: BatchOf<'observe'>): void {
    const { size } = batch;
    this.#open(batch);
    const uniforms = Float64Array.from({ length: size }, (_, item) => batch.random(item));
    this.#uniformOf = (item) => uniforms[item]!;
    this.#think(batch, 'both');
    for (let item = 0; item < size; item++)
      if (batch.isAsk(item) && this.#turn.takesPart(item)) batch.reply(item, this.#turn.effectOf(item));
  }

  #open(batch: AnyBatch): void {
    this.#turn.open(batch);
    this.#uniformOf = (item) => {
      const agent = batch.states[item]!;
      return actionUniform(this.roster.seedOf(agent), this.roster.indices[agent]!, this.#turn.tick);
    };
  }

  /** Calls the minds, once for all items side by side that are in the same tick and have heard of the same pool. */
  #think(batch: AnyBatch, part: 'perceive' | 'act' | 'both'): void {
    const { size, states } = batch;
    const tickOf = (item: number): number => toldOf(batch, item).tick ?? this.roster.ticks[states[item]!]!; // who is only asked to observe is told none
    const poolOf = (item: number): Float64Array => toldOf(batch, item).pool ?? this.#nothing;
    for (let item = 0; item < size; ) {
      const tick = tickOf(item);
      const pool = poolOf(item);
      this.#turn.begin(tick, pool);
      do this.#enter(batch, item, pool);
      while (++item < size && tickOf(item) === tick && poolOf(item) === pool);
      this.#call(part);
    }
  }

  #enter(batch: AnyBatch, item: number, pool: Float64Array): void {
    const lane = batch.states[item]!;
    if (this.#own !== undefined) {
      const isFused = pool !== this.#nothing;
      this.#own.accept(lane, isFused ? (toldField(batch, item, 'countedThrough') as number) : undefined);
    }
    if (this.#turn.takesPart(item)) this.#turn.put(item, lane);
  }

  #call(part: 'perceive' | 'act' | 'both'): void {
    const turn = this.#turn;
    try {
      if (part !== 'act' && turn.size > 0) this.#mind.perceive(turn);
      turn.compact();
      if (part !== 'perceive' && turn.size > 0) this.#mind.act(turn);
    } catch (error) {
      turn.failAll(error);
    }
  }

  #contributeEvidence(batch: BatchOf<'perceive'>): void {
    const own = this.#own!;
    const { size, states } = batch;
    let width = 1;
    for (let item = 0; item < size; item++) {
      const wanted = own.widthOf(states[item]!);
      if (wanted > width && wanted <= ROW_WIDTH_MAX) width = wanted;
    }
    const rows = this.#rows(batch, width);
    for (let item = 0; item < size; item++) {
      if (!this.#turn.takesPart(item)) continue;
      const agent = states[item]!;
      const parent = this.roster.cohortOf(agent);
      const wanted = own.widthOf(agent);
      if (wanted <= width) {
        rows.targets[item] = parent;
        own.write(agent, rows.value, item * width);
        continue;
      }
      const value = new Int32Array(wanted);
      own.write(agent, value, 0);
      const index = this.roster.indices[agent]!;
      batch.send(item, parent, { type: 'contributed', round: rows.round[item]!, index, value });
    }
    this.#sendRows(batch, rows);
  }

  /** As rows, where all have done whole numbers, as many each, and numbers are wanted. */
  #contributeEffects(batch: BatchOf<'act'> | BatchOf<'step'>): void {
    const { size, states } = batch;
    const rows = this.#effectRows(batch);
    if (rows !== undefined) {
      this.#sendRows(batch, rows);
      return;
    }
    for (let item = 0; item < size; item++) {
      if (!this.#turn.takesPart(item)) continue;
      const agent = states[item]!;
      const parent = this.roster.cohortOf(agent);
      const index = this.roster.indices[agent]!;
      const value = this.#turn.effectOf(item);
      const { round } = toldOf(batch, item);
      (batch as AnyBatch).send(item, parent, { type: 'contributed', round: round!, index, value });
    }
  }

  #effectRows(batch: AnyBatch): ContributionRows | undefined {
    const { size, states } = batch;
    const turn = this.#turn;
    let rows: ContributionRows | undefined;
    let width = 0;
    for (let item = 0; item < size; item++) {
      if (!turn.takesPart(item)) continue;
      const effect = turn.effectOf(item);
      const own = typeof effect === 'number' ? 1 : ((effect as ArrayLike<number> | undefined)?.length ?? 0);
      if (rows === undefined) {
        if (own === 0) return undefined;
        width = own;
        rows = this.#rows(batch, width);
      }
      if (own !== width || toldOf(batch, item).numeric !== true) return undefined;
      if (!putWhole(rows.value, item * width, width, effect as Numbers)) return undefined;
      rows.targets[item] = this.roster.cohortOf(states[item]!);
    }
    return rows;
  }

  #rows(batch: AnyBatch, width: number): ContributionRows {
    const { size, states } = batch;
    const round = new Float64Array(size);
    const index = new Int32Array(size);
    for (let item = 0; item < size; item++) {
      round[item] = toldOf(batch, item).round!;
      index[item] = this.roster.indices[states[item]!]!;
    }
    return { targets: new Array(size).fill(undefined), round, index, value: new Int32Array(size * width) };
  }

  #sendRows(batch: AnyBatch, { targets, ...columns }: ContributionRows): void {
    batch.sendRows<CohortProtocol, 'contributed'>(targets, {
      type: 'contributed',
      count: batch.size,
      columns,
    });
  }
}

/** What the items of a batch contribute, in columns; an item without a target contributes nothing, or not so. */
interface ContributionRows {
  readonly targets: (ActorRef<CohortProtocol> | undefined)[];
  readonly round: Float64Array;
  readonly index: Int32Array;
  readonly value: Int32Array;
}

/** Writes numbers into a row. False if they are not all whole numbers of 32 bits. */
function putWhole(rows: Int32Array, offset: number, width: number, numbers: Numbers): boolean {
  for (let i = 0; i < width; i++) {
    const number = numberAt(numbers, i);
    rows[offset + i] = number;
    if (rows[offset + i] !== number) return false;
  }
  return true;
}
