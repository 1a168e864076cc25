/**
 * A page with what stands between the markers of a benchmark replaced: `<!-- bench NAME: begin -->` and `<!-- bench NAME: end -->`.
 *
 * @throws Error if it has none
 */
export function betweenMarkers(page: string, name: string, text: string): string {
  const begin = `<!-- bench ${name}: begin -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- bench ${name}: end -->`);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} before its end`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
