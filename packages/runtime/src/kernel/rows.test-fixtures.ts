import type { TurnContext } from '../actor/context.js';
import { type ActorDefinition, defineActor, type MailboxOptions } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

/** `bare` and `blank` hold nothing but their type; all others are told apart. */
export type Catch = {
  bare: {};
  blank: {};
  one: { readonly value: number };
  act: { readonly act: (context: CatchContext) => void };
  question: Ask<{}, null>;
};
/** What all handlers' contexts have. */
export type CatchContext = Pick<TurnContext<Catch>, 'self' | 'sender' | 'stash' | 'unstashAll'>;
export type CaughtMessage = { readonly type: keyof Catch };

/** Whatever comes is met by this; `message` is what the handler was given. */
export type Meet = (message: CaughtMessage, context: CatchContext) => void;

/** An actor that hands what it gets to a function of a test. For systems that copy nothing, on one thread. */
const define = (name: string, mailbox: MailboxOptions): ActorDefinition<Catch, Meet> =>
  defineActor<Catch>()({
    name,
    mailbox,
    initial: (meet: Meet) => meet,
    receive: {
      bare: (meet, message, context) => meet(message, context),
      blank: (meet, message, context) => meet(message, context),
      one: (meet, message, context) => meet(message, context),
      act: (_, { act }, context) => act(context),
      question: (meet, message, context) => {
        meet(message, context);
        context.reply(null);
      },
    },
  });

export const catcher: ActorDefinition<Catch, Meet> = define('catcher', {});
/** Has room for whatever it puts aside. */
export const hoarder: ActorDefinition<Catch, Meet> = define('hoarder', { stashCapacity: 10_000 });
/** Gives its oldest mail up, where there is no room for more. */
export const dropper: ActorDefinition<Catch, Meet> = define('dropper', {
  overflow: 'drop-oldest',
  stashCapacity: 10_000,
});

/** For a system to know these and the puppets. */
export const MODULES: readonly URL[] = [
  new URL(import.meta.url),
  new URL('../testing/puppet.test-fixtures.ts', import.meta.url),
];
