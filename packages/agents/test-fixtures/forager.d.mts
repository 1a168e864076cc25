import type { AgentDefinition } from '../dist/index.js';

export const forager: AgentDefinition<number, readonly number[]>;
