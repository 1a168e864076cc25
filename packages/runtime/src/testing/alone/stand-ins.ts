import type { ActorAddress } from '../../actor/address.js';
import type { ReplyHandle, TurnContext } from '../../actor/context.js';
import type { RunnableDefinition } from '../../actor/definition.js';
import type { Supervision } from '../../supervision/supervision.js';
import { defineForAnyMessage } from '../any-message.js';

/** By which a stand-in does in its own turn what the test wants of it. */
export const ERRAND = '@errand';

/**
 * The actors around one that is alone: its parent, its children, and whom else it knows. They take every message, keep questions until
 * the test answers them, and do nothing of themselves.
 */
export class StandIns {
  readonly #definitions = new Map<string, RunnableDefinition>();
  readonly #addresses = new Map<string, ActorAddress>();
  readonly #ids = new Set<number>();
  readonly #questions = new Map<number, ReplyHandle<unknown>[]>();
  /** What a stand-in that gets an {@link ERRAND} is to do. */
  errand: (() => void) | undefined;

  /** The definition of stand-ins for actors of that name. */
  definition(name: string): RunnableDefinition {
    let definition = this.#definitions.get(name);
    if (definition === undefined) {
      definition = defineForAnyMessage({
        name,
        receive: ({ message, context, isAsk }) => {
          if (message.type === ERRAND) this.errand?.();
          else if (isAsk) this.#keep(context);
        },
      });
      this.#definitions.set(name, definition);
    }
    return definition;
  }

  /** The definition of one that supervises. */
  supervisor(supervision: Supervision): RunnableDefinition {
    return { ...this.definition('parent'), supervision };
  }

  add(address: ActorAddress): void {
    this.#addresses.set(address.path, address);
    this.#ids.add(address.id);
  }

  /** The last one that was, or is, at a path. */
  at(path: string): ActorAddress | undefined {
    return this.#addresses.get(path);
  }

  has({ id }: ActorAddress): boolean {
    return this.#ids.has(id);
  }

  get paths(): string[] {
    return [...this.#addresses.keys()];
  }

  /** The oldest question to an actor that has not been answered; it is struck off. */
  takeQuestion({ id }: ActorAddress): ReplyHandle<unknown> | undefined {
    return this.#questions.get(id)?.shift();
  }

  #keep(context: TurnContext): void {
    const { id } = context.self.address;
    const kept = this.#questions.get(id) ?? [];
    this.#questions.set(id, kept);
    kept.push(context.deferReply());
  }
}
