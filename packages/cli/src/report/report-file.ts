import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ReportWriteError } from '../errors.js';

/**
 * Makes sure that a report can go to `file` before a long run begins: creates its folder, refuses a folder.
 *
 * @returns the absolute path
 * @throws ReportWriteError
 */
export async function prepareReport(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new ReportWriteError(path, 'it is a folder');
  await attempt(path, () => mkdir(dirname(path), { recursive: true }));
  return path;
}

/** Writes the page. @throws ReportWriteError */
export async function writeReport(path: string, html: string): Promise<void> {
  await attempt(path, () => writeFile(path, html));
}

async function attempt(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new ReportWriteError(path, (error as Error).message, { cause: error });
  }
}
