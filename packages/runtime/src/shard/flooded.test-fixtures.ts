import type { TurnContext } from '../actor/context.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';

export type Flooded = { bare: {}; one: { readonly value: number } };
export type FloodedContext = TurnContext<Flooded, never>;

/** Whatever comes is met by this. */
export type MeetFlood = (
  message: { readonly type: keyof Flooded },
  context: FloodedContext,
  behavior: string,
) => void;

/** Hands each message to a function of a test. For systems that copy nothing, on one thread. */
const define = (name: string, capacity?: number): ActorDefinition<Flooded, MeetFlood> =>
  defineActor<Flooded>()({
    name,
    mailbox: capacity === undefined ? {} : { capacity },
    initial: (meet: MeetFlood) => meet,
    receive: {
      bare: (meet, message, context) => meet(message, context, 'first'),
      one: (meet, message, context) => meet(message, context, 'first'),
    },
    behaviors: {
      second: {
        bare: (meet, message, context) => meet(message, context, 'second'),
        one: (meet, message, context) => meet(message, context, 'second'),
      },
    },
  });

/** Messages in a row to it lie in one node, and are met as a run. */
export const inRuns: ActorDefinition<Flooded, MeetFlood> = define('in-runs');
/** Where a mailbox may hold only so many, also never reached, each message lies in a node of its own. */
export const oneByOne: ActorDefinition<Flooded, MeetFlood> = define('one-by-one', 1e9);
