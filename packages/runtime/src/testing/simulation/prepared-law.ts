import { InvalidOptionError } from '../../errors.js';
import { DefinitionRegistry } from '../../system/definition-registry.js';
import { resolveOptions } from '../../system/system-options.js';
import { checkLaw } from './check-law.js';
import type { Command, Invariant } from './invariant.js';

/** A law whose modules are loaded: what its runs share. */
export interface PreparedLaw<Subject> {
  readonly law: Invariant<Subject>;
  readonly registry: DefinitionRegistry;
  readonly commands: ReadonlyMap<string, Command<Subject>>;
}

/** @throws ModuleLoadError, DuplicateDefinitionError, InvalidOptionError */
export async function prepareLaw<Subject>(law: Invariant<Subject>): Promise<PreparedLaw<Subject>> {
  checkLaw(law);
  const commands = commandsByName(law);
  const registry = await DefinitionRegistry.load(resolveOptions({ modules: law.modules }).modules);
  for (const name of law.faults?.crashable ?? [])
    if (!registry.names.includes(name))
      throw new InvalidOptionError(
        'faults.crashable',
        name,
        `a definition of \`modules\` (${registry.names.join(', ')})`,
      );
  return { law, registry, commands };
}

/** The commands of a law, by the names under which runs and failures speak of them. @throws InvalidOptionError if two have one name */
function commandsByName<Subject>({
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
