import type { Invariant } from '@skein/runtime/testing';
import type { Council } from './council.js';
import { headcount } from './headcount.js';

/** Whoever crashes, at most one agent ever believes that it leads a term, all hear the same of a term, and none of an earlier one after it. */
export const oneLeader: Invariant<Council> = {
  ...headcount,
  name: 'swarm: at most one leader a term',
  module: import.meta.url,
  invariant: (_, council) => {
    council.lookAround();
    const leaders = new Map<number, number>();
    for (const { index, news } of council.lives)
      for (const [at, { term, leader, isLeader }] of news.entries()) {
        if (isLeader !== (leader === index)) return `agent ${index} is told that it leads term ${term}`;
        if (at > 0 && news[at - 1]!.term >= term) return `agent ${index} hears of term ${term} too late`;
        if ((leaders.get(term) ?? leader) !== leader) return `term ${term} is led by two`;
        leaders.set(term, leader);
      }
    return true;
  },
  finally: (_, { sessions, lives }) => {
    for (const { motion, term, result } of sessions) {
      if (motion !== 'elect' || result?.leader === undefined) continue;
      const knows = [...lives].some(
        ({ index, news }) => index === result.leader && news.some((one) => one.term === term && one.isLeader),
      );
      if (!knows) return `agent ${result.leader} leads term ${term}, and does not know`;
    }
    return true;
  },
};
