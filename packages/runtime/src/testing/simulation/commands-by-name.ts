import { InvalidOptionError } from '../../errors.js';
import type { Command, Invariant } from './invariant.js';

/** The commands of a law, by the names under which runs and failures speak of them. @throws InvalidOptionError if two have one name */
export function commandsByName<Subject>({
  commands = [],
}: Invariant<Subject>): ReadonlyMap<string, Command<Subject>> {
  const named = new Map<string, Command<Subject>>();
  for (const command of commands) {
    if (named.has(command.name))
      throw new InvalidOptionError('commands', command.name, 'commands with a `name` of its own each');
    named.set(command.name, command as Command<Subject>);
  }
  return named;
}
