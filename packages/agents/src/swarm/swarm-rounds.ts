import type { ActorRef } from '@skein/runtime';
import type { AgentOperation } from '../agent/agent-operation.js';
import type { CombinerSpec } from '../coordination/combiners.js';
import { PartialResultError, SwarmError } from '../errors.js';
import type { CohortProtocol } from './cohort-protocol.js';
import type { Column } from './column.js';
import type { EvidencePool } from './evidence-pool.js';
import type { Membership } from './membership.js';
import type { CohortReport, Descent, Operation } from './operation.js';
import type { Attendance, OperationOptions } from './results.js';
import type { SwarmParts } from './swarm-parts.js';
import { treeDepth } from './swarm-tree.js';

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

/** Longest time each way down and up may take where nothing else is said, ms. */
export const DEADLINE_MS = 30_000;
/** Of the time that an operation has, the part that goes to reports on their way up. */
const SLACK_SHARE = 0.25;

/** For an operation without a result. */
export const TOOK_PART: CombinerSpec = { name: 'count' };

/** What the agents of one round are told; a step's also with the evidence that is fused. */
export type RoundOperation = Partial<Operation> & Pick<Operation, 'combiner'>;

/**
 * The rounds of a swarm, each of which is one way down its tree and up again, and the numbers by which they are told apart. One operation
 * of a round or several runs at a time.
 */
export class SwarmRounds {
  /** Places, count. */
  readonly capacity: number;
  readonly #root: ActorRef<CohortProtocol>;
  readonly #membership: Membership;
  /** Ways down the tree and up again, count. */
  readonly #depth: number;
  #tick = 0;
  #rounds = 0;
  #running: string | undefined;

  constructor({ root, tree, membership }: Pick<SwarmParts, 'root' | 'tree' | 'membership'>) {
    this.capacity = tree.to;
    this.#root = root;
    this.#membership = membership;
    this.#depth = treeDepth(tree);
  }

  /** Steps begun so far, count. */
  get tick(): number {
    return this.#tick;
  }

  /** Rounds begun so far, count. */
  get count(): number {
    return this.#rounds;
  }

  /** Begins a step: all rounds from now on are of it. */
  nextTick(): number {
    return ++this.#tick;
  }

  /** Runs an operation while no other does. @throws SwarmError `AGENTS_STEP_IN_FLIGHT` */
  async alone<T>(operation: string, run: () => Promise<T>): Promise<T> {
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

  /**
   * One way down the tree and up again, in an operation.
   *
   * @param fused what agents share, where that is told
   */
  async run(
    operation: RoundOperation,
    { deadlineMs = DEADLINE_MS, partial = 'return' }: OperationOptions,
    column?: Column,
    fused?: EvidencePool,
  ): Promise<CohortReport> {
    const { tenures } = this.#membership;
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

  /** An operation of one round. */
  take(
    operation: string,
    take: AgentOperation,
    combiner: CombinerSpec,
    options: OperationOptions,
    column?: Column,
  ): Promise<CohortReport> {
    return this.alone(operation, () => this.run({ take, combiner }, options, column));
  }

  /** The same without a result. */
  async operate(
    operation: string,
    take: AgentOperation,
    options: OperationOptions,
    column?: Column,
  ): Promise<Attendance> {
    const { missing } = await this.take(operation, take, TOOK_PART, options, column);
    return { missing: [...missing] };
  }

  /** Several rounds as one operation. */
  several<T>(operation: string, run: (round: RunRound) => Promise<T>): Promise<T> {
    return this.alone(operation, () =>
      run(async (take, combiner, { deadlineMs }, column) => {
        const options = deadlineMs === undefined ? {} : { deadlineMs };
        const { partial, missing } = await this.run({ take, combiner }, options, column);
        return { partial, present: Int32Array.from(this.present(missing)) };
      }),
    );
  }

  /** Members but for those missing, index, ascending. @param missing ascending */
  *present(missing: Int32Array): Generator<number> {
    const { tenures } = this.#membership;
    let next = 0;
    for (let index = 0; index < this.capacity; index++) {
      if (missing[next] === index) next++;
      else if (tenures === undefined || tenures[index]! > 0) yield index;
    }
  }

  /** @throws SwarmError `AGENTS_OBSERVATION_COUNT` for a column that has not as many rows as there are places */
  checkLength(what: string, length: number): void {
    if (length === this.capacity) return;
    throw new SwarmError(
      'AGENTS_OBSERVATION_COUNT',
      `${what} with ${this.capacity} places needs as many rows, got ${length}.`,
      'Pass one for each place, in index order.',
    );
  }
}
