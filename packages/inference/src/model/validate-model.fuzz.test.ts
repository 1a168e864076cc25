import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../errors.js';
import { arbitraryModel, arbitraryRecipe, randomModel, randomSource } from '../random-model.test-fixtures.js';
import { defineModel, type GenerativeModel, type ModelSpec } from './generative-model.js';
import { ANYTHING, JUNK } from './junk.test-fixtures.js';
import { FAULTS, type Mutable } from './model-faults.test-fixtures.js';
import { brokenRule } from './plain-rules.test-fixtures.js';
import { randomSparseForm, randomSparseModel } from './sparse.test-fixtures.js';
import { toDense } from './sparse-tensor.js';
import { type Tensor, toNested } from './tensor.js';
import { NORMALIZATION_TOLERANCE, validateModel } from './validate-model.js';

// At stake: everything after this door trusts what it let in. Two questions are asked of it with whatever can stand in a
// JavaScript value: garbage ends in a ModelError that says where, never in another exception or a hang; and what is
// accepted obeys the rules as a slow, plain checker reads them, who shares no line with the one under test.

describe('defineModel', () => {
  test('of a specification with garbage in it is a ModelError, or a model that obeys the rules', () => {
    const tally = { refused: 0, accepted: 0 };
    fc.assert(
      fc.property(specs, fc.array(replacements, { minLength: 1, maxLength: 2 }), (spec, changes) => {
        const broken = changes.reduce<unknown>(replaceSomewhere, spec);
        judge(() => defineModel(broken as ModelSpec), tally);
      }),
      { numRuns: 1500 },
    );
    expect(tally.refused).toBeGreaterThan(750); // the garbage does bite
    expect(tally.accepted).toBeGreaterThan(25); // and the checker is asked
  });

  test('of values made by chance is a ModelError, or a model that obeys the rules', () => {
    const field = fc.oneof(fc.anything(ANYTHING), fc.array(fc.anything(ANYTHING)), fc.constantFrom(...JUNK));
    const keys = ['A', 'B', 'C', 'D', 'E', 'likelihoodFactors', 'transitionFactors', 'factorNames'] as const;
    const spec = fc.record(Object.fromEntries(keys.map((key) => [key, field])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(spec, field), (value) => {
        judge(() => defineModel(value as ModelSpec), { refused: 0, accepted: 0 });
      }),
      { numRuns: 200 },
    );
  });
});

describe('validateModel', () => {
  test('of a model with garbage in it throws a ModelError, or the model obeys the rules', () => {
    const tally = { refused: 0, accepted: 0 };
    fc.assert(
      fc.property(models, fc.array(replacements, { minLength: 1, maxLength: 3 }), (model, changes) => {
        const broken = changes.reduce<unknown>(replaceSomewhere, model);
        judge(() => {
          validateModel(broken as GenerativeModel);
          return broken as GenerativeModel;
        }, tally);
      }),
      { numRuns: 1500 },
    );
    expect(tally.refused).toBeGreaterThan(750);
    expect(tally.accepted).toBeGreaterThan(25);
  });

  test('refuses a model that is broken in one place, and names the place', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(models, fc.integer(), fc.nat(), (model, seed, which) => {
        const [name, fault] = FAULTS[which % FAULTS.length]!;
        const mutant = structuredClone(model) as Mutable;
        const where = fault(mutant, randomSource(seed));
        if (where === null) return; // this model has nowhere to put the fault
        seen.set(name, (seen.get(name) ?? 0) + 1);
        const error = refusal(() => validateModel(mutant as unknown as GenerativeModel));
        expect(error, name).toBeInstanceOf(ModelError);
        expectTelling(error as ModelError);
        expect((error as ModelError).tensor.startsWith(where), `${name}: ${String(error)}`).toBe(true);
      }),
      { numRuns: 3000 },
    );
    for (const [name] of FAULTS) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  });

  test('accepts columns that are off by less than the tolerance and refuses those off by more', () => {
    const offset = fc.constantFrom(-2, -1.1, -0.9, -0.1, 0.1, 0.9, 1.1, 2);
    fc.assert(
      fc.property(models, fc.nat(), offset, (model, place, times) => {
        const mutant = structuredClone(model) as Mutable;
        const tensors = [...mutant.A, ...mutant.B];
        const { values, data } = tensors[place % tensors.length]!;
        const entries = values ?? data!;
        const k = entries.findIndex((entry) => entry > 0.01);
        if (k < 0) return;
        entries[k]! += times * NORMALIZATION_TOLERANCE;
        const error = refusal(() => validateModel(mutant as unknown as GenerativeModel));
        if (Math.abs(times) < 1) expect(error).toBeNull();
        else expect(error).toMatchObject({ code: 'INFERENCE_NOT_NORMALIZED' });
      }),
    );
  });

  test('reads tensors in shared memory, and several on one buffer', () => {
    const model = randomModel({ ...RECIPE, zeros: 0 });
    const shared = new Float64Array(new SharedArrayBuffer(8 * 200));
    let used = 0;
    const place = (data: Float64Array): Float64Array => {
      const view = shared.subarray(used, used + data.length);
      view.set(data);
      used += data.length;
      return view;
    };
    const moved = {
      ...model,
      A: model.A.map(toDense).map(({ shape, data }) => ({ shape, data: place(data) })),
      D: model.D.map(place),
    };
    expect(() => validateModel(moved)).not.toThrow();
    shared[0] = -1;
    expect(refusal(() => validateModel(moved))).toMatchObject({ tensor: 'A[0]', index: [0, 0], got: '-1' });
  });
});

const RECIPE = {
  seed: 1,
  stateCounts: [3],
  outcomeCounts: [3],
  actionCounts: [2],
  likelihoodFactors: [[0]],
  transitionFactors: [[0]],
};

/** Models in dense and sparse tensors, with names, habits and preferences over time now and then. */
const models = fc
  .tuple(arbitraryModel({ zeros: 0.3 }), fc.integer(), fc.boolean())
  .map(([model, seed, decorated]): GenerativeModel => {
    const sparse = randomSparseModel(model, seed);
    if (!decorated) return sparse;
    return {
      ...sparse,
      C: sparse.C.map(({ shape }) => ({ shape: [shape[0]!, 2], data: new Float64Array(shape[0]! * 2) })),
      E: Float64Array.of(0.25, 0.75),
      actionNames: sparse.shape.actionCounts.map((count) =>
        Array.from({ length: count }, (_, i) => `act ${i}`),
      ),
      outcomeNames: sparse.shape.outcomeCounts.map((count) =>
        Array.from({ length: count }, (_, i) => `o ${i}`),
      ),
    };
  });

/** The same models as a specification gives them, their tensors nested, dense or sparse. */
const specs = fc
  .tuple(arbitraryRecipe(), fc.integer(), fc.subarray(['C', 'D', 'E', 'names'] as const))
  .map(([recipe, seed, parts]): ModelSpec => {
    const model = randomModel(recipe);
    const random = randomSource(seed);
    const form = (dense: Tensor): ModelSpec['A'][number] => {
      const kind = Math.floor(3 * random());
      if (kind === 0) return { shape: [...dense.shape], data: dense.data.slice() };
      return kind === 1 ? (toNested(dense) as number[][]) : randomSparseForm(dense, random);
    };
    const { likelihoodFactors, transitionFactors } = structuredClone(model.shape);
    return {
      A: model.A.map(toDense).map(form),
      B: model.B.map(toDense).map(form),
      likelihoodFactors,
      transitionFactors,
      ...(parts.includes('C') && { C: model.C.map(({ data }) => Array.from(data)) }),
      ...(parts.includes('D') && { D: model.D.map((prior) => Array.from(prior)) }),
      ...(parts.includes('E') && { E: [0.5, 0.5] }),
      ...(parts.includes('names') && {
        factorNames: [...model.factorNames],
        modalityNames: [...model.modalityNames],
        actionNames: model.shape.actionCounts.map((count) => Array.from({ length: count }, () => 'act')),
      }),
    };
  });

const replacements = fc.record({
  depth: fc.integer({ min: 1, max: 5 }),
  turns: fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
  junk: fc.nat({ max: JUNK.length - 1 }),
});

/** A copy with junk in one place, found by walking down. Nothing is cloned, since junk need not be cloneable. */
function replaceSomewhere(
  value: unknown,
  {
    depth,
    turns,
    junk,
  }: { readonly depth: number; readonly turns: readonly number[]; readonly junk: number },
): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null || JUNK.includes(value)) return JUNK[junk];
  const keys = Object.keys(value);
  if (keys.length === 0) return JUNK[junk];
  const key = keys[turns[depth - 1]! % keys.length]!;
  const child = (value as Record<string, unknown>)[key];
  const replaced = replaceSomewhere(child, { depth: depth - 1, turns, junk });
  if (ArrayBuffer.isView(value)) {
    const copy = (value as Float64Array).slice();
    if (typeof replaced === 'number') copy[Number(key)] = replaced;
    return copy;
  }
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string, unknown>)[key] = replaced;
  return copy;
}

function judge(build: () => GenerativeModel, tally: { refused: number; accepted: number }): void {
  let model: GenerativeModel;
  try {
    model = build();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    expectTelling(error);
    tally.refused++;
    return;
  }
  expect(brokenRule(model)).toBeNull();
  tally.accepted++;
}

function refusal(run: () => void): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}

/** The error names the tensor, the place in it, what was expected and what was found. */
function expectTelling({ tensor, index, expected, got, message }: ModelError): void {
  expect(tensor).toMatch(/^[a-zA-Z]+(\[\d+\])?(\.[a-z]+)?$/);
  expect(index.every((i) => Number.isInteger(i) && i >= 0)).toBe(true);
  expect(expected).not.toBe('');
  expect(got).not.toBe('');
  expect(message).toContain(`expected ${expected}, got ${got}`);
}
