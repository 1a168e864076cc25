import { type AgentDefinition, type CoalitionTask, defineAgent, type ModelView } from '@skein/agents';
import { argmax, defineModel, type GenerativeModel, type Observation } from '@skein/inference';
import { oneForOne } from '@skein/runtime';

/** This module, for a system's `modules`. */
export const HUNTERS_MODULE: string = import.meta.url;

/** Rows of the field, and columns. */
export const SIDE = 3;
const CELLS = Array.from({ length: SIDE * SIDE }, (_, cell) => cell);
const LINES = Array.from({ length: SIDE }, (_, line) => line);

/** How often an outcome is what it should be, probability. */
export const ACCURACY = 0.6;

const chance = (shown: number, line: number): number =>
  shown === line ? ACCURACY : (1 - ACCURACY) / (SIDE - 1);
export const rowOf = (cell: number): number => Math.floor(cell / SIDE);
export const columnOf = (cell: number): number => cell % SIDE;

/** A treasure lies in one of nine cells, and stays there. One outcome is about its row, one about its column. */
const field = defineModel({
  A: [
    LINES.map((shown) => CELLS.map((cell) => chance(shown, rowOf(cell)))),
    LINES.map((shown) => CELLS.map((cell) => chance(shown, columnOf(cell)))),
  ],
  B: [CELLS.map((next) => CELLS.map((cell) => [next === cell ? 1 : 0]))],
});

/** Agents with even indices see rows only, the others columns only: none of them can tell the cell by itself. */
export const hunter: AgentDefinition<readonly Observation[], number> = defineAgent<
  readonly Observation[],
  number
>({
  name: 'hunter',
  model: field,
  act: ({ posterior }) => argmax(posterior[0]!),
  supervision: oneForOne(),
  capabilities: {
    rows: (_: ModelView, index) => (index % 2 === 0 ? 1 : 0),
    columns: (_: ModelView, index) => (index % 2 === 1 ? 1 : 0),
  },
  reports: {
    belief: { width: CELLS.length, of: ({ posterior }: ModelView) => posterior[0]! },
    certainty: ({ posterior }: ModelView) => Math.max(...posterior[0]!),
  },
  accepts: { belief: (mind: ModelView, belief: Float64Array) => mind.believe(0, belief) },
});

/** What a hunt costs, nats: more than one look is worth, less than two. */
const EFFORT = 0.1;
/** What a member costs, nats: less than a look is worth. */
export const MEMBER_COST = 0.05;

/** What there is to see: nothing, the row, the column, or both. */
const LOOKS = [[], ['rows'], ['columns'], ['rows', 'columns']] as const;

/** The same field with a second factor, where the coalition looks. */
function looking(): GenerativeModel {
  const seen = (sense: 'rows' | 'columns', lineOf: (cell: number) => number) =>
    LINES.map((shown) =>
      CELLS.map((cell) =>
        LOOKS.map((look) =>
          (look as readonly string[]).includes(sense) ? chance(shown, lineOf(cell)) : 1 / SIDE,
        ),
      ),
    );
  return defineModel({
    A: [seen('rows', rowOf), seen('columns', columnOf)],
    B: [
      CELLS.map((next) => CELLS.map((cell) => [next === cell ? 1 : 0])),
      LOOKS.map((_, next) => LOOKS.map(() => LOOKS.map((_, look) => (look === next ? 1 : 0)))),
    ],
    D: [CELLS.map(() => 1 / CELLS.length), [1, 0, 0, 0]],
  });
}

/**
 * Requires nothing: that two hunters who see different things go together is left to expected free energy, which what both learn
 * lowers more than the cost of a member raises it. To hunt without learning anything would cost `EFFORT`: the model likes all
 * outcomes alike, which its G counts as ln SIDE for each of two.
 */
export const hunt: CoalitionTask = {
  name: 'hunt',
  requires: {},
  value: 2 * Math.log(SIDE) - EFFORT,
  atMost: Number.POSITIVE_INFINITY,
  plan: { model: looking(), needs: [[], LOOKS] },
};
