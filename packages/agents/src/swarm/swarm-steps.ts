import { type CombinerSpec, combinerOf } from '../coordination/combiners.js';
import type { NumberRows } from '../coordination/concat.js';
import type { CountSums } from '../coordination/counts.js';
import { SwarmError } from '../errors.js';
import type { Column } from './column.js';
import { EvidencePool } from './evidence-pool.js';
import type { CohortReport } from './operation.js';
import type { ColumnStepResult, OperationOptions, StepResult } from './results.js';
import type { SwarmParts } from './swarm-parts.js';
import type { SwarmRounds } from './swarm-rounds.js';

const EVIDENCE: CombinerSpec = { name: 'add' };
const COUNTS: CombinerSpec = { name: 'counts' };
const EFFECTS: CombinerSpec = { name: 'list' };
const ACTIONS: CombinerSpec = { name: 'int32' };

/** What came of a step, before it is read. */
interface Acted {
  readonly tick: number;
  readonly acted: CohortReport;
  /** Agents whose observations do not count, index, ascending. */
  readonly unseen: readonly number[];
}

/** The steps of a swarm: one round each, or, where agents share evidence, two with its fusion in between. */
export class SwarmSteps {
  readonly #rounds: SwarmRounds;
  readonly #fuses: boolean;
  readonly #evidence: CombinerSpec;
  #pool: EvidencePool | undefined;
  /** Rows of one number that all agents have met, so that nobody looks at them any more. */
  #spare: Int32Array | undefined;

  constructor(rounds: SwarmRounds, { fuses, countsEvidence }: Pick<SwarmParts, 'fuses' | 'countsEvidence'>) {
    this.#rounds = rounds;
    this.#fuses = fuses;
    this.#evidence = countsEvidence ? COUNTS : EVIDENCE;
  }

  /** What is fused so far, if anything. */
  get pool(): EvidencePool | undefined {
    return this.#pool;
  }

  /** See `Swarm.step`. */
  async step<Effect>(
    observations: readonly unknown[],
    options: OperationOptions,
  ): Promise<StepResult<Effect>> {
    const rounds = this.#rounds;
    rounds.checkLength('A step', observations.length);
    return rounds.alone('step', async () => {
      const { tick, acted, unseen } = await this.#act(observations, EFFECTS, options);
      const { missing, partial } = acted;
      const actions = new Array<Effect | undefined>(rounds.capacity).fill(undefined);
      const effects = partial as readonly Effect[];
      let at = 0;
      for (const index of rounds.present(missing)) actions[index] = effects[at++]!;
      return { tick, actions, missing: [...missing], unseen };
    });
  }

  /** See `Swarm.stepColumns`. */
  async stepColumns(outcomes: readonly Int32Array[], options: OperationOptions): Promise<ColumnStepResult> {
    const rounds = this.#rounds;
    const { capacity } = rounds;
    for (const { length } of outcomes) rounds.checkLength('A step', length);
    if (outcomes.length === 0) rounds.checkLength('A step', 0);
    const observations = this.#interleave(outcomes);
    return rounds.alone('step', async () => {
      const { tick, acted, unseen } = await this.#act(observations, ACTIONS, options, true);
      const { missing } = acted;
      if (missing.length === 0 && outcomes.length === 1) this.#spare = observations;
      const { width, numbers, unfit } = acted.partial as NumberRows<Int32Array>;
      if (unfit !== -1)
        throw new SwarmError(
          'AGENTS_NOT_NUMERIC',
          `Agent ${unfit} did something in step ${tick} that is not ${width} whole numbers.`,
          'Use `step` for actions that are no numbers.',
        );
      if (width === 1 && numbers.length === capacity)
        return { tick, actions: [numbers], missing: [], unseen }; // nobody is missing
      const actions = Array.from({ length: width }, () => new Int32Array(capacity).fill(-1));
      let at = 0;
      for (const index of rounds.present(missing))
        for (const factor of actions) factor[index] = numbers[at++]!;
      return { tick, actions, missing: [...missing], unseen };
    });
  }

  async #act(
    observations: Column,
    combiner: CombinerSpec,
    options: OperationOptions,
    numeric = false,
  ): Promise<Acted> {
    const rounds = this.#rounds;
    const tick = rounds.nextTick();
    if (!this.#fuses) {
      // An agent that fails may have failed at either: nothing it saw counts.
      const step = { tell: 'step', tick, combiner, ...(numeric && { numeric }) } as const;
      const acted = await rounds.run(step, options, observations);
      return { tick, acted, unseen: [...acted.missing] };
    }
    // The pool goes down with the observations too: who missed it when it was to act must know what of its evidence it holds already.
    const seen = { tell: 'perceive', tick, combiner: this.#evidence } as const;
    const { partial, missing } = await rounds.run(
      seen,
      { ...options, partial: 'return' },
      observations,
      this.#pool,
    );
    const evidence = partial as Float64Array | CountSums | undefined;
    const unseen = [...missing];
    const length = evidence?.length ?? this.#pool?.total.length ?? 0;
    this.#pool ??= length > 0 ? new EvidencePool(rounds.capacity, length) : undefined;
    if (this.#pool === undefined) {
      // Not one agent was there.
      const nobody = combinerOf(combiner, {}).empty();
      return { tick, acted: { round: rounds.count, from: 0, missing, partial: nobody }, unseen };
    }
    this.#pool.add(tick, evidence, rounds.present(missing));
    const act = { tell: 'act', tick, combiner, ...(numeric && { numeric }) } as const;
    const acted = await rounds.run(act, options, undefined, this.#pool);
    return { tick, acted, unseen };
  }

  /** Columns as rows: the numbers of one place side by side. A copy, as the caller may change what is under way. */
  #interleave(columns: readonly Int32Array[]): Int32Array {
    const width = columns.length;
    const spare = width === 1 ? this.#spare : undefined;
    const rows = spare ?? new Int32Array(this.#rounds.capacity * width);
    this.#spare = undefined;
    for (let c = 0; c < width; c++) {
      const column = columns[c]!;
      if (width === 1) rows.set(column);
      else for (let place = 0; place < column.length; place++) rows[place * width + c] = column[place]!;
    }
    return rows;
  }
}
