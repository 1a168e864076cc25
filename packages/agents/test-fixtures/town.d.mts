import type { AgentDefinition } from '../dist/index.js';

export const commuter: AgentDefinition<number, readonly number[]>;
export const forager: AgentDefinition<number, readonly number[]>;
