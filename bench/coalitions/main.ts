/**
 * Prints what coalitions are good for: hunts in pairs of one seed, with coalitions and without, by what a hunter sees.
 *
 *     node bench/dist/coalitions/main.js [PAIRS]
 */
import { createSystem } from '@skein/runtime';
import { HUNTERS_MODULE } from './hunters.js';
import { pairedInterval } from './paired-interval.js';
import { runHunt } from './run-hunt.js';

const PAIRS_MIN = 6;
const pairs = Math.max(PAIRS_MIN, Number(process.argv[2] ?? 50) || 0);
await using system = await createSystem({ modules: [HUNTERS_MODULE] });
console.log(
  `share of opened cells with the treasure, ${pairs} pairs, mean difference with Student's 95 % interval`,
);
for (const hunters of [8, 32])
  for (const steps of [4, 8, 16]) {
    const together: number[] = [];
    const alone: number[] = [];
    for (let seed = 1; seed <= pairs; seed++) {
      together.push(await runHunt(system, { seed, hunters, steps, inCoalitions: true }));
      alone.push(await runHunt(system, { seed, hunters, steps, inCoalitions: false }));
    }
    const { mean, low, high } = pairedInterval(together.map((share, at) => share - alone[at]!));
    const [withThem, without] = [together, alone].map(meanOf);
    const shares = `together ${percent(withThem!)}, alone ${percent(without!)}`;
    console.log(
      `${hunters} hunters, ${steps} steps: ${shares}, difference ${percent(mean)} (${percent(low)} to ${percent(high)})`,
    );
  }

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
