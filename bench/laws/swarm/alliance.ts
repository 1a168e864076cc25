import { Coalitions, type CoalitionTask, type SpeakerResult, type Swarm, spawnSwarm } from '@skein/agents';
import { type Command, command, type SimulatedWorld } from '@skein/runtime/testing';
import fc from 'fast-check';
import { type AllyMind, ally } from './allies.js';

/** Longest time of each way down and up the tree, ms: shorter than most stalls. */
const DEADLINE_MS = 100;
/** Operations of a run, count. */
const OPERATIONS_MAX = 40;

const TASKS: readonly CoalitionTask[] = [
  { name: 'hunt', requires: { sight: 1, legs: 1 }, value: 3, atMost: 2 },
  { name: 'watch', requires: { sight: 1 }, value: 1 },
];

/** What an alliance can be asked for. */
export const DEALS = ['form', 'elect', 'elect by lot', 'share', 'dissolve', 'join', 'leave'] as const;
export type Deal = (typeof DEALS)[number];

/** Coalitions of a swarm in a simulated world, formed at its start. It runs one operation after the other, and keeps what came of elections. */
export class Alliance {
  readonly swarm: Swarm<null, null>;
  readonly coalitions: Coalitions;
  readonly elections: SpeakerResult[] = [];
  /** All lives that were ever seen. */
  readonly lives: Set<AllyMind> = new Set();
  /** Of every coalition that was ever seen, who was ever a member. */
  readonly rolls: Map<number, Set<number>> = new Map();
  readonly #world: SimulatedWorld;
  #called = 0;
  #ended = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(world: SimulatedWorld, swarm: Swarm<null, null>, onLoss: 'shrink' | 'dissolve') {
    this.#world = world;
    this.swarm = swarm;
    this.coalitions = new Coalitions(swarm as Swarm<never, unknown>, { onLoss });
  }

  static async meet(world: SimulatedWorld, onLoss: 'shrink' | 'dissolve'): Promise<Alliance> {
    const swarm = await spawnSwarm(world.system, ally, { count: 5, capacity: 7, fanOut: 2 });
    const alliance = new Alliance(world, swarm, onLoss);
    alliance.call('form');
    return alliance;
  }

  /** Whether no operation is under way. */
  get isIdle(): boolean {
    return this.#ended === this.#called;
  }

  /** Runs an operation after those that were asked for before. @param always also when there have been many */
  call(deal: Deal, always = false): void {
    if (this.#called >= OPERATIONS_MAX && !always) return;
    const number = ++this.#called;
    this.#last = this.#last
      .then(() => this.#run(deal, number))
      .catch(() => undefined)
      .then(() => void this.#ended++);
  }

  /** Minds of the agents that live. */
  living(): readonly AllyMind[] {
    return this.#world.actors<{ readonly mind: AllyMind }>(ally.agent).map(({ state }) => state.mind);
  }

  /** To be called after each step of the simulation, so that nothing goes by unseen. */
  lookAround(): void {
    for (const mind of this.living()) this.lives.add(mind);
    for (const { id, members } of this.coalitions.standing) {
      const roll = this.rolls.get(id) ?? new Set();
      for (const index of members) roll.add(index);
      this.rolls.set(id, roll);
    }
  }

  async #run(deal: Deal, number: number): Promise<void> {
    const { swarm, coalitions } = this;
    const options = { deadlineMs: DEADLINE_MS };
    if (deal === 'form') await coalitions.form(TASKS, { ...options, memberCost: 0.1 });
    else if (deal === 'share') await coalitions.share('belief', options);
    else if (deal === 'elect') this.elections.push(await coalitions.elect({ by: 'index', ...options }));
    else if (deal === 'elect by lot') this.elections.push(await coalitions.elect(options));
    else if (deal === 'dissolve') await coalitions.dissolve(undefined, options);
    else if (deal === 'join') await swarm.join(options);
    else await swarm.leave(swarm.members[number % Math.max(1, swarm.count)] ?? 0, options);
  }
}

/** One operation more. */
export const deal: Command<Alliance, Deal> = command({
  name: 'deal',
  input: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...DEALS) },
    { weight: 1, arbitrary: fc.constantFrom('elect' as const, 'elect by lot' as const) },
  ),
  describe: (what) => what,
  run: (_, alliance, what) => alliance.call(what),
});
