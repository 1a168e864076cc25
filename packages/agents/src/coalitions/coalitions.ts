import { type CombinerSpec, combinerOf } from '../coordination/combiners.js';
import type { NumberRows } from '../coordination/concat.js';
import type { FusedBelief } from '../coordination/fuse.js';
import { CoalitionError } from '../errors.js';
import type { OperationOptions } from '../swarm/results.js';
import type { Swarm } from '../swarm/swarm.js';
import type { RunRound } from '../swarm/swarm-rounds.js';
import { partOf } from './coalition-part.js';
import type {
  Coalition,
  CoalitionLosses,
  CoalitionOptions,
  FormOptions,
  FormResult,
  ShareOptions,
  ShareResult,
  SpeakerOptions,
  SpeakerResult,
} from './coalition-results.js';
import { type CoalitionTask, gameOf } from './coalition-task.js';
import { fuseSumsFromGround } from './common-ground.js';
import { formGreedily } from './form-greedily.js';
import { formOptimally } from './form-optimally.js';
import type { CoalitionGame, Formation } from './game.js';
import { NO_COALITION } from './seats.js';
import { joinedLosses, StandingCoalitions, TOOK_PART, viewOf } from './standing-coalitions.js';

const FREE_MAX = 256;
const ROWS: CombinerSpec = { name: 'float64' };
const BEST: CombinerSpec = { name: 'coalition-best' };

/**
 * Coalitions among the agents of a swarm. Their operations travel the swarm's tree, those of all coalitions at once: a thousand of them
 * take as many rounds as one, and no actor hears from more than its children. What members say is combined by coalition on its way up, so a
 * report is as long as there are coalitions below it, and not members.
 *
 * Who is in which is kept outside of all actors, and agents agree with it or are told: each is in one coalition or in none, whoever crashes.
 * Every operation shows who is lost; `onLoss` says what becomes of the coalition then. If an operation rejects, as the root of the tree has not
 * answered, it may be tried again: coalitions that were to be formed are not, all others stand.
 */
export class Coalitions {
  readonly #swarm: Swarm<never, unknown>;
  readonly #standing: StandingCoalitions;

  constructor(swarm: Swarm<never, unknown>, options: CoalitionOptions = {}) {
    this.#swarm = swarm;
    this.#standing = new StandingCoalitions(swarm, options);
  }

  /** Those that stand, in the order in which they were formed. */
  get standing(): readonly Coalition[] {
    return Array.from(this.#standing.values(), viewOf);
  }

  /** The coalition of an agent; undefined if it is in none of these. */
  of(index: number): Coalition | undefined {
    const standing = this.#standing.get(this.#swarm.seats.of(index));
    return standing && viewOf(standing);
  }

  /**
   * Forms coalitions among the agents that are in none.
   *
   * @throws CoalitionError `AGENTS_COALITION_TASK`, `AGENTS_COALITION_SIZE`; SwarmError `AGENTS_UNDECLARED`; as any operation does
   */
  async form(tasks: readonly CoalitionTask[], options: FormOptions = {}): Promise<FormResult> {
    const { memberCost = 0, freeMax = FREE_MAX, belief } = options;
    const stateCount = belief === undefined ? 0 : this.#swarm.reportWidth(belief);
    const game = gameOf(tasks, { stateCount, memberCost, freeMax });
    for (const name of game.capabilities) this.#swarm.checkDeclared('capabilities', name);
    return this.#swarm.rounds('form', async (round) => {
      const { coalitions } = await this.#formation(round, game, options);
      const { seats } = this.#swarm;
      const newest = seats.next;
      const founded = coalitions.map((coalition) => this.#standing.found(game, coalition));
      try {
        const losses = await this.#standing.seat(round, newest, options);
        const formed = founded.flatMap((id) => this.#standing.get(id) ?? []).map(viewOf);
        return { formed, ...losses };
      } catch (error) {
        for (const id of founded) this.#standing.end(id);
        throw error;
      }
    });
  }

  /**
   * Has the members of each coalition share what they believe: fuses the report of that name, and gives all of them the result.
   *
   * @throws SwarmError `AGENTS_UNDECLARED`; as any operation does
   */
  async share(report: string, options: ShareOptions = {}): Promise<ShareResult> {
    const { rule = 'product', precision, as = report, prior } = options;
    const states = this.#swarm.reportWidth(report);
    if (precision !== undefined) this.#swarm.reportWidth(precision);
    this.#swarm.checkDeclared('accepts', as);
    const uniform = prior ?? new Float64Array(states).fill(1 / states);
    return this.#swarm.rounds('share', async (round) => {
      const confer = { part: 'confer', name: report, ...(precision !== undefined && { precision }) } as const;
      const combiner: CombinerSpec = { name: 'coalition-beliefs', states };
      const { answers, losses } = await this.#standing.ask<Float64Array>(round, confer, combiner, options);
      const beliefs = new Map<number, FusedBelief>();
      const { capacity, seats } = this.#swarm;
      const column = new Float64Array(capacity * (states + 1)).fill(Number.NaN);
      for (let index = 0; index < capacity; index++) column[index * (states + 1)] = seats.of(index);
      for (const standing of this.#standing.values()) {
        const { id, members, belief } = standing;
        const fused = fuseSumsFromGround(answers.get(id)!, belief ?? uniform, rule);
        beliefs.set(id, fused);
        for (const { index } of members) column.set(fused.posterior, index * (states + 1) + 1);
        if (!Number.isNaN(fused.posterior[0])) standing.belief = fused.posterior;
      }
      const { present } = await round(partOf({ part: 'share', name: as }), TOOK_PART, options, column);
      return { beliefs, ...joinedLosses(losses, await this.#standing.settle(round, present, options)) };
    });
  }

  /**
   * Elects for each coalition one of its members to speak for it, in a new term.
   *
   * At most one speaks for a coalition in a term, whatever crashes: the term is given up before anybody is asked, and all that members ever hear of it
   * names the one that was best then. A speaker that fails speaks no more, as its next life has heard of nothing.
   *
   * @throws SwarmError `AGENTS_UNDECLARED`; as any operation does
   */
  async elect(options: SpeakerOptions = {}): Promise<SpeakerResult> {
    const { by } = options;
    if (by !== undefined) this.#swarm.reportWidth(by);
    return this.#swarm.rounds('elect', async (round) => {
      const term = this.#swarm.seats.takeTerm();
      for (const coalition of this.#standing.values()) coalition.speaker = undefined;
      const ballot =
        by === undefined ? ({ part: 'lot', draw: term } as const) : ({ part: 'confer', name: by } as const);
      const { answers, losses } = await this.#standing.ask<number>(round, ballot, BEST, options);
      const column = this.#standing.rows(2);
      const chosen = new Map<number, number>();
      for (const { id, members } of this.#standing.values()) {
        const speaker = answers.get(id)!;
        chosen.set(id, speaker);
        for (const { index } of members) column[2 * index + 1] = speaker;
      }
      const { present } = await round(partOf({ part: 'speaker', term }), TOOK_PART, options, column);
      const later = await this.#standing.settle(round, present, options);
      const speakers = new Map<number, number>();
      for (const [id, speaker] of chosen) {
        const coalition = this.#standing.get(id);
        if (coalition === undefined || !coalition.members.some(({ index }) => index === speaker)) continue;
        coalition.speaker = speaker;
        speakers.set(id, speaker);
      }
      return { term, speakers, ...joinedLosses(losses, later) };
    });
  }

  /**
   * Ends coalitions: their members are in none any more, and are told.
   *
   * @param ids default: all of these
   * @throws CoalitionError `AGENTS_COALITION_GONE` for one that does not stand, before any has ended; as any operation does
   */
  async dissolve(
    ids: Iterable<number> = this.#standing.ids(),
    options: Pick<OperationOptions, 'deadlineMs'> = {},
  ): Promise<CoalitionLosses> {
    const ending = [...ids];
    const gone = ending.find((id) => this.#standing.get(id) === undefined);
    if (gone !== undefined)
      throw new CoalitionError(
        'AGENTS_COALITION_GONE',
        `Coalition ${gone} does not stand; ${this.#standing.count} do.`,
        'Dissolve some of `coalitions.standing`.',
      );
    return this.#swarm.rounds('dissolve', async (round) => {
      for (const id of ending) this.#standing.end(id);
      return this.#standing.seat(round, Number.POSITIVE_INFINITY, options);
    });
  }

  async #formation(
    round: RunRound,
    game: CoalitionGame,
    { algorithm = 'hierarchical', belief, ...options }: FormOptions,
  ): Promise<Pick<Formation, 'coalitions'>> {
    const { seats, capacity } = this.#swarm;
    const { capabilities } = game;
    const asked = Int32Array.from({ length: capacity }, (_, at) => (seats.of(at) === NO_COALITION ? 1 : 0));
    const part = partOf({ part: 'candidate', capabilities, ...(belief !== undefined && { belief }) });
    if (algorithm === 'hierarchical') {
      const combiner: CombinerSpec = { name: 'coalitions', game };
      const { partial } = await round(part, combiner, options, asked);
      return combinerOf(combiner, {}).read(partial) as Formation;
    }
    const { partial, present } = await round(part, ROWS, options, asked);
    const candidates = Array.from(rowsOf(partial, present), ([index, numbers]) => ({ index, numbers }));
    return algorithm === 'greedy' ? formGreedily(game, candidates) : formOptimally(game, candidates);
  }
}

function rowsOf(partial: unknown, present: Int32Array): Map<number, Float64Array> {
  const { width, numbers } = partial as NumberRows<Float64Array>;
  return new Map(
    Array.from(present, (index, at) => [index, numbers.subarray(at * width, (at + 1) * width)] as const),
  );
}

/**
 * Forms coalitions among the agents of a swarm that are in none yet.
 *
 * @throws as `Coalitions.form` does
 * @example
 * const coalitions = await formCoalitions(swarm, [{ name: 'search', requires: { rows: 1, columns: 1 }, value: 3 }], { onLoss: 'dissolve' });
 * await coalitions.share('belief');
 * const { speakers } = await coalitions.elect({ by: 'confidence' });
 * await coalitions.dissolve();
 */
export async function formCoalitions<Observation, Effect>(
  swarm: Swarm<Observation, Effect>,
  tasks: readonly CoalitionTask[],
  options: FormOptions & CoalitionOptions = {},
): Promise<Coalitions> {
  const coalitions = new Coalitions(swarm as Swarm<never, unknown>, options);
  await coalitions.form(tasks, options);
  return coalitions;
}
