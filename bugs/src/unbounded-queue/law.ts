/**
 * A producer is given credit, and keeps to it as long as nothing is held up. When it is held up, work
 * gathers, and the first credit that comes back sets all of it free. The queue that the credit was to bound
 * grows with the delay.
 *
 * Met in reconnects that flush a backlog at once, streams that ignore what `write` returns, thundering herds.
 *
 * Shown by lines that are appended faster than the disk writes: two more than the window, before the first is
 * written.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import { type Source, WINDOW } from './writer.js';

/** The writer never has more lines than its window. */
export function unboundedQueue(twin: Twin): Invariant<ActorRef<Source>> {
  const { module, source, writer } = { faulty, fixed }[twin];
  return {
    name: `unbounded queue, ${twin}`,
    modules: [module],
    start: ({ system }) => system.spawn(source, { writer: system.spawn(writer) }),
    commands: [
      command({
        name: 'append',
        run: (_world, source) => source.send({ type: 'append' }),
      }),
    ],
    invariant: (world) => {
      const lines = world.actors<{ queue: readonly unknown[] }>(writer)[0]?.state.queue.length ?? 0;
      return lines <= WINDOW || `${lines} lines wait at the writer, of ${WINDOW} allowed`;
    },
  };
}
