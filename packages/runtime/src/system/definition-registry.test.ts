// At stake: a wrong module is told apart from a wrong name before anything runs. Tried with modules of every
// kind of wrong, written as data URLs.
import { describe, expect, it } from 'vitest';
import { ACTOR_DEFINITIONS, defineActor, definitionsIn } from '../actor/definition.js';
import { definitionNamed } from '../actor/definition-name.js';
import { puppet } from '../testing/puppet.test-fixtures.js';
import { DefinitionRegistry } from './definition-registry.js';

const url = (path: string): string => new URL(path, import.meta.url).href;
const puppets = url('../testing/puppet.test-fixtures.ts');
const make = (name: string, types: string[] = []) =>
  definitionsIn(
    defineActor()({
      name,
      initial: () => undefined,
      receive: Object.fromEntries(types.map((type) => [type, () => undefined])),
    }),
  )[0]!;

describe('DefinitionRegistry', () => {
  it('collects what modules export, the same module twice included', async () => {
    const registry = await DefinitionRegistry.load([puppets, puppets]);
    expect(registry.names).toContain('puppet');
    expect(registry.checked(puppet)).toBe(puppet);
    expect(registry.named('puppet')).toBe(puppet);
  });

  it('knows a definition by what stands for it, and says when there is none of that name', async () => {
    const registry = await DefinitionRegistry.load([puppets]);
    expect(registry.checked(definitionNamed('puppet'))).toBe(puppet);
    expect(() => registry.checked(definitionNamed('nobody'))).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION' }),
    );
    expect(() => registry.checked({ name: 'puppet' })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION' }),
    );
  });

  it.each([
    { what: 'that does not exist', module: url('./nowhere.js'), says: /failed to import/ },
    { what: 'that throws', module: url('./throwing.test-fixtures.ts'), says: /failed to import: not today/ },
    { what: 'without a definition', module: url('./ledger.ts'), says: /exports no actor definition/ },
  ])('refuses a module $what', async ({ module, says }) => {
    const failure = await DefinitionRegistry.load([module]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'RUNTIME_MODULE_LOAD', module });
    expect((failure as Error).message).toMatch(says);
  });

  it('refuses two definitions of one name, and takes one twice', () => {
    const registry = new DefinitionRegistry();
    const definition = make('twin');
    registry.add(definition, 'a.js');
    registry.add(definition, 'b.js');
    expect(() => registry.add(make('twin'), 'c.js')).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_DUPLICATE_DEFINITION',
        definition: 'twin',
        modules: ['b.js', 'c.js'],
      }),
    );
    expect(() => registry.checked(make('twin'))).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION' }),
    );
    expect(() => registry.named('other')).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNKNOWN_DEFINITION', known: ['twin'] }),
    );
  });

  it('has a fingerprint of names and messages, not of order', () => {
    const print = (...definitions: ReturnType<typeof make>[]) => {
      const registry = new DefinitionRegistry();
      for (const definition of definitions) registry.add(definition, 'm');
      return registry.fingerprint;
    };
    expect(print(make('a', ['x', 'y']), make('b'))).toBe(print(make('b'), make('a', ['y', 'x'])));
    expect(print(make('a', ['x']))).not.toBe(print(make('a', ['y'])));
    expect(print(make('a'))).not.toBe(print(make('b')));
  });

  it('finds the definitions that an export brings with it', () => {
    const brought = make('brought');
    expect(definitionsIn({ [ACTOR_DEFINITIONS]: [brought, 'noise'] })).toEqual([brought]);
    for (const nothing of [undefined, null, 7, 'x', {}, () => 1]) expect(definitionsIn(nothing)).toEqual([]);
  });
});
