import { formatReport } from './format-report.js';
import { GoldenFormatError } from './golden-case.js';
import { readGoldenFolder } from './read-golden.js';
import { runGolden } from './run-golden.js';

export const USAGE = 'usage: pnpm golden DIR [--json]';

/** Where the command writes; a test passes two arrays' worth. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/**
 * Runs every golden case found in a folder against this package.
 *
 * @param args DIR and, for one JSON object instead of a table, `--json`
 * @returns the exit code: 0 when nothing failed, 1 when a case did, 2 when the arguments or the files are no good
 */
export function goldenCommand(args: readonly string[], output: Output): number {
  const json = args.includes('--json');
  const folders = args.filter((argument) => argument !== '--json' && argument !== '--');
  const folder = folders[0];
  if (folder === undefined || folders.length > 1 || folder.startsWith('-')) {
    output.error(`${USAGE}\n`);
    return 2;
  }
  try {
    const report = runGolden(readGoldenFolder(folder));
    output.out(json ? `${JSON.stringify(report)}\n` : formatReport(report));
    return report.failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof GoldenFormatError)) throw error;
    output.error(`${error.message}\n${error.remedy}\n`);
    return 2;
  }
}
