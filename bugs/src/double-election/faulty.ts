import { type ActorRef, defineActor } from '@skein/runtime';
import { BALLOT_MS, type Member } from './protocol.js';

export const module = import.meta.url;

/**
 * Leads a term for which it has the votes of more than half of those who answered: whoever does not answer is
 * taken for gone.
 */
export const member = defineActor<Member>()({
  name: 'member',
  initial: ({ memberCount }: { memberCount: number }) => ({
    memberCount,
    others: [] as readonly ActorRef<Member>[],
    term: 0,
    leads: false,
    answers: 0,
    votes: 0,
  }),
  receive: {
    meet: (state, { others }) => {
      state.others = others;
    },
    stand: (state, _message, context) => {
      Object.assign(state, { term: state.term + 1, leads: false, answers: 1, votes: 1 });
      for (const other of state.others)
        other.send({ type: 'askForVote', term: state.term, candidate: context.self });
      context.schedule(BALLOT_MS, { type: 'count', term: state.term });
    },
    askForVote: (state, { term, candidate }) => {
      const yes = term > state.term; // one vote a term, as it then is in that term itself
      if (yes) Object.assign(state, { term, leads: false });
      candidate.send({ type: 'vote', term, yes });
    },
    vote: (state, { term, yes }) => {
      if (term !== state.term) return;
      state.answers++;
      if (yes) state.votes++;
    },
    count: (state, { term }) => {
      if (term !== state.term) return;
      const electorate = state.answers;
      state.leads = state.votes * 2 > electorate;
    },
  },
});
