import { goldenCommand } from './golden-command.js';

process.exitCode = goldenCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
