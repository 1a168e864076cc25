import type { Disturbances, Strike } from './disturbances.js';
import type { SimulatedWorld } from './invariant.js';
import type { MessageLaws } from './message-laws.js';
import type { RunNarrator } from './run-narrator.js';
import type { Simulation } from './simulation.js';

/** The world as a law sees it. Its functions are arrows, as laws take it apart. What goes wrong in it is told, and booked with the laws of messages. */
export class LawWorld implements SimulatedWorld {
  readonly system: SimulatedWorld['system'];
  /** Until when what went wrong so far lasts, ms of virtual time. */
  disturbedUntilMs = 0;
  readonly #simulation: Simulation;
  readonly #disturbances: Disturbances;
  readonly #messageLaws: MessageLaws | undefined;
  readonly #narrator: RunNarrator | undefined;

  constructor(
    simulation: Simulation,
    messageLaws: MessageLaws | undefined,
    narrator: RunNarrator | undefined,
  ) {
    this.system = simulation.system;
    this.#simulation = simulation;
    this.#disturbances = simulation.disturbances;
    this.#messageLaws = messageLaws;
    this.#narrator = narrator;
  }

  /** Something went wrong, or nobody was there to strike: whether it did. */
  struck(strike: Strike | undefined): boolean {
    if (strike === undefined) return false;
    const { forMs = 0 } = strike;
    this.disturbedUntilMs = Math.max(this.disturbedUntilMs, this.now() + forMs);
    for (const shard of strike.shards ?? []) this.#messageLaws?.shardLost(shard);
    if (strike.doubled) this.#messageLaws?.doubled();
    this.#narrator?.tell('fault', strike.text, strike.paths);
    return true;
  }

  now: SimulatedWorld['now'] = () => this.#simulation.clock.now();
  actors: SimulatedWorld['actors'] = (definition) => this.#simulation.shards.actors(definition);
  stateOf: SimulatedWorld['stateOf'] = (ref) => this.#simulation.shards.stateOf(ref);
  note: SimulatedWorld['note'] = (text) => this.#narrator?.tell('note', text, []);
  crash: SimulatedWorld['crash'] = (ref) => this.struck(this.#disturbances.crash(ref));
  loseShard: SimulatedWorld['loseShard'] = (index) => this.struck(this.#disturbances.loseShard(index));
  cut: SimulatedWorld['cut'] = (a, b, durationMs) =>
    void this.struck(this.#disturbances.cut(a, b, durationMs));
  stall: SimulatedWorld['stall'] = (ref, durationMs) =>
    this.struck(this.#disturbances.stall(ref, durationMs));
  advance: SimulatedWorld['advance'] = (durationMs) => this.#simulation.advance(durationMs);
}
