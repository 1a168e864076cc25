import { type ActorDefinition, type ActorRef, type Ask, defineActor, type ReplyHandle } from '../../index.js';

export type Crowd = {
  /** Answered when all have been heard. */
  convene: Ask<{ all: readonly ActorRef<Crowd>[] }, number>;
  hear: { by: ActorRef<Crowd> };
  heard: Record<never, never>;
  /** Told from one to the next. */
  pass: { name: string; along: readonly ActorRef<Crowd>[] };
  /** Names of what was passed to it, in order. */
  met: Ask<Record<never, never>, readonly string[]>;
};

interface CrowdState {
  left: number;
  readonly met: string[];
  reply: ReplyHandle<number> | undefined;
}

/** Tells others, and hears from them. */
export const crowd: ActorDefinition<Crowd, undefined> = defineActor<Crowd>()({
  name: 'crowd',
  initial: (): CrowdState => ({ left: 0, met: [], reply: undefined }),
  receive: {
    convene: (state, { all }, context) => {
      state.left = all.length;
      state.reply = context.deferReply();
      for (const one of all) one.send({ type: 'hear', by: context.self });
    },
    hear: (_, { by }) => by.send({ type: 'heard' }),
    heard: (state) => {
      if (--state.left === 0) state.reply?.(0);
    },
    pass: (state, { name, along }) => {
      state.met.push(name);
      along[0]?.send({ type: 'pass', name, along: along.slice(1) });
    },
    met: ({ met }, _, context) => context.reply(met),
  },
});
