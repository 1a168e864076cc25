import { cutMiddle } from './cells.js';

/** Names of at most so many cells each, still each another: where cutting makes two equal, the second is numbered. */
export function shortenNames(names: readonly string[], cells: number): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let short = cutMiddle(name, cells);
    for (let nth = 2; taken.has(short); nth++) {
      const number = `~${nth}`;
      short = cutMiddle(name, Math.max(0, cells - number.length)) + number;
    }
    taken.add(short);
    return short;
  });
}
