import type { ActorContext, ActorRef, Batch } from '@skein/runtime';
import { CoalitionMember } from '../coalitions/coalition-member.js';
import { type Numbers, numberAt } from '../coordination/combiner.js';
import type { CohortProtocol } from '../swarm/cohort.js';
import { type AgentArgs, type AgentProtocol, actionUniform } from './agent-actor.js';
import type { Company } from './batch-contributions.js';
import type { BatchedMind } from './batched-mind.js';
import { Gossiper } from './gossiper.js';
import { LaneTurn, type MindBatch, toldField, toldOf } from './lane-turn.js';
import { OwnCounts } from './own-counts.js';

/** An agent whose mind is kept in a lane: the state of its actor. */
export interface MindAgent {
  readonly agents: MindLanes;
  readonly index: number;
  readonly seed: number;
  readonly parent: ActorRef<CohortProtocol>;
  readonly lane: number;
  /** Its last step without fusion. */
  tick: number;
  /** The last tick whose observation was taken in. */
  perceivedTick: number;
}

type BatchOf<Type extends keyof AgentProtocol & string> = Batch<AgentProtocol, MindAgent, Type>;
type AnyBatch = MindBatch & Pick<Batch<AgentProtocol, MindAgent>, 'states' | 'send' | 'sendRows'>;

/** The widest row of evidence, numbers; who has more to tell sends a message of its own. */
const ROW_WIDTH_MAX = 129;

/** All agents of one definition with batched minds on one shard, and how a batch of them perceives and acts. */
export class MindLanes implements Company<MindAgent> {
  readonly view: Company<MindAgent>['view'];
  readonly #mind: BatchedMind<unknown, unknown>;
  readonly #own: OwnCounts | undefined;
  readonly #turn: LaneTurn;
  /** What those know who have heard of no pool. */
  readonly #nothing: Float64Array;
  readonly #free: number[] = [];
  #laneCount = 0;
  /** Of those that gossip, which few swarms do. */
  readonly #gossipers = new Map<MindAgent, Gossiper>();
  readonly #coalitionMembers = new Map<MindAgent, CoalitionMember>();
  #parent: ActorRef<CohortProtocol> | undefined;
  #uniformOf: (item: number) => number = () => 0;

  /** @param evidenceLength counts of shared evidence; 0 for none */
  constructor(mind: BatchedMind<unknown, unknown>, evidenceLength: number) {
    this.#mind = mind;
    this.#own = evidenceLength > 0 ? new OwnCounts(evidenceLength) : undefined;
    this.#nothing = new Float64Array(evidenceLength);
    this.#turn = new LaneTurn(this.#own, (item) => this.#uniformOf(item));
    this.view = { of: ({ lane }) => mind.view?.(lane) };
  }

  /** The state of a new life, in the lane that was given back last, or a new one. */
  begin(args: AgentArgs, context: ActorContext<AgentProtocol>): MindAgent {
    const lane = this.#free.pop() ?? this.#laneCount++;
    try {
      this.#mind.add(lane, args);
    } catch (error) {
      this.#free.push(lane);
      throw error;
    }
    this.#own?.begin(lane);
    if (this.#parent?.address.id !== context.parent.id)
      this.#parent = context.ref<CohortProtocol>(context.parent);
    const { index, seed } = args;
    return { agents: this, index, seed, parent: this.#parent!, lane, tick: 0, perceivedTick: 0 };
  }

  /** Gives the agent's lane back. */
  release(agent: MindAgent): void {
    this.#gossipers.delete(agent);
    this.#coalitionMembers.delete(agent);
    this.#own?.end(agent.lane);
    this.#free.push(agent.lane);
    this.#mind.remove(agent.lane);
  }

  seedOf({ seed }: MindAgent): number {
    return seed;
  }

  gossiperOf(agent: MindAgent): Gossiper | undefined {
    return this.#gossipers.get(agent);
  }

  beginGossip(agent: MindAgent, value: number): void {
    this.#gossipers.set(agent, new Gossiper(agent.index, agent.parent, value));
  }

  /** Begins an episode, as far as the mind knows of episodes. */
  beginEpisode(agent: MindAgent): void {
    this.#mind.begin?.(agent.lane);
  }

  memberOf(agent: MindAgent): CoalitionMember {
    let member = this.#coalitionMembers.get(agent);
    if (member === undefined) {
      member = new CoalitionMember();
      this.#coalitionMembers.set(agent, member);
    }
    return member;
  }

  /** Perceive and act in one, where nothing is fused. */
  step(batch: BatchOf<'step'>): void {
    const { size, states } = batch;
    this.#open(batch);
    for (let item = 0; item < size; item++) states[item]!.tick = toldOf(batch, item).tick!;
    this.#think(batch, 'both');
    this.#contributeEffects(batch);
  }

  /** Perceive, and tell the evidence that the swarm has not counted. */
  perceive(batch: BatchOf<'perceive'>): void {
    const { size, states } = batch;
    this.#open(batch);
    this.#think(batch, 'perceive');
    for (let item = 0; item < size; item++)
      if (this.#turn.takesPart(item)) states[item]!.perceivedTick = toldOf(batch, item).tick!;
    this.#contributeEvidence(batch);
  }

  /** Act upon what was fused. Those that have seen nothing in this tick, as they were restarted since, have nothing to act upon. */
  act(batch: BatchOf<'act'>): void {
    const { size, states } = batch;
    this.#open(batch);
    for (let item = 0; item < size; item++) {
      const { perceivedTick, parent, index } = states[item]!;
      const { tick, round } = toldOf(batch, item);
      if (perceivedTick === tick) continue;
      this.#turn.leaveOut(item);
      batch.send(item, parent, { type: 'declined', round: round!, index });
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
      const { seed, index } = batch.states[item]!;
      return actionUniform(seed, index, this.#turn.tick);
    };
  }

  /** Calls the minds, once for all items side by side that are in the same tick and have heard of the same pool. */
  #think(batch: AnyBatch, part: 'perceive' | 'act' | 'both'): void {
    const { size, states } = batch;
    const tickOf = (item: number): number => toldOf(batch, item).tick ?? states[item]!.tick; // who is only asked to observe is told none
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
    const { lane } = batch.states[item]!;
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
      const wanted = own.widthOf(states[item]!.lane);
      if (wanted > width && wanted <= ROW_WIDTH_MAX) width = wanted;
    }
    const rows = this.#rows(batch, width);
    for (let item = 0; item < size; item++) {
      if (!this.#turn.takesPart(item)) continue;
      const { lane, parent, index } = states[item]!;
      const wanted = own.widthOf(lane);
      if (wanted <= width) {
        rows.targets[item] = parent;
        own.write(lane, rows.value, item * width);
        continue;
      }
      const value = new Int32Array(wanted);
      own.write(lane, value, 0);
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
      const { parent, index } = states[item]!;
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
      rows.targets[item] = states[item]!.parent;
    }
    return rows;
  }

  #rows(batch: AnyBatch, width: number): ContributionRows {
    const { size, states } = batch;
    const round = new Float64Array(size);
    const index = new Int32Array(size);
    for (let item = 0; item < size; item++) {
      round[item] = toldOf(batch, item).round!;
      index[item] = states[item]!.index;
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
