import { type CombinerSpec, combinerOf } from '../coordination/combiners.js';
import type { Swarm } from '../swarm/swarm.js';
import type { RunRound } from '../swarm/swarm-rounds.js';
import { coalitionEnergy } from './coalition-energy.js';
import { type PartOf, partOf } from './coalition-part.js';
import type { Coalition, CoalitionLosses, CoalitionOptions, Deadline } from './coalition-results.js';
import type { Candidate, CoalitionGame, FormedCoalition } from './game.js';

/** For a round without a result. */
export const TOOK_PART: CombinerSpec = { name: 'count' };

/** A coalition as it is kept. */
export interface Standing {
  readonly id: number;
  readonly game: CoalitionGame;
  /** Which of the game's. */
  readonly task: number;
  members: readonly Candidate[];
  readonly expectedFreeEnergy: number;
  speaker: number | undefined;
  belief: Float64Array | undefined;
}

/** The coalitions of one owner that stand, whom they lose, and what becomes of them then. */
export class StandingCoalitions {
  readonly #swarm: Swarm<never, unknown>;
  readonly #onLoss: 'shrink' | 'dissolve';
  readonly #standing = new Map<number, Standing>();

  constructor(swarm: Swarm<never, unknown>, { onLoss = 'shrink' }: CoalitionOptions) {
    this.#swarm = swarm;
    this.#onLoss = onLoss;
  }

  /** Coalitions, count. */
  get count(): number {
    return this.#standing.size;
  }

  /** Their numbers, in the order in which they were formed. */
  ids(): Iterable<number> {
    return this.#standing.keys();
  }

  /** In the same order. */
  values(): Iterable<Standing> {
    return this.#standing.values();
  }

  /** Undefined for one that does not stand, or is another owner's. */
  get(id: number): Standing | undefined {
    return this.#standing.get(id);
  }

  /** Begins a coalition: its number. Its members are told when they are seated. */
  found(game: CoalitionGame, { task, members, expectedFreeEnergy }: FormedCoalition): number {
    const id = this.#swarm.seats.found(members.map(({ index }) => index));
    const begins = { speaker: undefined, belief: undefined };
    this.#standing.set(id, { id, game, task, members, expectedFreeEnergy, ...begins });
    return id;
  }

  /** Ends one that stands. Its members are told when they are seated. */
  end(id: number): void {
    const { members } = this.#standing.get(id)!;
    this.#swarm.seats.vacate(members.map(({ index }) => index));
    this.#standing.delete(id);
  }

  /**
   * Asks all members something, combines by coalition what they say, and settles who is lost: the answer of a coalition that stands is that of
   * the members whom it has left, and of nobody else.
   */
  async ask<Answer>(
    round: RunRound,
    part: PartOf,
    combiner: CombinerSpec,
    options: Deadline,
  ): Promise<{ readonly answers: ReadonlyMap<number, Answer>; readonly losses: CoalitionLosses }> {
    let losses: CoalitionLosses = { lost: [], dissolved: [] };
    while (true) {
      const { partial, present } = await round(partOf(part), combiner, options, this.rows(1));
      const now = await this.settle(round, present, options);
      losses = joinedLosses(losses, now);
      // Who has answered and is lost all the same, as it did not hear who else is, is in an answer: the others are asked again.
      const answered = new Set(present);
      if (now.lost.some((index) => answered.has(index))) continue;
      return { answers: combinerOf(combiner, {}).read(partial) as ReadonlyMap<number, Answer>, losses };
    }
  }

  /** For each place its coalition, of these or others, and -1 for what else its row is to have. */
  rows(width: number): Int32Array {
    const { capacity, seats } = this.#swarm;
    const rows = new Int32Array(width * capacity).fill(-1);
    for (let index = 0; index < capacity; index++) rows[width * index] = seats.of(index);
    return rows;
  }

  /** Tells all agents where they are. Who is to be in a coalition from `newest` on takes its place there. */
  async seat(round: RunRound, newest: number, options: Deadline): Promise<CoalitionLosses> {
    const column = this.rows(3);
    const tasks = new Map<string, number>();
    for (const { game, task, members } of this.#standing.values()) {
      const { name } = game.tasks[task]!;
      if (!tasks.has(name)) tasks.set(name, tasks.size);
      for (const { index } of members) column.set([tasks.get(name)!, members.length], 3 * index + 1);
    }
    const seat = partOf({ part: 'seat', newest, tasks: [...tasks.keys()] });
    const { present } = await round(seat, TOOK_PART, options, column);
    return this.settle(round, present, options);
  }

  /** Lets go of members who were not there, and, by the declared rule, of their coalitions; then the others of those are told. */
  async settle(round: RunRound, present: Int32Array, options: Deadline): Promise<CoalitionLosses> {
    const here = new Set(present);
    const lost: number[] = [];
    const dissolved: number[] = [];
    for (const coalition of [...this.#standing.values()]) {
      const { id, game, task, members, speaker } = coalition;
      const left = members.filter(({ index }) => here.has(index));
      if (left.length === members.length) continue;
      const gone = members.filter((member) => !left.includes(member)).map(({ index }) => index);
      lost.push(...gone);
      this.#swarm.seats.vacate(gone);
      coalition.members = left;
      if (gone.includes(speaker ?? -1)) coalition.speaker = undefined;
      const stands =
        this.#onLoss === 'shrink' && left.length > 0 && coalitionEnergy(game).deficit(task, left) === 0;
      if (stands) continue;
      dissolved.push(id);
      this.end(id);
    }
    const losses = { lost: lost.sort((a, b) => a - b), dissolved };
    if (dissolved.length === 0) return losses;
    return joinedLosses(losses, await this.seat(round, Number.POSITIVE_INFINITY, options));
  }
}

/** What two rounds after each other have cost. */
export function joinedLosses(a: CoalitionLosses, b: CoalitionLosses): CoalitionLosses {
  const lost = [...a.lost, ...b.lost].sort((x, y) => x - y);
  return { lost, dissolved: [...a.dissolved, ...b.dissolved] };
}

/** A copy for others to see. */
export function viewOf({
  id,
  game,
  task,
  members,
  expectedFreeEnergy,
  speaker,
  belief,
}: Standing): Coalition {
  return {
    id,
    task: game.tasks[task]!.name,
    members: members.map(({ index }) => index),
    expectedFreeEnergy,
    speaker,
    belief: belief?.slice(),
  };
}
