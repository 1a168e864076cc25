import { readFile, writeFile } from 'node:fs/promises';
import { type KnownFault, knownFaults } from '@skein/bugs';
import { betweenMarkers } from '../between-markers.js';
import {
  type AllOrders,
  type Found,
  findFault,
  SEARCHES,
  type SearchName,
  tryAllOrders,
} from './find-fault.js';
import { formatFaults } from './format.js';

/** What the suite is asked for. */
export interface BugSuiteOptions {
  /** A line of JSON for each fault instead of a table. */
  readonly json: boolean;
  /** Seeds from which each fault is looked for, count. */
  readonly seeds: number | null;
  /** Fewer seeds. */
  readonly quick: boolean;
  /** A page whose table is replaced by what was found. */
  readonly write: string | null;
}

/** What came of one known fault and its mended twin. */
export interface FaultReport {
  readonly name: string;
  readonly needs: KnownFault['needs'];
  readonly bySearch: Readonly<Record<SearchName, { readonly faulty: Found; readonly fixed: Found }>>;
  readonly allOrders?: { readonly faulty: AllOrders; readonly fixed: AllOrders };
}

/** As many as `checkInvariant` tries. */
const RUNS = 200;
const SEEDS = 100;
const SEEDS_QUICK = 5;
/** Orders of a small program that are tried, count. */
const ORDERS = 10_000;

/** Looks for each known fault by each scheduler from many seeds, and as often in its mended twin. */
export async function runBugSuite({ json, seeds: given, quick, write }: BugSuiteOptions): Promise<void> {
  const seeds = given ?? (quick ? SEEDS_QUICK : SEEDS);
  const reports: FaultReport[] = [];
  for (const fault of knownFaults) {
    const report = await reportOn(fault, seeds);
    reports.push(report);
    if (json) console.log(JSON.stringify({ bench: 'bugs', runs: RUNS, ...report }));
  }
  const table = formatFaults(reports, { seeds, runs: RUNS });
  if (!json) console.log(table);
  if (write !== null) await writeFile(write, betweenMarkers(await readFile(write, 'utf8'), 'bugs', table));
}

/** Looks for one fault by each scheduler; the twin is given as many seeds as make about as many runs. */
export async function reportOn(fault: KnownFault, seeds: number): Promise<FaultReport> {
  const { name, needs, faulty, fixed, program } = fault;
  const bySearch: Partial<Record<SearchName, { faulty: Found; fixed: Found }>> = {};
  for (const search of SEARCHES) {
    progress(`${name}, ${search}`);
    const found = await findFault(faulty, search, { seeds, runs: RUNS });
    const perSeed = Math.ceil(found.runs / seeds);
    bySearch[search] = { faulty: found, fixed: await findFault(fixed, search, { seeds, runs: perSeed }) };
  }
  progress('');
  const report = { name, needs, bySearch: bySearch as FaultReport['bySearch'] };
  if (program === undefined) return report;
  const faultyOrders = await tryAllOrders(faulty, program, ORDERS);
  return {
    ...report,
    allOrders: { faulty: faultyOrders, fixed: await tryAllOrders(fixed, program, ORDERS) },
  };
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what.padEnd(60)}`);
}
