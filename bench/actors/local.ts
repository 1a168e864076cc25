import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Effort } from './effort.js';
import type { Work } from './measure.js';

const PROCESS = fileURLToPath(new URL('./local-process.js', import.meta.url));
const FLAGS = ['--expose-gc', '--max-old-space-size=6144'];

/** A workload that each means can do, and with how many operations, count. */
interface Local {
  readonly bench: string;
  readonly work: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly n: number;
  readonly quick: number;
}

const LOCALS: readonly Local[] = [
  { ...rate('counting', 'messages/s'), n: 1e6, quick: 2e5 },
  { ...rate('pingpong', 'round trips/s'), n: 1e6, quick: 1e5 },
  { ...rate('fjcreate', 'actors/s'), n: 2e5, quick: 2e4 },
  { ...rate('skynet', 'leaves/s'), n: 1e5, quick: 1e4 },
  { ...rate('fanin', 'messages/s'), n: 1e6, quick: 2e5 },
  { ...rate('restart', 'restarts/s'), n: 1e5, quick: 1e4 },
  { bench: 'local', work: 'ask', unit: 'us', better: 'less', n: 1e5, quick: 2e4 },
  { bench: 'memory', work: 'idle', unit: 'bytes an actor', better: 'less', n: 1e6, quick: 1e5 },
];

/**
 * The workloads on one thread and what idle actors take, beside plain mailboxes and beside event emitters, the floor:
 * the ratio to the emitter is the share of it that is reached. An emitter cannot restart.
 */
export function localWorks({ quick }: Effort): Work[] {
  return LOCALS.flatMap(({ n, quick: fewer, ...local }) => {
    const by = (by: string, baselines: readonly string[] = []): Work => ({
      ...local,
      by,
      baselines,
      isFresh: true,
      run: async () => {
        const wanted = [by, local.work, String(quick ? fewer : n)];
        const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, PROCESS, ...wanted]);
        return JSON.parse(stdout);
      },
    });
    const floors = local.work === 'restart' ? [] : ['emitter'];
    return [
      by('skein', ['plain mailbox', ...floors]),
      by('plain mailbox'),
      ...floors.map((floor) => by(floor)),
    ];
  });
}

function rate(work: string, unit: string): Pick<Local, 'bench' | 'work' | 'unit' | 'better'> {
  return { bench: 'local', work, unit, better: 'more' };
}
