import { isThenable } from '../../shard/thenable.js';
import type { Command } from './invariant.js';
import type { RunInput } from './run-input.js';
import type { Simulation } from './simulation.js';

/** What a queue of commands does and tells with each. */
export interface CommandQueueOwner<Subject> {
  readonly commands: ReadonlyMap<string, Command<Subject>>;
  /** Its turn has come. */
  began(command: Command<Subject>, input: unknown): void;
  act(command: Command<Subject>, input: unknown): void | Promise<void>;
  failed(command: Command<Subject>, error: unknown): void;
}

/** The commands of a run, each offered to the simulation when the one before has acted. */
export class CommandQueue<Subject> {
  readonly #inputs: RunInput['commands'];
  readonly #simulation: Simulation;
  readonly #owner: CommandQueueOwner<Subject>;
  /** Commands whose promise has not settled. */
  readonly #pending = new Set<{ readonly name: string }>();
  #sent = 0;

  constructor(inputs: RunInput['commands'], simulation: Simulation, owner: CommandQueueOwner<Subject>) {
    this.#inputs = inputs;
    this.#simulation = simulation;
    this.#owner = owner;
  }

  get isEmpty(): boolean {
    return this.#sent >= this.#inputs.length;
  }

  /** A command whose promise has not settled, by name; undefined if all have. */
  get waitsFor(): string | undefined {
    const [call] = this.#pending;
    return call?.name;
  }

  /** Offers the next command, unless one is on offer. */
  offer(): void {
    const next = this.#inputs[this.#sent];
    if (this.#simulation.command !== undefined || next === undefined) return;
    const command = this.#owner.commands.get(next.command)!;
    this.#simulation.command = { run: () => this.#run(command, next.input) };
  }

  #run(command: Command<Subject>, input: unknown): void {
    this.#sent++;
    this.#owner.began(command, input);
    try {
      const done = this.#owner.act(command, input);
      if (!isThenable(done)) return;
      const call = { name: command.name };
      this.#pending.add(call);
      done.then(
        () => this.#pending.delete(call),
        (error: unknown) => {
          this.#pending.delete(call);
          this.#owner.failed(command, error);
        },
      );
    } catch (error) {
      this.#owner.failed(command, error);
    }
  }
}
