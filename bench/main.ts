/**
 * Measures what Skein costs, each figure beside a calibration of the same run:
 *
 *     pnpm bench [actors | inference] [--json] [--repeats N] [--quick]
 *
 * A figure alone says more about the machine than about Skein; read the ratio.
 */
import { Argument, InvalidArgumentError, program } from 'commander';
import { runActorSuite } from './actors/suite.js';
import { runInferenceSuite } from './inference/suite.js';

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly repeats: number | null;
}

await program
  .name('bench')
  .description('Measures what Skein costs, each figure beside a calibration of the same run.')
  .addArgument(new Argument('[suite]', 'what to measure').choices(['actors', 'inference']).default('actors'))
  .option('--json', 'one JSON object a measure, instead of tables', false)
  .option('--quick', 'fewer and shorter measurements', false)
  .option('--repeats <count>', 'how often each measurement is taken', wholeNumber, null)
  .action(async (suite: string, { json, quick, repeats }: Options) => {
    if (suite === 'inference') await runInferenceSuite({ json, repeats, quick });
    else await runActorSuite({ json, repeats, quick });
  })
  .parseAsync();

function wholeNumber(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Give a whole number of at least 1.');
}
