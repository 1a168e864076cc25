import { SwarmError } from '../errors.js';

/** @throws SwarmError `AGENTS_SWARM_OPTION` for what is no count of at least 1 */
export function checkCount(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new SwarmError(
    'AGENTS_SWARM_OPTION',
    `${option} is ${value}.`,
    `Pass a count of at least 1 as ${option}.`,
  );
}
