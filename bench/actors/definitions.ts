import { type ActorDefinition, type ActorRef, type Ask, defineActor, type ReplyHandle } from '@skein/runtime';
import type { Latch } from './latch.js';

/** For `createSystem({ modules })`: every thread imports the definitions from here. */
export const modules: readonly URL[] = [new URL(import.meta.url)];

/** Knows how many actors have started. */
export interface Roll {
  started: number;
}

export type Counter = { inc: {}; get: Ask<{}, number>; report: {} };

/** Counts what it is sent; enters itself in the roll, if given one, when it starts. */
export const counter = defineActor<Counter>()({
  name: 'counter',
  initial: (roll: Roll | undefined) => {
    if (roll !== undefined) roll.started++;
    return { count: 0 };
  },
  receive: {
    inc: (state) => {
      state.count++;
    },
    get: (state, _, context) => context.reply(state.count),
    report: (state, _, context) => context.sender?.send({ type: 'total', total: state.count }),
  },
});

export type Producer = {
  count: Ask<{ readonly target: ActorRef<Counter>; readonly messages: number }, number>;
  total: { readonly total: number };
};

/** Sends many messages in one turn, then asks, in order after them, how many have arrived. */
export const producer = defineActor<Producer>()({
  name: 'producer',
  initial: () => ({ answer: undefined as ReplyHandle<number> | undefined }),
  receive: {
    count: (state, { target, messages }, context) => {
      for (let i = 0; i < messages; i++) target.send({ type: 'inc' });
      target.send({ type: 'report' });
      state.answer = context.deferReply();
    },
    total: (state, { total }) => state.answer?.(total),
  },
});

export type Ponger = { ping: {} };

/** Answers each message with one of its own. */
export const ponger = defineActor<Ponger>()({
  name: 'ponger',
  initial: () => undefined,
  receive: { ping: (_, __, context) => context.sender?.send({ type: 'pong' }) },
});

export type Pinger = { play: Ask<{ readonly rounds: number }, number>; pong: {} };

/** Plays with an opponent: the next ball when the last has come back. */
export const pinger = defineActor<Pinger>()({
  name: 'pinger',
  initial: (opponent: ActorRef<Ponger>) => ({
    opponent,
    played: 0,
    rounds: 0,
    answer: undefined as ReplyHandle<number> | undefined,
  }),
  receive: {
    play: (state, { rounds }, context) => {
      state.rounds = rounds;
      state.answer = context.deferReply();
      state.opponent.send({ type: 'ping' });
    },
    pong: (state) => {
      if (++state.played === state.rounds) state.answer?.(state.played);
      else state.opponent.send({ type: 'ping' });
    },
  },
});

export type Joiner = { go: {} };

/** Lives for one message. */
export const joiner = defineActor<Joiner>()({
  name: 'joiner',
  initial: (done: Latch) => done,
  receive: {
    go: (done, _, context) => {
      context.stop();
      done.countDown();
    },
  },
});

export type Summing = { val: { readonly v: number } };
export type Node = Summing & { start: { readonly num: number; readonly size: number } };

const CHILDREN = 10;

/** A node of a tree whose leaves hold their ordinal numbers: hands the sum of its leaves up, and stops. */
export const node: ActorDefinition<Node, ActorRef<Summing>> = defineActor<Node>()({
  name: 'node',
  initial: (parent: ActorRef<Summing>) => ({ parent, sum: 0, left: CHILDREN }),
  receive: {
    start: (state, { num, size }, context) => {
      if (size === 1) {
        state.parent.send({ type: 'val', v: num });
        context.stop();
        return;
      }
      const share = size / CHILDREN;
      for (let i = 0; i < CHILDREN; i++)
        context.spawn(node, context.self).send({ type: 'start', num: num + i * share, size: share });
    },
    val: (state, { v }, context) => {
      state.sum += v;
      if (--state.left > 0) return;
      state.parent.send({ type: 'val', v: state.sum });
      context.stop();
    },
  },
});

export type Gardener = Summing & { grow: Ask<{ readonly leaves: number }, number> };

/** Grows such a tree, and answers with its sum. */
export const gardener = defineActor<Gardener>()({
  name: 'gardener',
  initial: () => ({ answer: undefined as ReplyHandle<number> | undefined }),
  receive: {
    grow: (state, { leaves }, context) => {
      state.answer = context.deferReply();
      context.spawn(node, context.self).send({ type: 'start', num: 0, size: leaves });
    },
    val: (state, { v }) => state.answer?.(v),
  },
});

export type Sink = { inc: {}; data: { readonly bytes: Uint8Array } };

/** Counts a latch down, once a message. */
export const sink = defineActor<Sink>()({
  name: 'sink',
  initial: (latch: Latch) => latch,
  receive: {
    inc: (latch) => latch.countDown(),
    data: (latch) => latch.countDown(),
  },
});

export type Source = { go: { readonly messages: number } };

/** Sends messages to one receiver, all in one turn. */
export const source = defineActor<Source>()({
  name: 'source',
  initial: (target: ActorRef<Sink>) => target,
  receive: {
    go: (target, { messages }) => {
      for (let i = 0; i < messages; i++) target.send({ type: 'inc' });
    },
  },
});

export type Fragile = { crash: {}; get: Ask<{}, number>; frames: Ask<{}, number> };

/** Fails when told to; answers again after its restart. */
export const fragile = defineActor<Fragile>()({
  name: 'fragile',
  initial: () => ({ count: 0 }),
  receive: {
    crash: () => {
      throw new Error('boom');
    },
    get: (state, _, context) => context.reply(state.count),
    frames: (_, __, context) => context.reply(Error.stackTraceLimit),
  },
});
