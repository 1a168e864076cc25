import { knownFaults } from '@skein/bugs';
import { createTestSystem, type Invariant, searchInvariant } from '@skein/runtime/testing';
import type { Effort } from '../actors/effort.js';
import type { Work } from '../actors/measure.js';
import { mustBe } from '../actors/outcome.js';
import { modules } from './definitions.js';
import { lawOf, type Program, program, questions, ring } from './programs.js';

/** Runs that a search makes beside those it is asked for, to see that they are equal. */
const RUNS_BESIDE = 2;
const SEED = 1;

/** What is measured of the simulation: each beside the same in production, where there is such a thing. */
export function simulationWorks({ quick }: Effort): readonly Work[] {
  const messages = quick ? 4_000 : 20_000;
  const [one, asks, three] = [
    ring({ messages }),
    questions({ messages: messages / 4 }),
    ring({ messages, sideShards: 2 }),
  ];
  return [
    ...messageWorks('ring of actors', one),
    { ...simulatedWork('ring of actors', one, true), by: 'simulated, with laws' },
    ...messageWorks('asks of async handlers', asks),
    ...messageWorks('ring over three shards', three),
    ...[0, 2].flatMap((sideShards) => freshWorks(sideShards, quick ? 100 : 1_000)),
    scheduleWork(quick ? 1_000 : 10_000),
    shrinkWork('check-then-act'),
  ];
}

function messageWorks(work: string, of: Program): Work[] {
  return [
    simulatedWork(work, of, false),
    { bench: 'messages', work, by: 'production', unit: 'per s', better: 'more', run: () => produce(of) },
  ];
}

function simulatedWork(work: string, of: Program, checked: boolean): Work {
  return {
    bench: 'messages',
    work,
    by: 'simulated',
    unit: 'per s',
    better: 'more',
    baselines: ['production'],
    run: async () => {
      const { ms, runs } = await search(lawOf(of, checked), 1, of.messages);
      return { rate: (runs * of.messages * 1000) / ms };
    },
  };
}

/** The same by the dispatcher and pump of production. */
async function produce({ begin, messages, sideShards }: Program): Promise<{ readonly rate: number }> {
  const { system } = await createTestSystem({ modules, sideShards, strict: false, log: () => {} });
  const before = system.metrics().sent;
  const startedMs = performance.now();
  begin(system);
  await system.quiet();
  const ms = performance.now() - startedMs;
  mustBe('messages', system.metrics().sent - before, messages);
  await system.stop({ now: true });
  return { rate: (messages * 1000) / ms };
}

/** As a search makes one for each schedule, and with nothing in it. */
function freshWorks(sideShards: number, systems: number): Work[] {
  const law: Invariant<undefined> = { name: 'nothing', modules, sideShards, start: () => undefined };
  const shared = {
    bench: 'a fresh system',
    work: sideShards === 0 ? 'of one shard' : `of ${sideShards + 1} shards`,
    unit: 'us',
    better: 'less',
  } as const;
  return [
    {
      ...shared,
      by: 'simulated',
      baselines: ['createTestSystem'],
      run: async () => {
        const { ms, runs } = await search(law, systems, undefined);
        return { time: (ms * 1000) / runs };
      },
    },
    {
      ...shared,
      by: 'createTestSystem',
      run: async () => {
        const count = Math.ceil(systems / 10);
        const startedMs = performance.now();
        for (let i = 0; i < count; i++) {
          const { system } = await createTestSystem({ modules, sideShards, log: () => {} });
          await system.stop({ now: true });
        }
        return { time: ((performance.now() - startedMs) * 1000) / count };
      },
    },
  ];
}

function scheduleWork(schedules: number): Work {
  const of = ring({ messages: 50 });
  return {
    bench: 'searching',
    work: `${schedules.toLocaleString('en')} schedules of ${of.messages} messages`,
    by: 'checkInvariant',
    unit: 's',
    better: 'less',
    run: async () => ({ time: (await search(lawOf(of, true), schedules, of.messages)).ms / 1000 }),
  };
}

function shrinkWork(name: string): Work {
  const { faulty } = knownFaults.find((fault) => fault.name === name)!;
  return {
    bench: 'searching',
    work: `${name} found, and made smaller`,
    by: 'checkInvariant',
    unit: 'ms',
    better: 'less',
    run: async () => {
      const startedMs = performance.now();
      const found = await searchInvariant(faulty, { seed: SEED, shrink: false });
      const foundMs = performance.now();
      const smaller = await searchInvariant(faulty, { seed: SEED });
      const bothMs = performance.now() - foundMs;
      mustBe('found', found.holds || smaller.holds, false);
      return { found: foundMs - startedMs, both: bothMs };
    },
  };
}

/** Searches a law that holds by random order, and times all runs made. */
async function search(
  law: Invariant<undefined>,
  runs: number,
  messages: number | undefined,
): Promise<{ readonly ms: number; readonly runs: number }> {
  const startedMs = performance.now();
  const { holds, report } = await searchInvariant(law, {
    runs,
    seed: SEED,
    scheduler: 'random',
    ...(messages !== undefined && { program }),
  });
  const ms = performance.now() - startedMs;
  mustBe('holds', holds, true);
  mustBe('runs', report.runs, runs);
  if (messages !== undefined) mustBe('messages', report.messages, runs * messages);
  return { ms, runs: runs + RUNS_BESIDE };
}
