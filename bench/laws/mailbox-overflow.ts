import { type ActorRef, defineActor, type OverflowRule } from '@skein/runtime';
import { command, type Invariant, type SimulatedWorld } from '@skein/runtime/testing';
import fc from 'fast-check';
import { areEqual } from './lists.js';

const CAPACITY = 3;

type Reader = { note: { n: number } };
interface Read {
  readonly read: readonly number[];
}

const readerOf = (overflow: OverflowRule) =>
  defineActor<Reader>()({
    name: `reader-${overflow}`,
    mailbox: { capacity: CAPACITY, overflow },
    initial: () => ({ read: [] as number[] }),
    receive: { note: ({ read }, { n }) => void read.push(n) },
  });

export const rejecting = readerOf('reject');
export const droppingNewest = readerOf('drop-newest');
export const droppingOldest = readerOf('drop-oldest');

interface Subject {
  readonly reader: ActorRef<Reader>;
  readonly lost: string[];
  /** What the model has: what waits, what was lost, how many were sent. */
  waiting: number[];
  readonly victims: number[];
  sent: number;
  /** What was read and is not in `waiting` any more, count. */
  readSeen: number;
}

/** A mailbox holds no more than its capacity, and beyond it loses exactly whom its rule says; beside a model that is an array. */
export const overflowRules: readonly Invariant<Subject>[] = [
  overflowOf(rejecting, 'mailbox-full'),
  overflowOf(droppingNewest, 'dropped-newest'),
  overflowOf(droppingOldest, 'dropped-oldest'),
];

function overflowOf(definition: typeof rejecting, reason: string): Invariant<Subject> {
  return {
    name: `mailboxes: ${definition.name} loses whom it says`,
    modules: [import.meta.url],
    start: ({ system }) => {
      const lost: string[] = [];
      system.deadLetters.subscribe((letter) => lost.push(letter.reason));
      return { reader: system.spawn(definition), lost, waiting: [], victims: [], sent: 0, readSeen: 0 };
    },
    commands: [
      command({
        name: 'send',
        input: fc.integer({ min: 1, max: 6 }),
        run: (world, subject, count) => {
          forgetRead(world, subject);
          for (let i = 0; i < count; i++) {
            const n = subject.sent++;
            subject.reader.send({ type: 'note', n });
            subject.waiting.push(n);
            if (subject.waiting.length > CAPACITY)
              subject.victims.push(
                reason === 'dropped-oldest' ? subject.waiting.shift()! : subject.waiting.pop()!,
              );
          }
        },
      }),
    ],
    faults: { stalls: 2 },
    finally: (world, subject) => {
      const { reader, lost, victims, sent } = subject;
      const read = world.stateOf<Read>(reader)!.read;
      const expected = Array.from({ length: sent }, (_, n) => n).filter((n) => !victims.includes(n));
      if (!areEqual(read, expected)) return `read ${read}, expected ${expected}`;
      if (lost.length !== victims.length || lost.some((each) => each !== reason))
        return `${victims.length} died, the letters say ${lost}`;
      return true;
    },
  };
}

/** What was read waits no more. */
function forgetRead(world: SimulatedWorld, subject: Subject): void {
  const { read } = world.stateOf<Read>(subject.reader)!;
  subject.waiting = subject.waiting.slice(read.length - subject.readSeen);
  subject.readSeen = read.length;
}
