import { type ActorRef, defineActor } from '@skein/runtime';
import { type Source, WINDOW, type Writer } from './writer.js';

export { disk, writer } from './writer.js';
export const module = import.meta.url;

/**
 * Hands on the lines of a file that grows: as many as it has credit for, and when there is room again, goes
 * on with all that has come meanwhile.
 */
export const source = defineActor<Source>()({
  name: 'source',
  initial: ({ writer }: { writer: ActorRef<Writer> }) => ({ writer, credit: WINDOW, unsent: 0 }),
  receive: {
    append: (state, _message, context) => {
      state.unsent++;
      if (state.credit === 0) return;
      state.credit--;
      state.unsent--;
      state.writer.send({ type: 'line', from: context.self });
    },
    credit: (state, _message, context) => {
      state.credit++;
      while (state.unsent > 0) {
        state.credit--;
        state.unsent--;
        state.writer.send({ type: 'line', from: context.self });
      }
    },
  },
});
