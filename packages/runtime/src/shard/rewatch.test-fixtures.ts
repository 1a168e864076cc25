import { defineActor } from '../actor/definition.js';

/** Lives where it is put. */
export const ward = defineActor<{ nothing: Record<never, never> }>()({
  name: 'ward',
  initial: () => ({}),
  receive: { nothing: () => undefined },
});

/** Watches its ward, again after each failure, and notes what it hears in each life. */
export const warden = defineActor<{ nothing: Record<never, never> }>()({
  name: 'warden',
  initial: (_: undefined, context) => {
    const child = context.spawn(ward, undefined, { name: 'ward', shard: 1 });
    context.watch(child);
    return { heard: [] as string[], child };
  },
  receive: { nothing: () => undefined },
  childFailed: ({ heard, child }, { directive }, context) => {
    heard.push(directive);
    context.watch(child);
  },
  terminated: ({ heard }, { reason }) => void heard.push(reason),
});
