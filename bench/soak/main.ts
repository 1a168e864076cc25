/**
 * Random operations on actors for as long as you like, against a model that knows no concurrency; or Skein's own laws, in simulation:
 *
 *     npm run soak [-- --operations 10000000 --seed 7 --batch 4000]
 *     npm run soak -- --minutes 10 [--seed 7] [--law TEXT]
 *
 * Exits with 1 and the line that replays it when actors did not do what they must have done, or when memory grew; with the story if a
 * law was broken.
 */
import { randomInt } from 'node:crypto';
import type { Invariant } from '@skein/runtime/testing';
import { InvalidArgumentError, program } from 'commander';
import { soak } from './soak.js';
import { type LawTurn, lawsNamed, skeinLaws, soakLaws } from './soak-laws.js';

/** Heap after a collection that counts as noise, MiB. */
const HEAP_NOISE_MIB = 8;
const TENTHS = 10;
/** By then every pool has the size it needs. */
const WARM_TENTHS = 2;

interface Options {
  readonly operations: number;
  readonly seed: number;
  readonly batch: number;
  readonly minutes?: number;
  readonly law?: readonly Invariant<unknown>[];
}

await program
  .name('soak')
  .description('Random operations on actors, against a model that knows no concurrency.')
  .option('--operations <count>', 'how many', wholeNumber, 10_000_000)
  .option('--seed <number>', 'decides them all', wholeNumber, randomInt(2 ** 31 - 1) + 1)
  .option('--minutes <count>', "run Skein's own laws instead, for so long", minutes)
  .option('--law <text>', 'with --minutes: only the laws whose name contains it', laws)
  .option('--batch <count>', 'operations between two looks', wholeNumber, 4000)
  .action(async ({ operations, seed, batch, minutes, law }: Options) => {
    if (minutes !== undefined) {
      await runLaws(minutes, seed, law);
      return;
    }
    if (law !== undefined) program.error('error: --law chooses among laws: give --minutes too.');
    console.log(`seed ${seed}, ${operations} operations`);
    const heapsMiB: number[] = [];
    const beginMs = performance.now();
    const progress = (done: number): void => {
      if (done < (operations * (heapsMiB.length + 1)) / TENTHS) return;
      heapsMiB.push(heapMiB());
      const seconds = ((performance.now() - beginMs) / 1000).toFixed(1);
      console.log(`${done} operations, ${seconds} s, heap ${heapsMiB.at(-1)!.toFixed(1)} MiB`);
    };
    const { sent, handled, restarts, revivals, dead } = await soak({ operations, seed, batch, progress });
    console.log(
      `${sent} sent, ${handled} handled, ${restarts} restarts, ${revivals} states back from a store`,
    );
    console.log(`dead letters: ${[...dead].map(([reason, count]) => `${reason} ${count}`).join(', ')}`);
    const warm = heapsMiB.slice(WARM_TENTHS);
    const grown = Math.max(...warm) - Math.min(...heapsMiB.slice(WARM_TENTHS - 1));
    if (grown > HEAP_NOISE_MIB) {
      console.error(`the heap grew by ${grown.toFixed(1)} MiB; seed ${seed}`);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function runLaws(
  minutes: number,
  seed: number,
  laws: readonly Invariant<unknown>[] = skeinLaws,
): Promise<void> {
  const progress = ({ law, seed, runs, messages }: LawTurn): void =>
    console.log(`${law}: ${runs} runs, ${messages} messages, seed ${seed}`);
  const broken = await soakLaws(minutes, seed, progress, laws);
  if (broken === undefined) return;
  const { failure, story } = broken.counterexample;
  console.error(
    `${story}\n\n${broken.law} does not hold: ${failure.violation.text}; seed ${failure.foundBy.seed}`,
  );
  process.exitCode = 1;
}

function heapMiB(): number {
  const { gc } = globalThis as { readonly gc?: () => void };
  if (gc === undefined) throw new Error('Run me with --expose-gc.');
  gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function minutes(text: string): number {
  const count = Number(text);
  if (count > 0 && Number.isFinite(count)) return count;
  throw new InvalidArgumentError('Give a number above 0.');
}

function laws(text: string): readonly Invariant<unknown>[] {
  try {
    return lawsNamed(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Give a whole number of at least 1.');
}
