import { type ActorDefinition, defineActor, type Priority } from '../actor/definition.js';

/** A message that says what its actor does. It holds a function, so it needs a system that is not strict. */
export type Play = { act: { does: () => void } };

export const act = (does: () => void) => ({ type: 'act', does }) as const;

const definePlayer = (priority: Priority): ActorDefinition<Play, undefined> =>
  defineActor<Play>()({
    name: `player-${priority}`,
    initial: (_: undefined) => undefined,
    receive: { act: (_, { does }) => does() },
    priority,
  });

const defineChorus = (priority: Priority): ActorDefinition<Play, undefined> =>
  defineActor<Play>()({
    name: `chorus-${priority}`,
    initial: (_: undefined) => undefined,
    receive: {},
    receiveBatch: {
      act: ({ size, messages }) => {
        for (let item = 0; item < size; item++) messages[item]!.does();
      },
    },
    priority,
  });

const critical = definePlayer('critical');
const standard = definePlayer('standard');
const batch = definePlayer('batch');
const criticalChorus = defineChorus('critical');
const standardChorus = defineChorus('standard');
const batchChorus = defineChorus('batch');

/** By themselves, or together with their like. */
export const players = {
  alone: { critical, standard, batch },
  together: { critical: criticalChorus, standard: standardChorus, batch: batchChorus },
} as const;
export { batch, batchChorus, critical, criticalChorus, standard, standardChorus };
