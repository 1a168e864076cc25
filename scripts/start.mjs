// `npm start`: install, build, and run the main job with live progress.
//
// What stands in this file and in check-node.mjs is read by whatever Node is on the machine, however
// old, so both keep to syntax that Node 12.17 parses. All else is imported after the version is known.

import { checkNode } from './lib/check-node.mjs';

if (checkNode()) import('./lib/start-command.mjs').then(({ start }) => start(process.argv.slice(2)));
