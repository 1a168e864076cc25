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

/**
 * What a named snippet is said to print, line by line: the `text` block that follows it, or the comments behind its
 * calls of `print` and `console.log`.
 */
export function printedBy(page: URL, name: string): string[] {
  const text = readFileSync(page, 'utf8');
  const snippet = namedSnippets(page).get(name)!;
  const after = text.slice(text.indexOf(snippet) + snippet.length);
  const [, block] = after.match(/^```\n\n```text\n([\s\S]*?)\n```\n/) ?? [];
  if (block !== undefined) return block.split('\n');
  const comments = snippet.matchAll(/^\s*(?:print|console\.log)\(.*\); \/\/ (.*)$/gm);
  return Array.from(comments, (comment) => comment[1]!);
}
