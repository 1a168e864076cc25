import { cellIndex } from '@skein/inference';
import { keyedUniform, streamOf } from '@skein/runtime';
import { meadow } from './actors.js';

const STARTS = streamOf('foragers: starts');
const SIGHTS = streamOf('foragers: sights');
const NOISE = 0.1;
const CELLS = meadow.width * meadow.height;
const FOOD = cellIndex(meadow, meadow.goal);

/** Where foragers truly are, and what they see of it: decided by the seed, and by what they do. */
export class Field {
  /** What each sees now, a cell: as `stepColumns` takes it. */
  readonly sights: readonly [Int32Array];
  readonly #cells: Int32Array;
  readonly #seed: number;
  #tick = 0;

  constructor(count: number, seed: number) {
    this.#seed = seed;
    this.#cells = Int32Array.from({ length: count }, (_, forager) =>
      Math.floor(keyedUniform(seed, STARTS, forager, 0) * CELLS),
    );
    this.sights = [new Int32Array(count)];
    this.#look();
  }

  /** Foragers at the food, share. */
  get fed(): number {
    return this.#cells.reduce((count, cell) => count + Number(cell === FOOD), 0) / this.#cells.length;
  }

  /** Moves each by what it does, one action each, and shows it where it is. */
  move(actions: Int32Array): void {
    const [nextCell] = meadow.environment.nextState;
    for (let forager = 0; forager < actions.length; forager++)
      this.#cells[forager] = nextCell![this.#cells[forager]!]![actions[forager]!]!;
    this.#tick++;
    this.#look();
  }

  #look(): void {
    const [sights] = this.sights;
    for (let forager = 0; forager < sights.length; forager++) {
      const uniform = keyedUniform(this.#seed, SIGHTS, forager, this.#tick);
      const cell = this.#cells[forager]!;
      // Wrong in one of ten looks, and then any other cell as likely.
      const other = Math.floor((uniform / NOISE) * (CELLS - 1));
      sights[forager] = uniform >= NOISE ? cell : other < cell ? other : other + 1;
    }
  }
}
