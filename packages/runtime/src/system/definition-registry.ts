import { definitionsIn, type RunnableDefinition } from '../actor/definition.js';
import { isDefinitionName } from '../actor/definition-name.js';
import { DuplicateDefinitionError, ModuleLoadError, UnknownDefinitionError } from '../errors.js';

/** The definitions that a shard can run: everything its modules export, by name. */
export class DefinitionRegistry {
  readonly #byName = new Map<string, { definition: RunnableDefinition; module: string }>();

  /**
   * Imports each module and collects its definitions.
   *
   * @throws ModuleLoadError, DuplicateDefinitionError
   */
  static async load(modules: readonly string[]): Promise<DefinitionRegistry> {
    const registry = new DefinitionRegistry();
    for (const module of modules) {
      let exports: Record<string, unknown>;
      try {
        exports = (await import(/* @vite-ignore */ module)) as Record<string, unknown>;
      } catch (cause) {
        throw new ModuleLoadError(module, `failed to import: ${(cause as Error).message}`, { cause });
      }
      const definitions = Object.values(exports).flatMap(definitionsIn);
      if (definitions.length === 0) throw new ModuleLoadError(module, 'exports no actor definition');
      for (const definition of definitions) registry.add(definition, module);
    }
    return registry;
  }

  /** @throws DuplicateDefinitionError when another definition has that name */
  add(definition: RunnableDefinition, module: string): void {
    const known = this.#byName.get(definition.name);
    if (known !== undefined && known.definition !== definition)
      throw new DuplicateDefinitionError(definition.name, [known.module, module]);
    this.#byName.set(definition.name, { definition, module });
  }

  /** @throws UnknownDefinitionError */
  named(name: string): RunnableDefinition {
    const known = this.#byName.get(name);
    if (known === undefined) throw new UnknownDefinitionError(name, this.names);
    return known.definition;
  }

  /**
   * The definition itself, if a module of this system exports it, or the one that a name stands for.
   *
   * @throws UnknownDefinitionError also for another definition of a known name
   */
  checked(definition: { readonly name: string }): RunnableDefinition {
    if (isDefinitionName(definition)) return this.named(definition.name);
    const known = this.#byName.get(definition.name)?.definition;
    if (known === undefined || (known as unknown) !== definition)
      throw new UnknownDefinitionError(definition.name, this.names);
    return known;
  }

  /** A number for a definition that is the same on all shards: at least 1, or 0 for one that no module exports. */
  numberOf({ name }: { readonly name: string }): number {
    return this.names.indexOf(name) + 1;
  }

  /** The definition of that number. */
  numbered(number: number): RunnableDefinition | undefined {
    const name = this.names[number - 1];
    return name === undefined ? undefined : this.named(name);
  }

  get names(): string[] {
    return [...this.#byName.keys()].sort();
  }

  /** Equal on two shards exactly when they can run the same definitions with the same messages. */
  get fingerprint(): string {
    return this.names
      .map((name) => `${name}(${this.#byName.get(name)!.definition.messageTypes.join(' ')})`)
      .join(', ');
  }
}
