import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import { nat } from 'fast-check';
import { forgetfulVoter, type Voter, voter } from './actors.js';

const VOTERS = 3;

/** What is built, what may be done to it, what may go wrong, and what must be true after every step. */
function oneLeaderATerm(name: string, definition: typeof voter): Invariant<readonly ActorRef<Voter>[]> {
  return {
    name,
    module: import.meta.url, // where `skein replay` finds it
    modules: [new URL('./actors.js', import.meta.url)],

    start: ({ system }) => {
      const names = Array.from({ length: VOTERS }, (_, number) => `voter-${number}`);
      const voters = names.map((name) => system.spawn(definition, undefined, { name }));
      for (const each of voters)
        each.send({ type: 'meet', others: voters.filter((other) => other !== each) });
      return voters;
    },

    commands: [
      command({
        name: 'candidate:',
        input: nat({ max: VOTERS - 1 }),
        run: (_, voters, who) => voters[who]?.send({ type: 'stand' }),
      }),
    ],
    faults: { crashes: 3 },

    invariant: ({ actors }) => {
      const leaders = actors<{ leads: boolean; term: number }>(definition).filter(({ state }) => state.leads);
      for (const { path, state } of leaders) {
        const rival = leaders.find((other) => other.path !== path && other.state.term === state.term);
        if (rival !== undefined) return `${path} and ${rival.path} both lead term ${state.term}`;
      }
      return true;
    },
  };
}

export const forgetfulElection = oneLeaderATerm('one leader a term (forgetful voters)', forgetfulVoter);
export const election = oneLeaderATerm('one leader a term', voter);
