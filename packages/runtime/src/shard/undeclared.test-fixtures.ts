import { defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

/** Has a handler that is async but does not say so. */
export const undeclared = defineActor<{ go: Ask<{}, void> }>()({
  name: 'undeclared',
  initial: () => undefined,
  receive: {
    go: async () => {
      await null;
      throw new Error('swallowed: the handler has failed before');
    },
  },
});
