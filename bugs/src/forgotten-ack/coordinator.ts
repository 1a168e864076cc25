import { type ActorRef, defineActor } from '@skein/runtime';

export type Coordinator = { begin: {}; voted: { tx: string; yes: boolean }; ended: { tx: string } };
export type Participant = {
  prepare: { tx: string; coordinator: ActorRef<Coordinator> };
  end: { tx: string; commit: boolean; coordinator: ActorRef<Coordinator> };
};

interface Transaction {
  votes: number;
  commit: boolean;
  ended: number;
}

/** Commits in two phases; a transaction is open until all participants have said that it has ended. */
export const coordinator = defineActor<Coordinator>()({
  name: 'coordinator',
  initial: ({ participants }: { participants: readonly ActorRef<Participant>[] }) => ({
    participants,
    begun: 0,
    open: new Map<string, Transaction>(),
  }),
  receive: {
    begin: (state, _message, context) => {
      const tx = `${context.self.address.path} ${++state.begun}`;
      state.open.set(tx, { votes: 0, commit: true, ended: 0 });
      for (const participant of state.participants)
        participant.send({ type: 'prepare', tx, coordinator: context.self });
    },
    voted: ({ open, participants }, { tx, yes }, context) => {
      const transaction = open.get(tx)!;
      transaction.commit &&= yes;
      if (++transaction.votes < participants.length) return;
      for (const participant of participants)
        participant.send({ type: 'end', tx, commit: transaction.commit, coordinator: context.self });
    },
    ended: ({ open, participants }, { tx }) => {
      if (++open.get(tx)!.ended === participants.length) open.delete(tx);
    },
  },
});
