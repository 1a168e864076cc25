import type { EnvironmentDefinition } from '../dist/environments/index.js';
import type { AgentDefinition } from '../dist/index.js';

export const grazer: AgentDefinition<number, readonly number[]>;
export const meadow: EnvironmentDefinition;
