import type { ActorRef, ActorSystem } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import { asker, modules, type Ring, ringMember, teller } from './definitions.js';

/** A program that sends a known number of messages once it is begun, simulated or not. */
export interface Program {
  readonly sideShards: number;
  /** Of one run, count; a question and its answer are two. */
  readonly messages: number;
  begin(system: ActorSystem): void;
}

/** Actors in a ring, spread over the shards, and tokens that go round it until so many messages are sent. */
export function ring({ messages, sideShards = 0 }: { messages: number; sideShards?: number }): Program {
  const hops = Math.floor((messages - MEMBERS) / TOKENS);
  return {
    sideShards,
    messages: MEMBERS + hops * TOKENS,
    begin: (system) => {
      const members: ActorRef<Ring>[] = Array.from({ length: MEMBERS }, (_, i) =>
        system.spawn(ringMember, undefined, { shard: i % (sideShards + 1) }),
      );
      for (const [i, member] of members.entries())
        member.send({ type: 'meet', next: members[(i + 1) % MEMBERS]! });
      for (const member of members.slice(0, TOKENS)) member.send({ type: 'token', left: hops });
    },
  };
}

/** Actors that ask another from async handlers. */
export function questions({ messages }: { messages: number }): Program {
  const each = Math.floor((messages / ASKERS - 1) / 2);
  return {
    sideShards: 0,
    messages: (2 * each + 1) * ASKERS,
    begin: (system) => {
      const oracle = system.spawn(teller);
      for (let i = 0; i < ASKERS; i++)
        system.spawn(asker, { teller: oracle }).send({ type: 'begin', questions: each });
    },
  };
}

/** A program as a law of one command that begins it; `checked` as `checkInvariant` does, or without laws of its own. */
export function lawOf({ begin, messages, sideShards }: Program, checked: boolean): Invariant<undefined> {
  return {
    name: 'a benchmark',
    modules,
    sideShards,
    stepsMax: 10 * messages + 1000,
    messageLaws: checked,
    start: () => undefined,
    commands: [command({ name: 'begin', run: ({ system }) => begin(system) })],
    ...(checked && { invariant: (world) => world.actors(ringMember).length <= MEMBERS }),
  };
}

/** The commands of each of its runs. */
export const program: readonly { readonly command: string }[] = [{ command: 'begin' }];

/** Fewer than a program of fifty messages has room for. */
const MEMBERS = 8;
const TOKENS = 4;
const ASKERS = 4;
