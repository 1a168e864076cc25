import { defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import { type ContentFilter, type Published, publish, subscribe, type Topics } from '../index.js';

/** What the tests of topics publish. `note` is also understood by puppets. */
export type News = { note: { text: string; severity?: number } };

/** An actor as a user would write it: it has its topics as arguments and subscribes itself. */
export type Reader = Published<News> & {
  tell: { topic: string; text: string; severity?: number };
  heard: Ask<{}, readonly string[]>;
};

export interface ReaderArgs {
  readonly news: Topics<News>;
  readonly pattern?: string;
  readonly filter?: ContentFilter;
}

export const reader = defineActor<Reader>()({
  name: 'reader',
  initial: ({ news, pattern, filter }: ReaderArgs, context) => {
    if (pattern !== undefined) void subscribe(context, news, pattern, context.self, filter && { filter });
    return { news, heard: [] as string[] };
  },
  receive: {
    note: ({ heard }, { topic, text }) => void heard.push(`${topic} ${text}`),
    tell: ({ news }, { topic, type: _, ...note }, context) =>
      publish(context, news, topic, { type: 'note', ...note }),
    heard: ({ heard }, _, context) => context.reply(heard),
  },
});
