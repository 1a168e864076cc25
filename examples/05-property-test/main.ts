import { defineExample, integerOption, runIfMain, seedOption, textOption } from '@skein/cli';
import { type CheckOutcome, searchInvariant, writeFailure } from '@skein/runtime/testing';
import { election, forgetfulElection } from './laws.js';

const example = defineExample({
  name: '05-property-test',
  summary: 'A leader election with a fault, found by a search, and without it',
  details:
    'Another seed finds it in another way, and after more runs or fewer; the story that is left is much the same.',
  options: {
    seed: seedOption({ default: 2 }),
    runs: integerOption({ description: 'runs to try', default: 500, min: 1, max: 1_000_000 }),
    failures: textOption({
      description: 'where the failure is written, to be replayed',
      default: '.skein/failures',
      placeholder: 'FOLDER',
    }),
  },
  reports: true,

  async run({ seed, runs, failures }, io) {
    const search = { seed, runs, commandsMax: 6 };
    const { bold, dim, green, red } = io.colors;
    io.print(
      'Three voters elect a leader, again and again. Up to three times one of them crashes, at any moment.',
    );
    io.print('Whatever the order in which messages are met: no term has two leaders. Is that so?');

    io.print();
    io.print(bold('Voters who forget in a crash that they have voted'));
    const forgetful = await searchInvariant(forgetfulElection, search);
    io.print(forgetful.holds ? `  ${held(forgetful)}` : `  ${red('No.')} ${told(forgetful)}`);
    let file: string | undefined;
    if (!forgetful.holds) {
      const { failure, story } = forgetful.counterexample;
      file = await writeFailure(failures, failure);
      io.print();
      io.print(story);
      io.print();
      io.print(dim(`Step through it: npx skein replay --step ${file}`));
    }

    io.print();
    io.print(bold('Voters who remember it'));
    const mended = await searchInvariant(election, search);
    io.print(mended.holds ? `  ${green('Yes.')} ${held(mended)}` : `  ${red('No.')} ${told(mended)}`);

    const result = { forgetful: summaryOf(forgetful), mended: summaryOf(mended), file };
    return forgetful.holds ? { result } : { result, report: () => forgetful.page };
  },
});

function held({ report }: CheckOutcome & { holds: true }): string {
  return `It held in ${report.runs} runs of ${report.steps} steps in all.`;
}

function told({ counterexample }: CheckOutcome & { holds: false }): string {
  const { failure, first, foundInRun, shrinkingRuns } = counterexample;
  const { commands, faults, tape } = failure;
  return [
    `Run ${foundInRun} broke it: ${inputs(first.commands, first.faults, first.switches)}.`,
    `      Of these matter, after ${shrinkingRuns} more runs: ${inputs(commands.length, faults.length, tape.length)}.`,
  ].join('\n');
}

function inputs(commands: number, faults: number, switches: number): string {
  const count = (many: number, one: string, more: string): string => `${many} ${many === 1 ? one : more}`;
  return [
    count(commands, 'candidate', 'candidates'),
    count(faults, 'crash', 'crashes'),
    count(switches, 'context switch', 'context switches'),
  ].join(', ');
}

function summaryOf(outcome: CheckOutcome): object {
  const { runs, steps, messages } = outcome.report;
  if (outcome.holds) return { holds: true, runs, steps, messages };
  const { first, foundInRun, failure } = outcome.counterexample;
  const { violation, commands, faults, tape } = failure;
  const least = { commands: commands.length, faults: faults.length, switches: tape.length };
  return { holds: false, foundInRun, violation: violation.text, first, least };
}

export default example;
await runIfMain(import.meta.url, example);
