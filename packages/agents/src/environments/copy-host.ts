import { CopyBatch, type CopyFailure } from './copy-batch.js';
import { COMMAND, CopyRows, rowWidth } from './copy-row.js';
import { EPISODE, NOTHING_SHOWN, type World, type WorldCopies } from './world.js';
import { WorldError } from './world-error.js';

/** Which copy it is, and whose turn of it. */
export interface CopyTurn {
  readonly lane: number;
  readonly copy: number;
  readonly seed: number;
  readonly tick: number;
}

/** Steps of a copy that has no episode. */
const NO_EPISODE = -1;

/**
 * The copies of one world on one shard, and what takes them a step on together. A round is `begin`, `enter` for each item, `run`;
 * then `rows` has what each tells, until the next. Copies are independent: no result depends on who shares a round.
 */
export class CopyHost {
  readonly world: World;
  /** Numbers of a row, count. */
  readonly width: number;
  /** i32[item, width], as {@link CopyRows} writes them; made anew by each round. Those of items that failed mean nothing. */
  rows: Int32Array = new Int32Array(0);
  /** Who failed in the last round: these copies have no episode any more. */
  failures: CopyFailure[] = [];
  readonly #stepsMax: number;
  readonly #copies: WorldCopies;
  readonly #resets: CopyBatch;
  readonly #moves: CopyBatch;
  readonly #rows = new CopyRows();
  /** Steps of each lane's episode, or {@link NO_EPISODE}. */
  #steps = new Int32Array(0);
  readonly #free: number[] = [];
  #laneCount = 0;

  /** @param stepsMax after so many steps an episode is truncated, count */
  constructor(world: World, stepsMax: number) {
    this.world = world;
    this.width = rowWidth(world.outcomeCounts.length);
    this.#stepsMax = stepsMax;
    this.#copies = world.open();
    this.#resets = new CopyBatch(world);
    this.#moves = new CopyBatch(world);
  }

  /** Takes a lane for another copy, without an episode. */
  add(): number {
    const lane = this.#free.pop() ?? this.#laneCount++;
    if (lane >= this.#steps.length) {
      const longer = new Int32Array(Math.max(64, lane * 2));
      longer.set(this.#steps);
      this.#steps = longer;
    }
    this.#steps[lane] = NO_EPISODE;
    return lane;
  }

  remove(lane: number): void {
    this.#copies.release?.(lane);
    this.#free.push(lane);
  }

  begin(itemCount: number): void {
    this.rows = new Int32Array(itemCount * this.width);
    if (this.failures.length > 0) this.failures = [];
    this.#resets.clear();
    this.#moves.clear();
  }

  /**
   * @param told an action for each factor, or a {@link COMMAND} for the first; of a single factor the bare number
   * @throws WorldError `AGENTS_WORLD_ACTION`; the item is then no part of the round
   */
  enter(item: number, turn: CopyTurn, told: number | ArrayLike<number>): void {
    const first = typeof told === 'number' ? told : told[0]!;
    if (first === COMMAND.begin) {
      this.#take(this.#resets, item, turn, 0);
      return;
    }
    const steps = this.#steps[turn.lane]!;
    if (first === COMMAND.rest || steps === NO_EPISODE) {
      this.#rows.writeIdle(this.rows, item * this.width, this.width);
      return;
    }
    const { actionCounts } = this.world;
    const moves = this.#moves;
    const factorCount = typeof told === 'number' ? 1 : told.length;
    if (factorCount !== actionCounts.length) throw notAnAction(turn.copy, told, actionCounts);
    for (let f = 0; f < factorCount; f++) {
      const action = typeof told === 'number' ? told : told[f]!;
      if (!(Number.isInteger(action) && action >= 0 && action < actionCounts[f]!))
        throw notAnAction(turn.copy, told, actionCounts);
    }
    const entry = this.#take(moves, item, turn, steps + 1);
    for (let f = 0; f < factorCount; f++)
      moves.actions[f]![entry] = typeof told === 'number' ? told : told[f]!;
  }

  run(): void {
    if (this.#resets.size > 0) this.#runOne(this.#resets, (batch) => this.#copies.reset(batch));
    if (this.#moves.size > 0) this.#runOne(this.#moves, (batch) => this.#copies.step(batch));
  }

  #take(batch: CopyBatch, item: number, { lane, copy, seed, tick }: CopyTurn, steps: number): number {
    return batch.add(item, lane, copy, seed, tick, steps);
  }

  #runOne(batch: CopyBatch, run: (batch: CopyBatch) => void): void {
    try {
      run(batch);
    } catch (error) {
      for (let entry = 0; entry < batch.size; entry++) batch.fail(entry, error);
    }
    for (let entry = 0; entry < batch.size; entry++) {
      if (batch.failed[entry] === 0) this.#check(batch, entry);
      if (batch.failed[entry] === 1) this.#steps[batch.lanes[entry]!] = NO_EPISODE;
      else this.#settle(batch, entry);
    }
    for (const failure of batch.failures) this.failures.push(failure);
  }

  #settle(batch: CopyBatch, entry: number): void {
    const steps = batch.steps[entry]!;
    let standing = batch.endings[entry]!;
    if (standing === EPISODE.running && steps >= this.#stepsMax) standing = EPISODE.truncated;
    this.#steps[batch.lanes[entry]!] = standing === EPISODE.running ? steps : NO_EPISODE;
    const at = batch.items[entry]! * this.width;
    this.#rows.write(this.rows, at, { standing, reward: batch.rewards[entry]! }, batch.outcomes, entry);
  }

  #check(batch: CopyBatch, entry: number): void {
    const { outcomeCounts } = this.world;
    for (let m = 0; m < outcomeCounts.length; m++) {
      const outcome = batch.outcomes[m]![entry]!;
      if (outcome >= NOTHING_SHOWN && outcome < outcomeCounts[m]!) continue;
      const error = new WorldError(
        'AGENTS_WORLD_OUTCOME',
        `Copy ${batch.copies[entry]} showed outcome ${outcome} of modality ${m}, which has ${outcomeCounts[m]}.`,
        'Show outcomes within `outcomeCounts`.',
      );
      batch.fail(entry, error);
    }
    if (Number.isFinite(batch.rewards[entry])) return;
    const message = `Copy ${batch.copies[entry]} gave a reward of ${batch.rewards[entry]}.`;
    batch.fail(entry, new WorldError('AGENTS_WORLD_REWARD', message, 'Reward with finite numbers.'));
  }
}

function notAnAction(
  copy: number,
  told: number | ArrayLike<number>,
  actionCounts: readonly number[],
): WorldError {
  const action = typeof told === 'number' ? told : `[${Array.from(told).join(', ')}]`;
  return new WorldError(
    'AGENTS_WORLD_ACTION',
    `Copy ${copy} was to act with ${action}, where there are [${actionCounts.join(', ')}] actions.`,
    'Give agent and world the same factors of actions.',
  );
}
