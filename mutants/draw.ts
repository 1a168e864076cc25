import { keyedUniform, streamOf } from '@skein/random';
import type { SiteKind } from './mutations.js';
import { type Site, sitesOf } from './sites.js';

/** A fault of one line: in `file`, what stands from `start` to `end` is replaced. */
export interface Mutant {
  /** Relative to the repository, with slashes. */
  readonly file: string;
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly column: number;
  readonly kind: SiteKind;
  /** Offset in the text of the file, UTF-16 units. */
  readonly start: number;
  readonly before: string;
  readonly after: string;
}

/** A source text and its file's name. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A site of a source. */
export interface Place {
  readonly source: Source;
  readonly site: Site;
}

const ORDER = streamOf('mutants: order of sites');
const CHOICE = streamOf('mutants: fault of a site');

/** All that can be drawn from. */
export function placesIn(sources: readonly Source[]): Place[] {
  return sources.flatMap((source) => sitesOf(source.text).map((site) => ({ source, site })));
}

/**
 * One fault each of `count` different places, or of all if there are fewer. Every place is as likely as every other, then every fault of its site. The
 * same places and seed give the same mutants in the same order; a larger `count` only adds to them.
 */
export function drawMutants(from: readonly Place[], seed: number, count: number): Mutant[] {
  const places = [...from];
  const drawn = Math.min(count, places.length);
  const mutants: Mutant[] = [];
  for (let i = 0; i < drawn; i++) {
    const other = i + Math.floor(keyedUniform(seed, ORDER, 0, i) * (places.length - i));
    const { source, site } = places[other]!;
    places[other] = places[i]!;
    const fault = Math.floor(keyedUniform(seed, CHOICE, 0, i) * site.faults.length);
    const above = source.text.slice(0, site.start).split('\n');
    mutants.push({
      file: source.file,
      line: above.length,
      column: above.at(-1)!.length + 1,
      kind: site.kind,
      start: site.start,
      before: source.text.slice(site.start, site.end),
      after: site.faults[fault]!,
    });
  }
  return mutants;
}

/** The text with the fault in it. */
export function applyMutant(text: string, { start, before, after }: Mutant): string {
  return text.slice(0, start) + after + text.slice(start + before.length);
}
