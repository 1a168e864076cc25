import { oneForOne } from '@skein/runtime';
import { type AgentDefinition, defineAgent } from '../definition/agent-definition.js';

/** A mind that does a hundred more than it sees, and fails at a nine. */
class Rover {
  level = 100;

  perceive(seen: number): void {
    if (seen === 9) throw new Error('nine');
    this.level = 100 + seen;
  }

  act(): readonly number[] {
    return [this.level];
  }
}

export const rover: AgentDefinition<number, readonly number[]> = defineAgent<number, readonly number[]>({
  name: 'rover',
  mind: () => new Rover(),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  reports: { level: (mind: Rover) => mind.level, signs: (mind: Rover) => mind.level },
  accepts: {
    level: (mind: Rover, level: number) => {
      mind.level = level;
    },
  },
});
