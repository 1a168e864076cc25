import { entryAt, type GenerativeModel, logSoftmax } from '@skein/inference';

/** How one action moves a factor. */
export interface Move {
  /** Where each state goes, `[S]`, when every column of B has a single 1; null otherwise. */
  readonly target: Int32Array | null;
  /** B under the action, f32[S', S] row-major; empty when `target` says it all. */
  readonly matrix: Float32Array;
}

/** A model as a careful scalar program keeps it: single precision, dense, all that no observation changes precomputed. */
export interface ScalarTables {
  readonly stateCounts: readonly number[];
  readonly outcomeCounts: readonly number[];
  /** Joint states of all factors, count. */
  readonly jointCount: number;
  /** A + 1e-16, f32[O, joint] row-major, of each modality. */
  readonly likelihood: readonly Float32Array[];
  /** A itself, f32[O, joint], for prediction. */
  readonly prediction: readonly Float32Array[];
  /** `ln(A + 1e-16)`, f32[O, joint], nats. */
  readonly logLikelihood: readonly Float32Array[];
  /** Expected log preference less ambiguity of each joint state, summed over modalities, f32[joint], nats. */
  readonly gains: Float32Array;
  /** `[factor][action]` */
  readonly moves: readonly (readonly Move[])[];
  readonly D: readonly Float32Array[];
}

const EPSILON = 1e-16;

/**
 * Tabulates a model in which every modality depends on all factors and every factor moves on its own.
 *
 * @throws Error for any other model, and for preferences that change over time
 */
export function scalarTables({ shape, A, B, C, D }: GenerativeModel): ScalarTables {
  const { stateCounts, outcomeCounts, actionCounts, likelihoodFactors, transitionFactors } = shape;
  const all = stateCounts.map((_, f) => f).join();
  if (likelihoodFactors.some((factors) => factors.join() !== all)) throw new Error('a partial dependency');
  if (transitionFactors.some((factors, f) => factors.join() !== `${f}`)) throw new Error('a coupled factor');
  if (C.some((preference) => preference.shape.length > 1)) throw new Error('preferences over time');
  const joint = jointIndices(stateCounts);
  const prediction = A.map((tensor, m) =>
    Float32Array.from({ length: outcomeCounts[m]! * joint.length }, (_, i) =>
      entryAt(tensor, [Math.floor(i / joint.length), ...joint[i % joint.length]!]),
    ),
  );
  const gains = new Float64Array(joint.length);
  prediction.forEach((rows, m) => {
    const logPreference = logSoftmax(C[m]!.data);
    rows.forEach((p, i) => {
      if (p === 0) return;
      gains[i % joint.length]! += p * (logPreference[Math.floor(i / joint.length)]! + Math.log(p));
    });
  });
  return {
    stateCounts,
    outcomeCounts,
    jointCount: joint.length,
    prediction,
    likelihood: prediction.map((rows) => rows.map((p) => p + EPSILON)),
    logLikelihood: prediction.map((rows) => rows.map((p) => Math.log(p + EPSILON))),
    gains: Float32Array.from(gains),
    moves: B.map((tensor, f) =>
      Array.from({ length: actionCounts[f]! }, (_, action) =>
        moveOf(stateCounts[f]!, (next, state) => entryAt(tensor, [next, state, action])),
      ),
    ),
    D: D.map((belief) => Float32Array.from(belief)),
  };
}

function moveOf(stateCount: number, probability: (next: number, state: number) => number): Move {
  const matrix = Float32Array.from({ length: stateCount ** 2 }, (_, i) =>
    probability(Math.floor(i / stateCount), i % stateCount),
  );
  if (!matrix.every((p) => p === 0 || p === 1)) return { target: null, matrix };
  const target = new Int32Array(stateCount);
  matrix.forEach((p, i) => {
    if (p === 1) target[i % stateCount] = Math.floor(i / stateCount);
  });
  return { target, matrix: new Float32Array(0) };
}

/** Every joint state, the last factor varying fastest. */
function jointIndices(stateCounts: readonly number[]): number[][] {
  return stateCounts.reduce<number[][]>(
    (joint, count) => joint.flatMap((head) => Array.from({ length: count }, (_, state) => [...head, state])),
    [[]],
  );
}
