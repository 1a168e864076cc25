import type { AgentOperation } from '../agent/agent-operation.js';
import type { CombinerSpec } from '../coordination/combiners.js';
import type { NumberRows } from '../coordination/concat.js';
import type { FusedBelief } from '../coordination/fuse.js';
import type { Sample } from '../coordination/sample.js';
import { checkCount } from './check-count.js';
import type { DeclaredNames } from './declared-names.js';
import type {
  FuseOptions,
  FuseResult,
  GatherResult,
  OperationOptions,
  ReduceResult,
  Reduction,
  SampleResult,
} from './results.js';
import type { SwarmDraws } from './swarm-draws.js';
import type { SwarmRounds } from './swarm-rounds.js';

/** What agents report, read in several ways: see the methods of `Swarm` with these names. */
export class SwarmReports {
  readonly #rounds: SwarmRounds;
  readonly #declared: DeclaredNames;
  readonly #draws: SwarmDraws;

  constructor(rounds: SwarmRounds, declared: DeclaredNames, draws: SwarmDraws) {
    this.#rounds = rounds;
    this.#declared = declared;
    this.#draws = draws;
  }

  async gather(name: string, options: OperationOptions): Promise<GatherResult> {
    const rounds = this.#rounds;
    const width = this.#declared.widthOf(name);
    const { partial, missing } = await rounds.take(
      'gather',
      { kind: 'report', name },
      { name: 'float64' },
      options,
    );
    const { numbers } = partial as NumberRows<Float64Array>;
    const column = new Float64Array(rounds.capacity * width).fill(Number.NaN);
    let at = 0;
    for (const index of rounds.present(missing)) {
      column.set(numbers.subarray(at, at + width), index * width);
      at += width;
    }
    return { column, width, missing: [...missing] };
  }

  async reduce<By extends Reduction>(
    name: string,
    by: By,
    options: OperationOptions,
  ): Promise<ReduceResult<By>> {
    const combiner = this.#declared.combinerFor(by, this.#declared.widthOf(name));
    const { partial, missing } = await this.#rounds.take(
      'reduce',
      { kind: 'report', name },
      combiner,
      options,
    );
    return { value: this.#declared.read(combiner, partial), missing: [...missing] };
  }

  async fuse(name: string, { rule, precision, keyFrameEvery, ...options }: FuseOptions): Promise<FuseResult> {
    const states = this.#declared.widthOf(name);
    if (precision !== undefined) this.#declared.check('reports', precision);
    if (keyFrameEvery !== undefined) checkCount('keyFrameEvery', keyFrameEvery);
    const combiner: CombinerSpec = { name: 'fuse', states, rule };
    const take: AgentOperation = { kind: 'report', name, ...(precision !== undefined && { precision }) };
    const sparse = keyFrameEvery !== undefined && {
      sparse: { series: JSON.stringify([name, precision]), keyFrameEvery },
    };
    const { partial, missing } = await this.#rounds.alone('fuse', () =>
      this.#rounds.run({ take, combiner, ...sparse }, options),
    );
    return { ...this.#declared.read<FusedBelief>(combiner, partial), missing: [...missing] };
  }

  async sample(name: string, count: number, options: OperationOptions): Promise<SampleResult> {
    const width = this.#declared.widthOf(name);
    checkCount('count', count);
    const draw = this.#draws.take();
    const combiner: CombinerSpec = { name: 'sample', width, count, seed: this.#draws.seed, draw };
    const { partial, missing } = await this.#rounds.take(
      'sample',
      { kind: 'report', name },
      combiner,
      options,
    );
    return { ...this.#declared.read<Sample>(combiner, partial), width, missing: [...missing] };
  }
}
