import { readFileSync } from 'node:fs';

/**
 * The snippets of a Markdown page that say which file they are: a fenced `ts` or `js` block whose first line
 * is a comment with the file's name, perhaps with more after it. Keyed by that name.
 */
export function namedSnippets(page: URL): Map<string, string> {
  const text = readFileSync(page, 'utf8');
  const blocks = text.matchAll(/^```[tj]s\n(\/\/ ([\w.-]+\.m?[tj]s)\b[\s\S]*?)^```$/gm);
  return new Map(Array.from(blocks, (block) => [block[2]!, block[1]!]));
}
