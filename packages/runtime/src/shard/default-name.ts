import type { RunnableDefinition } from '../actor/definition.js';
import { isName } from '../actor/name.js';

/**
 * The name of an actor that was given none: what its definition calls it, and which child of its supervisor's life it is. A `label` that throws,
 * or returns what no name may be, is passed over: paths are read where something has gone wrong already.
 */
export function defaultName({ name, spec }: RunnableDefinition, args: unknown, ordinal: number): string {
  return `${labelOf(spec, args) ?? name}~${ordinal}`;
}

function labelOf(spec: RunnableDefinition['spec'], args: unknown): string | undefined {
  try {
    const given: unknown = spec.label?.(args);
    return isName(given) ? given : undefined;
  } catch {
    return undefined;
  }
}
