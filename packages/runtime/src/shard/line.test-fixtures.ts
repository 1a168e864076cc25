import type { ActorRef } from '../actor/actor-ref.js';
import type { TurnContext } from '../actor/context.js';
import { type ActorDefinition, defineActor, type Priority } from '../actor/definition.js';

/** Messages hold what is done when they are met: for systems that copy nothing. */
export type Worker = {
  work: { readonly does: (context: WorkerContext) => void };
  wait: { readonly until: () => Promise<void> };
  meanwhile: { readonly until: () => Promise<void> };
  /** Groups meet these together. */
  share: { readonly does: (sendSelf: (message: WorkerMessage) => void) => void };
};
export type WorkerRef = ActorRef<Worker>;
export type WorkerMessage = { [Type in keyof Worker]: { readonly type: Type } & Worker[Type] }[keyof Worker];
export type WorkerContext = Pick<TurnContext<Worker>, 'self' | 'spawn' | 'stop'>;

const work = (_: undefined, { does }: Worker['work'], context: WorkerContext): void => does(context);
const wait = { async: (_: unknown, { until }: Worker['wait']) => until() };
const meanwhile = {
  async: (_: unknown, { until }: Worker['meanwhile']) => until(),
  reentrant: true,
} as const;

const defineSingle = (priority: Priority): ActorDefinition<Worker, undefined> =>
  defineActor<Worker>()({
    name: `${priority}-worker`,
    priority,
    initial: (_: undefined) => undefined,
    receive: {
      work,
      wait,
      meanwhile,
      share: (_, { does }, { self }) => does((message) => self.send(message)),
    },
  });

export const standard: ActorDefinition<Worker, undefined> = defineSingle('standard');
export const critical: ActorDefinition<Worker, undefined> = defineSingle('critical');
export const together: ActorDefinition<Worker, undefined> = defineActor<Worker>()({
  name: 'together-worker',
  initial: (_: undefined) => undefined,
  receive: { work, wait, meanwhile },
  receiveBatch: {
    share: (batch) => {
      for (let item = 0; item < batch.size; item++)
        try {
          batch.messages[item]!.does((message) => batch.send(item, batch.self(item), message));
        } catch (error) {
          batch.fail(item, error);
        }
    },
  },
  batchMax: 3,
});
