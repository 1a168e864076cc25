import { searchInvariant } from '@skein/runtime/testing';
import { ownLaws } from './laws/index.js';

const [pattern = '', runs = '30', seed = '1', full = ''] = process.argv.slice(2);
let total = 0;
for (const law of ownLaws) {
  if (!law.name.includes(pattern)) continue;
  const t = performance.now();
  try {
    const out = await searchInvariant(law, { runs: Number(runs), seed: Number(seed) });
    const ms = performance.now() - t;
    total += ms;
    console.log(
      out.holds ? 'ok  ' : 'FAIL',
      law.name,
      out.report.runs,
      'runs',
      out.report.steps,
      'steps',
      out.report.messages,
      'msgs',
      ms.toFixed(0),
      'ms',
    );
    if (!out.holds) {
      const { failure, story } = out.counterexample;
      console.log(
        '    ',
        failure.violation.law,
        failure.violation.text,
        'commands',
        failure.commands.length,
        'faults',
        failure.faults.length,
        'switches',
        failure.tape.length,
      );
      if (full) {
        console.log(
          JSON.stringify(failure.commands),
          JSON.stringify(failure.faults),
          JSON.stringify(failure.tape),
        );
        console.log(story.length > 6000 ? story.slice(0, 3000) + '\n.....\n' + story.slice(-1500) : story);
      }
    }
  } catch (e) {
    console.log('THROW', law.name, String((e as Error).stack).slice(0, 600));
  }
}
console.log('total', total.toFixed(0), 'ms');
