import { AgentsError } from '../errors.js';

/** What can be wrong with a world, one code a rule. */
export type WorldErrorCode =
  | 'AGENTS_WORLD_OPTION'
  | 'AGENTS_WORLD_ACTION'
  | 'AGENTS_WORLD_OUTCOME'
  | 'AGENTS_WORLD_REWARD'
  | 'AGENTS_WORLD_DRAWS';

/** A world cannot be made like that, or showed, or was told, what it has not declared. In a running environment it fails that copy alone. */
export class WorldError extends AgentsError {
  readonly code: WorldErrorCode;
  readonly remedy: string;

  constructor(code: WorldErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
