import type { Invariant } from '@skein/runtime/testing';
import type { Alliance } from './alliance.js';
import { oneCoalition } from './one-coalition.js';

/** Whoever crashes: at most one agent ever believes that it speaks for a coalition in a term, and all hear of one, in the order of terms. */
export const oneSpeaker: readonly Invariant<Alliance>[] = oneCoalition.map((law) => ({
  ...law,
  name: law.name.replace('nobody is in two coalitions', 'at most one speaks in a term'),
  module: import.meta.url,
  invariant: (_, alliance) => {
    alliance.lookAround();
    const speakers = new Map<string, number>();
    for (const { index, news } of alliance.lives) {
      let last = 0;
      for (const one of news) {
        if (one.kind !== 'speaker') continue;
        const { coalition, term, speaker, isSpeaker } = one;
        if (isSpeaker !== (speaker === index)) return `agent ${index} is told that it speaks`;
        if (term <= last) return `agent ${index} hears of term ${term} after ${last}`;
        last = term;
        const key = `coalition ${coalition} in term ${term}`;
        if ((speakers.get(key) ?? speaker) !== speaker) return `${key} has two speakers`;
        speakers.set(key, speaker);
      }
    }
    return true;
  },
  finally: (_, { elections, lives }) => {
    for (const { term, speakers } of elections)
      for (const [coalition, speaker] of speakers) {
        const knows = [...lives].some(
          ({ index, news }) =>
            index === speaker &&
            news.some(
              (one) =>
                one.kind === 'speaker' && one.coalition === coalition && one.term === term && one.isSpeaker,
            ),
        );
        if (!knows) return `agent ${speaker} speaks for ${coalition} in term ${term}, and does not know`;
      }
    return true;
  },
}));
