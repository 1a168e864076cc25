import type { RingAtomics } from './ring-atomics.js';

/**
 * Explores every order in which two sides can perform their atomic operations on shared memory.
 *
 * JavaScript cannot suspend a synchronous function, so a side is advanced by running it again: operations
 * that it has performed before answer as they did then, with memory as it was then; the first new one is
 * performed on the memory of now, and the side is abandoned by a throw. That is sound because a side is
 * deterministic given what its operations answer and what it reads between them.
 *
 * Plain reads and writes happen between atomic operations. When exactly is explored at the two extremes:
 * `early` runs them right after the operation before, so that what is written too early shows; `late` runs
 * them right before the operation after, so that what is written or read too late shows.
 */
export type PlainAccess = 'early' | 'late';

/**
 * One side. Everything before `start()` happens before the other side moves. What it observes goes to `log`,
 * which must be JSON.
 */
export type Side = (atomics: RingAtomics, log: unknown[], start: () => void) => void;

/** What two sides have done so far. */
export interface Moment {
  /** What each side has observed. */
  readonly logs: readonly [readonly unknown[], readonly unknown[]];
  /** The operations in the order they were performed: side and name. */
  readonly trace: readonly { readonly side: 0 | 1; readonly name: string }[];
  readonly finished: readonly [boolean, boolean];
}

interface Performed {
  readonly answer: unknown;
  /** Memory as the plain code after this operation finds it. */
  readonly resume: Snapshot;
}

interface SideState {
  /** Memory as the side found it when it was first run. */
  readonly origin: Snapshot;
  readonly performed: readonly Performed[];
  readonly log: readonly unknown[];
  readonly finished: boolean;
}

interface State {
  readonly memory: Snapshot;
  readonly sides: readonly [SideState, SideState];
  readonly trace: Moment['trace'];
}

type Snapshot = readonly Uint8Array[];

/** Thrown out of a side to abandon it. */
class Pause extends Error {}

/**
 * @param buffers all shared memory of the sides, in its initial state
 * @param check called at every reachable moment, with memory as it is then; may change memory
 * @returns how many different moments there were
 */
export function exploreInterleavings(
  buffers: readonly SharedArrayBuffer[],
  sides: readonly [Side, Side],
  plainAccess: PlainAccess,
  check: (moment: Moment) => void,
): number {
  const live = buffers.map((buffer) => new Uint8Array(buffer));
  const take = (): Snapshot => live.map((bytes) => bytes.slice());
  const restore = (snapshot: Snapshot): void => {
    for (const [i, bytes] of live.entries()) bytes.set(snapshot[i]!);
  };

  /** Performs one more operation of a side, and with it the plain code before or after. */
  const advance = (state: State, which: 0 | 1): State => {
    const before = state.sides[which];
    const known = before.performed.length;
    const performed = [...before.performed];
    const trace = [...state.trace];
    const log: unknown[] = [];
    let next = 0;
    let isStepDone = false;
    let paused: { readonly memory: Snapshot; readonly log: readonly unknown[] } | undefined;

    const pause = (): never => {
      paused = { memory: take(), log: [...log] };
      throw new Pause();
    };

    const operation = <T>(name: string, perform: () => T): T => {
      if (paused !== undefined) throw new Pause(); // a `finally` of the abandoned side
      if (next < known) {
        const { answer, resume } = performed[next++]!;
        restore(plainAccess === 'late' && next === known ? state.memory : resume);
        return answer as T;
      }
      if (isStepDone) pause();
      if (next === known && known > 0) {
        if (plainAccess === 'early') restore(state.memory);
        else performed[known - 1] = { ...performed[known - 1]!, resume: state.memory };
      }
      const answer = perform();
      performed.push({ answer, resume: take() });
      next++;
      if (name === 'start' || known > 0) {
        isStepDone = true;
        trace.push({ side: which, name });
        if (plainAccess === 'late') pause();
      }
      return answer;
    };

    const atomics: RingAtomics = {
      load: (words, index) => operation('load', () => Atomics.load(words, index)),
      store: (words, index, value) => operation('store', () => Atomics.store(words, index, value)),
      add: (words, index, value) => operation('add', () => Atomics.add(words, index, value)),
      notify: () => operation('notify', () => 0),
      waitAsync: (words, index, expected) =>
        operation('waitAsync', () => {
          if (Atomics.load(words, index) !== expected) return { async: false, value: 'not-equal' } as const;
          trace.push({ side: which, name: 'asleep' });
          return { async: true, value: new Promise<never>(() => {}) } as const;
        }),
    };

    restore(before.origin);
    try {
      sides[which](atomics, log, () => operation('start', () => null));
    } catch (error) {
      if (!(error instanceof Pause)) throw error;
    }
    const { origin } = before;
    const after: SideState =
      paused === undefined
        ? { origin, performed, log, finished: true }
        : { origin, performed, log: paused.log, finished: false };
    return {
      memory: paused === undefined ? take() : paused.memory,
      sides: which === 0 ? [after, state.sides[1]] : [state.sides[0], after],
      trace,
    };
  };

  const seen = new Set<string>();
  const explore = (state: State): void => {
    const key = keyOf(state);
    if (seen.has(key)) return;
    seen.add(key);
    restore(state.memory);
    check({
      logs: [state.sides[0].log, state.sides[1].log],
      trace: state.trace,
      finished: [state.sides[0].finished, state.sides[1].finished],
    });
    for (const which of [0, 1] as const) {
      if (!state.sides[which].finished) explore(advance(state, which));
    }
  };

  const idle = (origin: Snapshot): SideState => ({ origin, performed: [], log: [], finished: false });
  const fresh: State = { memory: take(), sides: [idle(take()), idle(take())], trace: [] };
  const begun = advance(fresh, 0);
  explore(advance({ ...begun, sides: [begun.sides[0], idle(begun.memory)] }, 1));
  return seen.size;
}

/** Equal keys have equal futures: memory, and all that either side has been told. */
function keyOf({ memory, sides, trace }: State): string {
  const slept = trace.findLastIndex(({ name }) => name === 'asleep');
  return JSON.stringify([
    memory.map((bytes) => Buffer.from(bytes).toString('latin1')),
    sides.map(({ performed, log, finished }) => [performed.map(({ answer }) => answer), log, finished]),
    slept < 0 ? null : trace.slice(slept).some(({ name }) => name === 'notify'),
  ]);
}
