#!/usr/bin/env node
import { skein } from './commands/skein.js';
import { processHost } from './host.js';

process.exitCode = await skein(process.argv.slice(2), processHost());
