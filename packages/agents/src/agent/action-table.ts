/** Tables of more actions than this are not kept, count. */
const ACTIONS_MAX = 4096;

/** The actions of a model, each as one array that is made once and never changes: a step makes none. */
export class ActionTable {
  readonly #actionCounts: readonly number[];
  readonly #actions: (readonly number[] | undefined)[];

  constructor(actionCounts: readonly number[]) {
    const count = actionCounts.reduce((product, actions) => product * actions, 1);
    this.#actionCounts = actionCounts;
    this.#actions = count > ACTIONS_MAX ? [] : new Array(count).fill(undefined);
  }

  /** One index for each factor, read at `item` of its column. Frozen. */
  at(columns: readonly Int32Array[], item: number): readonly number[] {
    let place = 0;
    for (let factor = 0; factor < columns.length; factor++)
      place = place * this.#actionCounts[factor]! + columns[factor]![item]!;
    if (place >= this.#actions.length) return actionAt(columns, item);
    this.#actions[place] ??= actionAt(columns, item);
    return this.#actions[place]!;
  }
}

function actionAt(columns: readonly Int32Array[], item: number): readonly number[] {
  return Object.freeze(columns.map((column) => column[item]!));
}
