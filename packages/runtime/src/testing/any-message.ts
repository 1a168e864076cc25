import type { TurnContext } from '../actor/context.js';
import { defineActor, type RunnableDefinition, type TerminatedNotice } from '../actor/definition.js';
import type { Question } from '../shard/question.js';

/** A message as somebody got it who understands all. */
export interface ReceivedMessage {
  readonly message: { readonly type: string };
  readonly context: TurnContext;
  /** Somebody waits for a reply. */
  readonly isAsk: boolean;
}

/** What an actor that understands every message does with it. */
export interface AnyMessage {
  readonly name: string;
  receive(received: ReceivedMessage): void;
  terminated?(notice: TerminatedNotice): void;
}

/**
 * A definition whose actors take messages of any type, by functions that share memory with the test. No module exports it: it is for
 * one shard, which is given it by hand.
 */
export function defineForAnyMessage({ name, receive, terminated }: AnyMessage): RunnableDefinition {
  const definition = defineActor<Record<never, never>>()({
    name,
    initial: () => undefined,
    receive: {},
    terminated: (_, notice) => terminated?.(notice),
  }) as unknown as RunnableDefinition;
  return {
    ...definition,
    otherwise: (_, message, context) =>
      receive({
        message,
        context: context as unknown as TurnContext,
        isAsk: (context as unknown as Question).isAsk,
      }),
  };
}
