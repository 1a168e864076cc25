import { type Swarm, spawnSwarm } from '@skein/agents';
import { type Command, command, type SimulatedWorld } from '@skein/runtime/testing';
import fc from 'fast-check';
import { type CouncillorMind, councillor } from './councillors.js';

/** Longest time of each way down and up the tree, ms: shorter than most stalls. */
const DEADLINE_MS = 100;
/** Operations of a run, count. */
const OPERATIONS_MAX = 40;

/** What a council can be asked for. */
export const MOTIONS = ['roll', 'parity', 'belief', 'elect', 'join', 'leave'] as const;
export type Motion = (typeof MOTIONS)[number];

/** An operation as it went. */
export interface Session {
  readonly motion: Motion;
  /** Who was a member while it ran. */
  readonly members: readonly number[];
  readonly term: number;
  /** What it gave; undefined if it was rejected. */
  // biome-ignore lint/suspicious/noExplicitAny: each motion has a result of its own, which its law knows
  readonly result: any;
}

/** A swarm of councillors in a simulated world. It runs one operation after the other, and keeps what came of each. */
export class Council {
  readonly swarm: Swarm<null, null>;
  readonly sessions: Session[] = [];
  /** All lives that were ever seen. */
  readonly lives: Set<CouncillorMind> = new Set();
  readonly #world: SimulatedWorld;
  #called = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(world: SimulatedWorld, swarm: Swarm<null, null>) {
    this.#world = world;
    this.swarm = swarm;
  }

  static async meet(world: SimulatedWorld): Promise<Council> {
    const shape = { count: 5, capacity: 7, fanOut: 2 };
    return new Council(world, await spawnSwarm(world.system, councillor, shape));
  }

  /** Runs an operation after those that were asked for before. */
  call(motion: Motion): void {
    if (this.#called === OPERATIONS_MAX) return;
    const term = ++this.#called;
    this.#last = this.#last.then(() => this.#run(motion, term));
  }

  /** To be called after each step of the simulation, so that no life goes by unseen. */
  lookAround(): void {
    for (const { state } of this.#world.actors<{ readonly mind: CouncillorMind }>(councillor.agent))
      this.lives.add(state.mind);
  }

  async #run(motion: Motion, term: number): Promise<void> {
    const { swarm } = this;
    const before = [...swarm.members];
    const result = await this.#ask(motion, term).catch(() => undefined);
    const members = motion === 'leave' ? before : [...swarm.members];
    this.sessions.push({ motion, members, term, result });
  }

  #ask(motion: Motion, term: number): Promise<unknown> {
    const { swarm } = this;
    const options = { deadlineMs: DEADLINE_MS };
    if (motion === 'roll') return swarm.reduce('index', { own: 'roll' }, options);
    if (motion === 'parity') return swarm.vote('parity', { rule: 'majority', ...options });
    if (motion === 'belief') return swarm.fuse('belief', { rule: 'product', keyFrameEvery: 3, ...options });
    if (motion === 'elect') return swarm.elect({ term, by: 'index', ...options });
    if (motion === 'join') return swarm.join(options);
    return swarm.leave(swarm.members[term % Math.max(1, swarm.count)] ?? 0, options);
  }
}

/** One operation more. */
export const move: Command<Council, Motion> = command({
  name: 'move',
  input: fc.constantFrom(...MOTIONS),
  describe: (motion) => motion,
  run: (_, council, motion) => council.call(motion),
});
