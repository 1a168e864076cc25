import { type ActorRef, defineActor } from '@skein/runtime';

export type Voter = {
  /** With whom it elects: all the others. */
  meet: { others: readonly ActorRef<Voter>[] };
  /** Be a candidate in the next term. */
  stand: {};
  askForVote: { term: number; candidate: ActorRef<Voter> };
  vote: { term: number };
};

interface State {
  others: readonly ActorRef<Voter>[];
  /** The latest term in which it has given its vote away, perhaps to itself. */
  term: number;
  votes: number;
  leads: boolean;
}

const newcomer: State = { others: [], term: 0, votes: 0, leads: false };

/**
 * One vote a voter and term; whoever has those of more than half leads that term.
 *
 * @param keep what of its state survives a crash
 */
function defineVoter(name: string, keep: (state: State) => Partial<State>) {
  return defineActor<Voter>()({
    name,
    initial: () => ({ ...newcomer }),
    snapshot: keep,
    restore: (kept) => ({ ...newcomer, ...(kept as Partial<State>) }),
    receive: {
      meet: (state, { others }) => {
        state.others = others;
      },
      stand: (state, _, context) => {
        Object.assign(state, { term: state.term + 1, votes: 1, leads: false });
        const { term } = state;
        for (const other of state.others) other.send({ type: 'askForVote', term, candidate: context.self });
      },
      askForVote: (state, { term, candidate }) => {
        if (term <= state.term) return; // its vote of that term is gone
        Object.assign(state, { term, leads: false });
        candidate.send({ type: 'vote', term });
      },
      vote: (state, { term }) => {
        if (term !== state.term) return;
        state.votes++;
        state.leads = state.votes * 2 > state.others.length + 1;
      },
    },
  });
}

/** Knows after a crash whom it elects with. That it has voted, it has forgotten: this is the fault. */
export const forgetfulVoter = defineVoter('forgetful-voter', ({ others }) => ({ others }));

/** Knows the term too, and so that it has voted. Nothing else is different. */
export const voter = defineVoter('voter', ({ others, term }) => ({ others, term }));
