import { formatReport } from './format-report.js';
import { GoldenFormatError } from './golden-case.js';
import { readGoldenFolder } from './read-golden.js';
import { runGolden } from './run-golden.js';

export const USAGE = 'usage: pnpm golden DIR [--json] [--backend reference|simd]';

/** Where the command writes; a test passes two arrays' worth. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/**
 * Runs every golden case found in a folder against this package.
 *
 * @param args DIR; for one JSON object instead of a table, `--json`; to run what compiled populations in lanes cover
 *   by these, `--backend simd`
 * @returns the exit code: 0 when nothing failed, 1 when a case did, 2 when the arguments or the files are no good
 */
export function goldenCommand(args: readonly string[], output: Output): number {
  const json = args.includes('--json');
  const at = args.indexOf('--backend');
  const backend = at < 0 ? 'reference' : args[at + 1];
  const folders = args.filter(
    (argument, i) => argument !== '--json' && argument !== '--' && (at < 0 || (i !== at && i !== at + 1)),
  );
  const folder = folders[0];
  const isKnown = backend === 'reference' || backend === 'simd';
  if (!isKnown || folder === undefined || folders.length > 1 || folder.startsWith('-')) {
    output.error(`${USAGE}\n`);
    return 2;
  }
  try {
    const report = runGolden(readGoldenFolder(folder), backend);
    output.out(json ? `${JSON.stringify(report)}\n` : formatReport(report));
    return report.failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof GoldenFormatError)) throw error;
    output.error(`${error.message}\n${error.remedy}\n`);
    return 2;
  }
}
