import { formatFigures } from '../actors/format.js';
import { measureInTurn } from '../actors/measure.js';
import type { SuiteOptions } from '../actors/suite.js';
import { readVersions } from '../actors/versions.js';
import { simulationWorks } from './works.js';

const PROGRESS_COLUMNS = 60;

/** Measures the simulation: messages, fresh systems, schedules, and what a failure costs to make smaller. */
export async function runSimulationSuite({ json, repeats, quick }: SuiteOptions): Promise<void> {
  const effort = { rounds: repeats ?? (quick ? 3 : 5), quick };
  const versions = readVersions();
  if (json) console.log(JSON.stringify({ bench: 'versions', ...versions, rounds: effort.rounds, quick }));
  const figures = await measureInTurn(simulationWorks(effort), effort.rounds, ({ work, by }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${`${work}, ${by}`.padEnd(PROGRESS_COLUMNS)}`);
  });
  for (const bench of new Set(figures.map((figure) => figure.bench))) {
    const ofBench = figures.filter((figure) => figure.bench === bench);
    if (json) for (const figure of ofBench) console.log(JSON.stringify(figure));
    else console.log(`${bench}\n\n${formatFigures(ofBench)}\n`);
  }
  if (json) return;
  console.log(`median, least and most of ${effort.rounds} rounds; ${versions.cores} x ${versions.cpu}`);
  console.log(`Node ${versions.node}`);
}
