import { type ActorRef, defineActor } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';

type List = { add: { word: string } };
type Messenger = { bring: { word: string; to: ActorRef<List> } };

/** Keeps what it is brought. */
export const list = defineActor<List>()({
  name: 'list',
  initial: () => ({ words: [] as string[] }),
  receive: { add: ({ words }, { word }) => void words.push(word) },
});

/** Brings a word to a list. */
export const messenger = defineActor<Messenger>()({
  name: 'messenger',
  initial: () => undefined,
  receive: { bring: (_state, { word, to }) => to.send({ type: 'add', word }) },
});

/** Two words are brought by so many messengers. If they are two, the second word may come first. */
export function raceLaw(messengerCount: 1 | 2): Invariant<ActorRef<List>> {
  return {
    name: 'good before morning',
    module: import.meta.url,
    modules: [import.meta.url],
    start: ({ system }) => system.spawn(list, undefined, { name: 'list' }),
    commands: [
      command({
        name: 'greet',
        run: ({ system }, to) => {
          const messengers = Array.from({ length: messengerCount }, () => system.spawn(messenger));
          for (const [index, word] of ['good', 'morning'].entries())
            messengers[index % messengerCount]?.send({ type: 'bring', word, to });
        },
      }),
    ],
    invariant: ({ stateOf }, ref) => stateOf<{ words: string[] }>(ref)?.words[0] !== 'morning',
  };
}

export const laws: { readonly race: Invariant<ActorRef<List>> } = { race: raceLaw(2) };
