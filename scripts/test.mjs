// `npm test`: install, build, and run every check; the last line counts the tests.
//
// What stands in this file and in check-node.mjs is read by whatever Node is on the machine, however
// old, so both keep to syntax that Node 12.17 parses. All else is imported after the version is known.

import { checkNode } from './lib/check-node.mjs';

if (checkNode()) import('./lib/test-command.mjs').then(({ test }) => test(process.argv.slice(2)));
