import { defineAgent } from '@skein/agents';
import { gridWorld } from '@skein/inference';

/** For `createSystem({ modules })`. */
export const foragerModules: readonly URL[] = [new URL(import.meta.url)];

/** Model ii of the reference timings: 25 states, 25 outcomes, 5 policies of one step. */
export const forager = defineAgent({ name: 'forager', model: gridWorld({ width: 5, height: 5 }) });
