/**
 * Measures what Skein costs, each figure beside a calibration of the same run:
 *
 *     pnpm bench [actors | inference | simulation] [--json] [--repeats N] [--quick]
 *     pnpm bench swarm [--json] [--repeats N] [--quick] [--write PAGE] [--plots DIR] [--parts PART...] [--models PREFIX]
 *     pnpm bench swarm --plots DIR --from PAGE
 *     pnpm bench bugs [--json] [--seeds N] [--quick] [--write PAGE]
 *
 * A figure alone says more about the machine than about Skein; read the ratio.
 */
import { Argument, InvalidArgumentError, Option, program } from 'commander';
import { runActorSuite } from './actors/suite.js';
import { runBugSuite } from './bugs/suite.js';
import { runInferenceSuite } from './inference/suite.js';
import { runSimulationSuite } from './simulation/suite.js';
import { PARTS, type Part, runSwarmSuite } from './swarm/suite.js';

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly repeats: number | null;
  readonly seeds: number | null;
  readonly write?: string;
  readonly plots?: string;
  readonly from?: string;
  readonly parts?: readonly Part[];
  readonly models?: string;
}

const SUITES = ['actors', 'inference', 'simulation', 'swarm', 'bugs'];

await program
  .name('bench')
  .description('Measures what Skein costs, each figure beside a calibration of the same run.')
  .addArgument(new Argument('[suite]', 'what to measure').choices(SUITES).default('actors'))
  .option('--json', 'one JSON object a measure, instead of tables', false)
  .option('--quick', 'fewer and shorter measurements', false)
  .option('--repeats <count>', 'how often each measurement is taken', wholeNumber, null)
  .option('--seeds <count>', 'bugs: from how many seeds each fault is looked for', wholeNumber, null)
  .option('--write <page>', 'bugs, swarm: put the tables into a page, between its markers')
  .option('--plots <directory>', 'swarm: draw the figures of the page that is written')
  .option('--from <page>', 'swarm: draw those of that page, and measure nothing')
  .addOption(new Option('--parts <parts...>', 'swarm: some of what it measures').choices(PARTS))
  .option('--models <prefix>', 'swarm: models whose name begins so')
  .action(async (suite: string, options: Options) => {
    const { json, quick, repeats, seeds, write, plots, from, parts, models } = options;
    if (suite === 'swarm')
      await runSwarmSuite({
        json,
        quick,
        repeats,
        write: write ?? null,
        plots: plots ?? null,
        from: from ?? null,
        parts: parts ?? null,
        models: models ?? null,
      });
    else if (suite === 'bugs') await runBugSuite({ json, seeds, quick, write: write ?? null });
    else if (suite === 'simulation') await runSimulationSuite({ json, repeats, quick });
    else if (suite === 'inference') await runInferenceSuite({ json, repeats, quick });
    else await runActorSuite({ json, repeats, quick });
  })
  .parseAsync();

function wholeNumber(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Give a whole number of at least 1.');
}
