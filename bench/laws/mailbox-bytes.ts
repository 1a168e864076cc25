import { type ActorRef, defineActor } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { isAscending } from './lists.js';

const BUDGET_BYTES = 4000;
/** Such texts are measured each time: shorter ones are by sample. */
const LENGTHS = { min: 300, max: 900 };

type Reader = { note: { n: number; text: string } };
type Read = number[];

export const reader = defineActor<Reader>()({
  name: 'reader',
  initial: (): Read => [],
  receive: { note: (read, { n }) => void read.push(n) },
});

interface Subject {
  readonly readers: readonly ActorRef<Reader>[];
  /** By number: the length of its text, characters of two bytes. */
  readonly sent: number[];
  /** The reasons of all dead letters. */
  readonly lost: string[];
}

/** What the mailboxes of a shard hold together stays within its budget; what is too much is a dead letter, and nothing else is. */
export const byteBudget: Invariant<Subject> = {
  name: 'mailboxes: the bytes of a shard are bounded',
  modules: [import.meta.url],
  system: { mailboxBytesMax: BUDGET_BYTES },
  start: ({ system }) => {
    const lost: string[] = [];
    system.deadLetters.subscribe(({ reason }) => lost.push(reason));
    return { readers: [system.spawn(reader), system.spawn(reader)], sent: [], lost };
  },
  commands: [
    command({
      name: 'send',
      input: fc.record({ to: fc.nat({ max: 1 }), length: fc.integer(LENGTHS) }),
      run: (_, { readers, sent }, { to, length }) => {
        readers[to]!.send({ type: 'note', n: sent.push(length) - 1, text: 'x'.repeat(length) });
      },
    }),
  ],
  faults: { stalls: 2 },
  invariant: (world, { sent, lost }) => {
    const read = world.actors<Read>(reader).flatMap(({ state }) => state);
    // Of those that wait at least the smallest of what was not read: whichever were lost.
    const unread = sent.filter((_, n) => !read.includes(n)).sort((a, b) => a - b);
    const waiting = unread.slice(0, unread.length - lost.length);
    const bytes = waiting.reduce((sum, length) => sum + 2 * length, 0);
    return bytes <= BUDGET_BYTES || `${bytes} bytes wait`;
  },
  finally: (world, { sent, lost }) => {
    const reads = world.actors<Read>(reader).map(({ state }) => state);
    if (!reads.every(isAscending)) return 'messages were read in another order';
    const read = reads.flat().length;
    if (read + lost.length !== sent.length) return `${read} were read, ${lost.length} died of ${sent.length}`;
    return lost.every((reason) => reason === 'mailbox-full') || `they died of ${lost}`;
  },
};
