import { type ActorRef, defineActor } from '@skein/runtime';

export type Source = { append: {}; credit: {} };
export type Writer = { line: { from: ActorRef<Source> }; written: {} };
type Disk = { write: { writer: ActorRef<Writer> } };

/** Lines that a source may have at the writer, count. */
export const WINDOW = 2;

/** Takes as long as it takes. */
export const disk = defineActor<Disk>()({
  name: 'disk',
  initial: () => undefined,
  receive: { write: (_state, { writer }) => writer.send({ type: 'written' }) },
});

/** Has its lines written one after the other, and gives credit for another one when one is. */
export const writer = defineActor<Writer>()({
  name: 'writer',
  initial: (_: undefined, context) => ({
    disk: context.spawn(disk),
    queue: [] as ActorRef<Source>[],
  }),
  receive: {
    line: ({ disk, queue }, { from }, context) => {
      queue.push(from);
      if (queue.length === 1) disk.send({ type: 'write', writer: context.self });
    },
    written: ({ disk, queue }, _message, context) => {
      queue.shift()?.send({ type: 'credit' });
      if (queue.length > 0) disk.send({ type: 'write', writer: context.self });
    },
  },
});
