import { type CheckOutcome, type Invariant, searchInvariant } from '@skein/runtime/testing';
import { ownLaws } from '../laws/index.js';
import { swarmLaws } from '../laws/swarm/swarm-laws.js';

/** Runs of one law before the next has its turn, count. */
const RUNS_A_TURN = 200;
/** Commands of the longest runs, count: longer ones than in the tests. */
const COMMANDS_MAX = 20;

/** A turn of one law that found nothing. */
export interface LawTurn {
  readonly law: string;
  readonly seed: number;
  readonly runs: number;
  readonly messages: number;
}

/** A law that was broken. */
export interface BrokenLaw {
  readonly law: string;
  readonly counterexample: Extract<CheckOutcome, { readonly holds: false }>['counterexample'];
}

/** Skein's own laws: of the runtime and of swarms. */
export const skeinLaws: readonly Invariant<unknown>[] = [...ownLaws, ...swarmLaws];

/**
 * Skein's own laws whose name contains a text, in whatever letters.
 *
 * @throws RangeError with the names that there are, if none does
 */
export function lawsNamed(text: string): readonly Invariant<unknown>[] {
  const chosen = skeinLaws.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  if (chosen.length > 0) return chosen;
  const names = skeinLaws.map(({ name }) => `\n  ${name}`).join('');
  throw new RangeError(`No law has "${text}" in its name. There are:${names}`);
}

/**
 * Runs all laws in turn, with ever new seeds, until the time is over or one is broken.
 *
 * @param minutes the last turn is cut short when they are over
 * @param seed of the first turn; each further one has the next
 */
export async function soakLaws(
  minutes: number,
  seed: number,
  progress: (turn: LawTurn) => void,
  laws: readonly Invariant<unknown>[] = skeinLaws,
): Promise<BrokenLaw | undefined> {
  const endMs = performance.now() + minutes * 60_000;
  for (let turn = 0; ; turn++) {
    const timeMs = endMs - performance.now();
    if (timeMs <= 0) return undefined;
    const law = laws[turn % laws.length]!;
    const outcome = await searchInvariant(law, {
      runs: RUNS_A_TURN,
      commandsMax: COMMANDS_MAX,
      seed: seed + turn,
      timeMs,
    });
    if (!outcome.holds) return { law: law.name, counterexample: outcome.counterexample };
    const { runs, messages } = outcome.report;
    progress({ law: law.name, seed: seed + turn, runs, messages });
  }
}
