import type { ActorDefinition } from './definition.js';
import type { Protocol } from './protocol.js';

/** Marks stand-ins, also across two copies of this package in one process. */
const BY_NAME: unique symbol = Symbol.for('skein.definition-name') as never;

/**
 * Stands for the definition of that name, whatever module exports it: for an actor that spawns what it only knows by name. Which messages it
 * takes is the caller's word.
 *
 * @example
 * context.spawn(definitionNamed<Counter, { start: number }>('counter'), { start: 0 });
 */
export function definitionNamed<P extends Protocol, Args>(name: string): ActorDefinition<P, Args> {
  return { name, [BY_NAME]: true } as unknown as ActorDefinition<P, Args>;
}

/** Whether it only stands for a definition. */
export function isDefinitionName(definition: { readonly name: string }): boolean {
  return BY_NAME in definition;
}
