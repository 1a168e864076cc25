import type { DispatcherChoices } from '../../scheduling/dispatcher-choices.js';
import { turnNow } from '../../shard/scope.js';
import type { Shard } from '../../shard/shard.js';
import type { ShardPump } from '../../shard/shard-pump.js';
import { LEDGER } from '../../system/ledger.js';
import type { OpenQuestion } from '../../system/open-question.js';
import type { SimulatedEnd, SimulatedLink } from './simulated-network.js';

const RESOLVED = Promise.resolve();

/** Leaves the dispatcher's choices to the simulation: one message a turn, whoever it says. */
export class SimulatedChoices implements DispatcherChoices {
  readonly #batchSize: (waiting: number) => number;
  /** Place in line of whoever has the next turn. */
  place = 0;

  constructor(batchSize: (waiting: number) => number) {
    this.#batchSize = batchSize;
  }

  nextReady(): number {
    return this.place;
  }

  turnMessagesMax(): number {
    return 1;
  }

  batchSizeMax(waiting: number): number {
    return this.#batchSize(waiting);
  }
}

/**
 * A shard that goes on only when it is told to, step by step. A step is a slice as production runs it (see `pump.ts`), cut as short as a
 * slice may be: one frame, one turn of one message, or signals alone. Whatever order of steps is chosen, slices on a thread could have come to it.
 */
export class SimulatedPump implements ShardPump {
  readonly scheduled = true;
  /** Slices are nobody's: whoever simulates chooses each turn. */
  readonly bringer = undefined;
  readonly #shard: Shard;
  readonly #end: SimulatedEnd | undefined;
  readonly #choices: SimulatedChoices;

  constructor(shard: Shard, end: SimulatedEnd | undefined, choices: SimulatedChoices) {
    this.#shard = shard;
    this.#end = end;
    this.#choices = choices;
  }

  wake(): void {
    this.#shard.row.cells[LEDGER.busy] = 1;
  }

  promiseReply(question: OpenQuestion): Promise<unknown> {
    this.wake();
    return RESOLVED.then(() => question.reply());
  }

  close(): void {
    this.#shard.row.set('busy', 0);
  }

  /** Gives the actor, or group, at that place of the line its turn. */
  turn(place: number): void {
    this.#choices.place = place;
    const { dispatcher, turns, signals } = this.#shard;
    this.#enter();
    try {
      turns.run(dispatcher.next(), 1);
      if (signals.waiting) signals.handleAll();
    } finally {
      this.#leave();
    }
  }

  /** Takes the next frame of a link. */
  frame(link: SimulatedLink): void {
    this.#end!.admitted = link;
    this.#shard.links.receive(1);
    this.signals();
  }

  /** Carries out the signals that wait. */
  signals(): void {
    this.#enter();
    try {
      this.#shard.signals.handleAll();
    } finally {
      this.#leave();
    }
  }

  #enter(): void {
    turnNow.shard = this.#shard;
    turnNow.slot = 0;
  }

  #leave(): void {
    turnNow.shard = undefined;
    const shard = this.#shard;
    if (shard.isClosed) return;
    shard.parking.admitAll();
    this.rest();
  }

  /** What a shard does before it sleeps. Also after the world outside has acted on it. */
  rest(): void {
    const shard = this.#shard;
    const { cells } = shard.row;
    cells[LEDGER.runningId] = 0;
    cells[LEDGER.mailWaiting] = shard.mail.envelopes;
    if (this.#end !== undefined)
      cells[LEDGER.outboxFrames] = shard.links.flush() ? 0 : shard.links.outboxFrames;
    shard.inspector?.flush();
    shard.questions.setDeadlines(); // as in `pump.ts`
    cells[LEDGER.busy] = shard.dispatcher.readyCount > 0 || shard.signals.waiting ? 1 : 0;
  }
}
