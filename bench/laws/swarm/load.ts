import { type InspectionEvent, oneForOne } from '@skein/runtime';
import type { Command, Invariant } from '@skein/runtime/testing';
import { Expedition, type Mishap } from './expedition.js';
import { SCOUTS_MODULE, scout, surveyor } from './scouts.js';
import { takeStep } from './take-step.js';

const COUNT = 10;
const FAN_OUT = 3;
/** Levels of cohorts above the agents: ⌈log₃ 10⌉. */
const DEPTH = 3;
/** What a cohort is told itself, beside what its children report: its part of a round. */
const OWN = 1;

interface Watched {
  readonly expedition: Expedition;
  /** By actor and round: who has sent it something, once for each message. */
  readonly senders: Map<string, (string | undefined)[]>;
}

const step: Command<Watched, Mishap | undefined> = {
  ...takeStep,
  run: (world, { expedition }, mishap) => takeStep.run(world, expedition, mishap),
};

/** The tree is as deep as it must be, and in one round nobody is sent more than its children report and its part: from no sender two. */
export const load: readonly Invariant<Watched>[] = [scout, surveyor].map((definition) => ({
  name: `swarm: no actor above ${COUNT} ${definition.name}s handles more than its fan-out a round`,
  module: import.meta.url,
  modules: [SCOUTS_MODULE],
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
  start: async (world) => {
    const senders: Watched['senders'] = new Map();
    world.system.inspect((event) => note(senders, event), { messages: true });
    return {
      expedition: await Expedition.begin(world, definition, { count: COUNT, fanOut: FAN_OUT }),
      senders,
    };
  },
  commands: [step],
  faults: {
    crashes: 3,
    crashable: [definition.agent.name, definition.cohort.name],
    stalls: 2,
    fullMailboxes: 1,
    delays: true,
  },
  finally: (world, { senders }) => {
    for (const [where, from] of senders) {
      if (from.length > FAN_OUT + OWN) return `${where}: ${from.length} messages`;
      if (new Set(from).size < from.length) return `${where}: from ${from.join(', ')}`;
    }
    const deepest = Math.max(...world.actors().map(({ path }) => path.split('/').length - 1));
    return deepest === DEPTH + 1 || `${deepest - 1} levels of cohorts`;
  },
}));

/** Messages of rounds; signals come only with faults. */
function note(senders: Watched['senders'], event: InspectionEvent): void {
  if (event.type !== '@xstate.event') return;
  const { round } = event.event as { readonly round?: number };
  if (round === undefined) return;
  const where = `${event.actorRef.id}, actor ${event.actorRef.sessionId}, in round ${round}`;
  const from = senders.get(where) ?? [];
  from.push(event.sourceRef?.sessionId);
  senders.set(where, from);
}
