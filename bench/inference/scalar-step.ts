import { type Policy, policyTree } from '@skein/inference';
import type { ScalarTables } from './scalar-tables.js';
import type { Stepper } from './stepper.js';

const ITERATIONS_MAX = 10;
const FREE_ENERGY_TOLERANCE = 0.001;
const GAMMA = 16;

/**
 * The step that the SIMD kernels take, as a careful engineer writes it in plain JavaScript: the honest yardstick.
 *
 * `Float32Array` throughout and nothing allocated in a step; logarithms of A, column entropies and preferences are
 * precomputed, certain moves are a scatter instead of a product, and A is multiplied four rows at a time, so that
 * additions overlap. What is left to lanes, vector logarithms and sparse forms is left: A is dense, logarithms are
 * `Math.log`, agents come one after the other. Several factors are inferred by the same mean-field sweeps with the
 * same early stop.
 *
 * Assumes that observations are possible. Policies are walked one by one, or with `sharesPrefixes` as a tree, so
 * that those which begin alike share what they have in common.
 */
export class ScalarStep implements Stepper {
  readonly agentCount: number;
  readonly actions: readonly Int32Array[];
  /** f32[agent, states of all factors] */
  readonly beliefs: Float32Array;
  /** f32[agent], variational free energy, nats. */
  readonly freeEnergy: Float32Array;
  /** f32[policy], G of the last agent, nats. */
  readonly expectedFreeEnergy: Float32Array;
  readonly #tables: ScalarTables;
  readonly #offsets: readonly number[];
  readonly #stateTotal: number;
  readonly #hasActed: Uint8Array;
  readonly #observed: Int32Array;
  readonly #prior: Float32Array;
  readonly #logPrior: Float32Array;
  readonly #message: Float32Array;
  readonly #table: Float32Array;
  readonly #scratch: readonly [Float32Array, Float32Array];
  readonly #outcomes: Float32Array;
  /** f32[depth, states of all factors] */
  readonly #path: Float32Array;
  readonly #sums: Float64Array;
  /** Nodes in the order of their evaluation: `[depth, policy that ends or -1, action of each factor]`. */
  readonly #nodes: Int32Array;
  readonly #nodeCount: number;
  readonly #firstActions: Int32Array;
  readonly #policyWeights: Float64Array;
  readonly #marginals: readonly Float64Array[];

  constructor(
    tables: ScalarTables,
    policies: readonly Policy[],
    agentCount: number,
    { sharesPrefixes = false }: { readonly sharesPrefixes?: boolean } = {},
  ) {
    const { stateCounts, jointCount, outcomeCounts } = tables;
    this.agentCount = agentCount;
    this.#tables = tables;
    this.#offsets = stateCounts.map((_, f) => stateCounts.slice(0, f).reduce((sum, count) => sum + count, 0));
    this.#stateTotal = stateCounts.reduce((sum, count) => sum + count, 0);
    this.actions = stateCounts.map(() => new Int32Array(agentCount));
    this.beliefs = new Float32Array(agentCount * this.#stateTotal);
    this.freeEnergy = new Float32Array(agentCount);
    this.expectedFreeEnergy = new Float32Array(policies.length);
    this.#hasActed = new Uint8Array(agentCount);
    this.#observed = new Int32Array(outcomeCounts.length);
    this.#prior = new Float32Array(this.#stateTotal);
    this.#logPrior = new Float32Array(this.#stateTotal);
    this.#message = new Float32Array(this.#stateTotal);
    this.#table = new Float32Array(jointCount);
    this.#scratch = [new Float32Array(jointCount), new Float32Array(jointCount)];
    this.#outcomes = new Float32Array(Math.max(...outcomeCounts));
    const depthMax = Math.max(...policies.map((policy) => policy.length));
    this.#path = new Float32Array((depthMax + 1) * this.#stateTotal);
    this.#sums = new Float64Array(depthMax + 1);
    this.#nodes = sharesPrefixes ? treeNodes(policies) : separateNodes(policies);
    this.#nodeCount = this.#nodes.length / (2 + stateCounts.length);
    this.#firstActions = Int32Array.from(policies.flatMap((policy) => [...policy[0]!]));
    this.#policyWeights = new Float64Array(policies.length);
    this.#marginals = tables.moves.map((moves) => new Float64Array(moves.length));
    this.reset();
  }

  reset(): void {
    this.#hasActed.fill(0);
    for (let agent = 0; agent < this.agentCount; agent++) {
      this.#tables.D.forEach((belief, f) => {
        this.beliefs.set(belief, agent * this.#stateTotal + this.#offsets[f]!);
      });
    }
  }

  step(outcomes: readonly Int32Array[]): void {
    for (let agent = 0; agent < this.agentCount; agent++) {
      for (let m = 0; m < outcomes.length; m++) this.#observed[m] = outcomes[m]![agent]!;
      this.#predict(agent);
      this.freeEnergy[agent] = this.#offsets.length === 1 ? this.#filter(agent) : this.#iterate(agent);
      this.#evaluate(agent);
      this.#choose(agent);
    }
  }

  /** Fills the prior: the belief pushed by what the agent did last, or as it is. */
  #predict(agent: number): void {
    const from = agent * this.#stateTotal;
    if (this.#hasActed[agent] === 0) {
      for (let s = 0; s < this.#stateTotal; s++) this.#prior[s] = this.beliefs[from + s]!;
      return;
    }
    for (let f = 0; f < this.#offsets.length; f++) {
      const offset = this.#offsets[f]!;
      this.#push(f, this.actions[f]![agent]!, this.beliefs, from + offset, this.#prior, offset);
    }
  }

  #push(
    f: number,
    action: number,
    from: Float32Array,
    fromOffset: number,
    to: Float32Array,
    toOffset: number,
  ): void {
    const { target, matrix } = this.#tables.moves[f]![action]!;
    const count = this.#tables.stateCounts[f]!;
    if (target === null) {
      multiply(to, toOffset, matrix, count, count, from, fromOffset);
      return;
    }
    for (let s = 0; s < count; s++) to[toOffset + s] = 0;
    for (let s = 0; s < count; s++) to[toOffset + target[s]!]! += from[fromOffset + s]!;
  }

  /** Bayes' rule for one factor. @returns the free energy, nats */
  #filter(agent: number): number {
    const { likelihood, jointCount: count } = this.#tables;
    const prior = this.#prior;
    for (let m = 0; m < likelihood.length; m++) {
      const rows = likelihood[m]!;
      const row = this.#observed[m]! * count;
      for (let s = 0; s < count; s++) prior[s]! *= rows[row + s]!;
    }
    let evidence = 0;
    for (let s = 0; s < count; s++) evidence += prior[s]!;
    const scale = 1 / evidence;
    const to = agent * this.#stateTotal;
    for (let s = 0; s < count; s++) this.beliefs[to + s] = prior[s]! * scale;
    return -Math.log(evidence);
  }

  /** Mean-field sweeps for several factors. @returns the free energy, nats */
  #iterate(agent: number): number {
    const { stateCounts, logLikelihood, jointCount } = this.#tables;
    const table = this.#table;
    const q = agent * this.#stateTotal;
    for (let j = 0; j < jointCount; j++) {
      let sum = 0;
      for (let m = 0; m < logLikelihood.length; m++) {
        sum += logLikelihood[m]![this.#observed[m]! * jointCount + j]!;
      }
      table[j] = sum;
    }
    let previous = this.#beginUniform(q);
    for (let sweep = 0; ; sweep++) {
      for (let f = 0; f < stateCounts.length; f++) {
        const said = this.#contract(q, f);
        for (let s = 0; s < stateCounts[f]!; s++) this.#message[this.#offsets[f]! + s] = said[s]!;
      }
      let freeEnergy = 0;
      for (let f = 0; f < stateCounts.length; f++) freeEnergy += this.#update(q, f);
      freeEnergy -= this.#contract(q, -1)[0]!;
      if (Math.abs(freeEnergy - previous) < FREE_ENERGY_TOLERANCE || sweep + 1 === ITERATIONS_MAX) {
        return freeEnergy;
      }
      previous = freeEnergy;
    }
  }

  /** A uniform belief over the states that the prior allows. @returns its complexity, nats */
  #beginUniform(q: number): number {
    let complexity = 0;
    for (let f = 0; f < this.#offsets.length; f++) {
      const offset = this.#offsets[f]!;
      const count = this.#tables.stateCounts[f]!;
      let allowed = 0;
      let sum = 0;
      for (let s = offset; s < offset + count; s++) {
        const p = this.#prior[s]!;
        if (p > 0) {
          const log = Math.log(p);
          this.#logPrior[s] = log;
          sum += log;
          allowed++;
        } else this.#logPrior[s] = Number.NEGATIVE_INFINITY;
      }
      for (let s = offset; s < offset + count; s++) {
        this.beliefs[q + s] = this.#prior[s]! > 0 ? 1 / allowed : 0;
      }
      complexity -= Math.log(allowed) + sum / allowed;
    }
    return complexity;
  }

  /** `q_f = softmax(ln prior_f + message_f)`. @returns its complexity, nats */
  #update(q: number, f: number): number {
    const offset = this.#offsets[f]!;
    const end = offset + this.#tables.stateCounts[f]!;
    const logPrior = this.#logPrior;
    const message = this.#message;
    let most = Number.NEGATIVE_INFINITY;
    for (let s = offset; s < end; s++) most = Math.max(most, logPrior[s]! + message[s]!);
    let sum = 0;
    for (let s = offset; s < end; s++) {
      const weight = Math.exp(logPrior[s]! + message[s]! - most);
      this.beliefs[q + s] = weight;
      sum += weight;
    }
    const scale = 1 / sum;
    let said = 0;
    for (let s = offset; s < end; s++) {
      const p = this.beliefs[q + s]! * scale;
      this.beliefs[q + s] = p;
      said += p * message[s]!;
    }
    return said - most - Math.log(sum);
  }

  /** The table summed with the beliefs along every axis but `kept`; -1 keeps none. */
  #contract(q: number, kept: number): Float32Array {
    const { stateCounts, jointCount } = this.#tables;
    let from = this.#table;
    let out = this.#scratch[0];
    let size = jointCount;
    let inner = 1;
    for (let f = stateCounts.length - 1; f >= 0; f--) {
      const count = stateCounts[f]!;
      if (f === kept) {
        inner = count;
        continue;
      }
      const offset = q + this.#offsets[f]!;
      const outer = size / (count * inner);
      for (let i = 0; i < outer; i++) {
        for (let j = 0; j < inner; j++) {
          let sum = 0;
          for (let s = 0; s < count; s++) {
            sum += from[(i * count + s) * inner + j]! * this.beliefs[offset + s]!;
          }
          out[i * inner + j] = sum;
        }
      }
      size = outer * inner;
      from = out;
      out = out === this.#scratch[0] ? this.#scratch[1] : this.#scratch[0];
    }
    return from;
  }

  /** Fills `expectedFreeEnergy`. */
  #evaluate(agent: number): void {
    const factorCount = this.#offsets.length;
    const total = this.#stateTotal;
    const nodes = this.#nodes;
    for (let s = 0; s < total; s++) this.#path[s] = this.beliefs[agent * total + s]!;
    let at = 0;
    for (let node = 0; node < this.#nodeCount; node++) {
      const depth = nodes[at]!;
      for (let f = 0; f < factorCount; f++) {
        const from = (depth - 1) * total + this.#offsets[f]!;
        this.#push(f, nodes[at + 2 + f]!, this.#path, from, this.#path, from + total);
      }
      this.#sums[depth] = this.#sums[depth - 1]! + this.#gain(depth * total);
      if (nodes[at + 1]! >= 0) this.expectedFreeEnergy[nodes[at + 1]!] = -this.#sums[depth]!;
      at += 2 + factorCount;
    }
  }

  /** Utility and information gain of the belief that begins at `offset` of the path, nats. */
  #gain(offset: number): number {
    const { gains, prediction, outcomeCounts, jointCount } = this.#tables;
    const isSingle = this.#offsets.length === 1;
    const joint = isSingle ? this.#path : this.#jointOf(offset);
    const start = isSingle ? offset : 0;
    let gain = 0;
    for (let j = 0; j < jointCount; j++) gain += gains[j]! * joint[start + j]!;
    const outcomes = this.#outcomes;
    for (let m = 0; m < prediction.length; m++) {
      const count = outcomeCounts[m]!;
      multiply(outcomes, 0, prediction[m]!, count, jointCount, joint, start);
      for (let o = 0; o < count; o++) {
        const p = outcomes[o]!;
        if (p > 0) gain -= p * Math.log(p);
      }
    }
    return gain;
  }

  /** The product of the marginals, the last factor varying fastest; built in place, from the end backwards. */
  #jointOf(offset: number): Float32Array {
    const { stateCounts } = this.#tables;
    const joint = this.#scratch[0];
    let size = stateCounts[0]!;
    for (let s = 0; s < size; s++) joint[s] = this.#path[offset + s]!;
    for (let f = 1; f < stateCounts.length; f++) {
      const count = stateCounts[f]!;
      const marginal = offset + this.#offsets[f]!;
      for (let i = size - 1; i >= 0; i--) {
        const weight = joint[i]!;
        for (let j = count - 1; j >= 0; j--) joint[i * count + j] = weight * this.#path[marginal + j]!;
      }
      size *= count;
    }
    return joint;
  }

  /** Weighs the policies and takes each factor's most probable action, of equals the first. */
  #choose(agent: number): void {
    const G = this.expectedFreeEnergy;
    const weights = this.#policyWeights;
    const factorCount = this.#offsets.length;
    let least = Number.POSITIVE_INFINITY;
    for (let p = 0; p < G.length; p++) least = Math.min(least, G[p]!);
    let sum = 0;
    for (let p = 0; p < G.length; p++) {
      weights[p] = Math.exp(GAMMA * (least - G[p]!));
      sum += weights[p]!;
    }
    for (let p = 0; p < G.length; p++) weights[p]! /= sum;
    for (let f = 0; f < factorCount; f++) {
      const marginals = this.#marginals[f]!;
      marginals.fill(0);
      for (let p = 0; p < G.length; p++) marginals[this.#firstActions[p * factorCount + f]!]! += weights[p]!;
      let best = 0;
      for (let u = 1; u < marginals.length; u++) if (marginals[u]! > marginals[best]!) best = u;
      this.actions[f]![agent] = best;
    }
    this.#hasActed[agent] = 1;
  }
}

/** `out = M x`, four rows at a time. */
function multiply(
  out: Float32Array,
  outOffset: number,
  matrix: Float32Array,
  rowCount: number,
  columnCount: number,
  x: Float32Array,
  xOffset: number,
): void {
  let row = 0;
  for (; row + 4 <= rowCount; row += 4) {
    let at = row * columnCount;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < columnCount; column++) {
      const value = x[xOffset + column]!;
      a += matrix[at]! * value;
      b += matrix[at + columnCount]! * value;
      c += matrix[at + 2 * columnCount]! * value;
      d += matrix[at + 3 * columnCount]! * value;
      at++;
    }
    out[outOffset + row] = a;
    out[outOffset + row + 1] = b;
    out[outOffset + row + 2] = c;
    out[outOffset + row + 3] = d;
  }
  for (; row < rowCount; row++) {
    let sum = 0;
    for (let column = 0; column < columnCount; column++) {
      sum += matrix[row * columnCount + column]! * x[xOffset + column]!;
    }
    out[outOffset + row] = sum;
  }
}

/** Every policy as a path of its own. */
function separateNodes(policies: readonly Policy[]): Int32Array {
  return Int32Array.from(
    policies.flatMap((policy, p) =>
      policy.flatMap((action, step) => [step + 1, step + 1 === policy.length ? p : -1, ...action]),
    ),
  );
}

/** The tree of policies, for policies of one length of which no two are equal. */
function treeNodes(policies: readonly Policy[]): Int32Array {
  const tree = policyTree(policies);
  const ends = new Int32Array(tree.nodeCount).fill(-1);
  tree.policyNodes.forEach((node, p) => {
    ends[node] = p;
  });
  return Int32Array.from(
    Array.from({ length: tree.nodeCount }, (_, node) => [
      tree.depths[node]!,
      ends[node]!,
      ...tree.actions.subarray(node * tree.factorCount, (node + 1) * tree.factorCount),
    ]).flat(),
  );
}
