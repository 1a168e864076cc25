/**
 * Measures what Skein costs, each figure beside a calibration of the same run:
 *
 *     pnpm bench [actors | inference] [--json] [--repeats N] [--quick]
 *
 * A figure alone says more about the machine than about Skein; read the ratio.
 */
import { parseArgs } from 'node:util';
import { runActorSuite } from './actor-suite.js';
import { runInferenceSuite } from './inference/suite.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const { json, quick } = values;
const repeats = values.repeats === undefined ? null : Number(values.repeats);
if (repeats !== null && !(Number.isInteger(repeats) && repeats >= 1)) {
  console.error(`--repeats must be a whole number of at least 1, got ${values.repeats}`);
  process.exit(2);
}
const suites: Readonly<Record<string, () => Promise<void>>> = {
  actors: () => runActorSuite({ json, repeats: repeats ?? (quick ? 2 : 5) }),
  inference: () => runInferenceSuite({ json, repeats, quick }),
};
const [name = 'actors'] = positionals;
const run = Object.hasOwn(suites, name) ? suites[name] : undefined;
if (run === undefined || positionals.length > 1) {
  console.error(`one suite of ${Object.keys(suites).join(' and ')}, got ${positionals.join(' ')}`);
  process.exit(2);
}
await run();
