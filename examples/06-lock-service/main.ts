import { defineExample, integerOption, runIfMain, seedOption, textOption } from '@skein/cli';
import { type CheckOutcome, searchInvariant, writeFailure } from '@skein/runtime/testing';
import { carefulLock, hastyLock } from './laws.js';

const example = defineExample({
  name: '06-lock-service',
  summary: 'A lock service that loses a thread, checked for linearizability',
  options: {
    seed: seedOption({ default: 6 }),
    runs: integerOption({ description: 'runs to try', default: 200, min: 1, max: 1_000_000 }),
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
      'Three clients use one lock. Its keeper crashes, its thread is lost, answers are late or never come.',
    );
    io.print('Is there an order, one operation after another, that explains what they saw?');

    io.print();
    io.print(bold('A keeper that remembers by its snapshot'));
    const hasty = await searchInvariant(hastyLock, search);
    let file: string | undefined;
    if (hasty.holds) io.print(`  It held in ${hasty.report.runs} runs.`);
    else {
      const { failure, story, foundInRun } = hasty.counterexample;
      file = await writeFailure(failures, failure);
      io.print(`  ${red('No.')} Run ${foundInRun} is explained by none. What the clients saw:`);
      io.print();
      io.print(failure.violation.text);
      io.print();
      io.print('How it came to that:');
      io.print();
      io.print(story);
      io.print();
      io.print(dim(`Step through it: npx skein replay --step ${file}`));
    }

    io.print();
    io.print(bold('A keeper that has it in a journal first, on another shard'));
    const careful = await searchInvariant(carefulLock, search);
    io.print(
      careful.holds
        ? `  ${green('Yes.')} There was one in each of ${careful.report.runs} runs.`
        : `  ${red('No.')} ${careful.counterexample.failure.violation.text}`,
    );

    const result = { hasty: summaryOf(hasty), careful: summaryOf(careful), file };
    return hasty.holds ? { result } : { result, report: () => hasty.page };
  },
});

function summaryOf(outcome: CheckOutcome): object {
  if (outcome.holds) return { holds: true, runs: outcome.report.runs };
  const { failure, foundInRun } = outcome.counterexample;
  const { violation, commands, faults } = failure;
  return { holds: false, foundInRun, law: violation.law, commands: commands.length, faults };
}

export default example;
await runIfMain(import.meta.url, example);
