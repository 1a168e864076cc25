import { ExampleDefinitionError } from '../errors.js';
import type { ScaleSpec } from '../scale/scale-spec.js';
import type { ExampleIo } from './example-io.js';
import type { OptionSpecs, OptionValues } from './option.js';

/** Marks examples, also across two copies of this package in one process. */
const brand: unique symbol = Symbol.for('skein.example') as never;

/** What a run comes to. */
export interface ExampleOutcome {
  /** Printed as the one JSON object under `--json`. Typed arrays become arrays; functions are left out. */
  readonly result: object;
  /** The page for `--report`, whole HTML. Called only when the report was asked for. */
  readonly report?: () => string;
}

/** What an author writes. */
export interface ExampleSpec<Specs extends OptionSpecs> {
  /** As its folder is called: `01-hello-actor`. */
  readonly name: string;
  /** One line for the list of examples, without a full stop. */
  readonly summary: string;
  /** More for the help of this one, below its options: what to try, and how to read what it prints. */
  readonly details?: string;
  /** Its own options; `--json`, `--report`, `--verbose` and `--help` come with every example. */
  readonly options?: Specs;
  /** True when the outcome has a `report`; without it `--report` is refused. Default false. */
  readonly reports?: boolean;
  /** How to make its swarm of any number of agents, for `skein scale`. */
  readonly scale?: ScaleSpec;
  /**
   * Runs it. People read what it prints; machines read the outcome's `result`. A throw is a failed run: what
   * has a `code` and a `remedy` is shown as a sentence and that remedy.
   */
  run(options: OptionValues<Specs>, io: ExampleIo): ExampleOutcome | Promise<ExampleOutcome>;
}

/** An example: made by {@link defineExample}, the default export of its module. */
export interface Example extends Omit<ExampleSpec<OptionSpecs>, 'run'> {
  readonly [brand]: true;
  readonly options: OptionSpecs;
  readonly reports: boolean;
  /** Runs it with values that its option specs have parsed. */
  run(options: Readonly<Record<string, unknown>>, io: ExampleIo): ExampleOutcome | Promise<ExampleOutcome>;
}

const TAKEN = new Set(['json', 'report', 'verbose', 'help']);

/**
 * Defines an example for `skein run`.
 *
 * @throws ExampleDefinitionError for a name that no folder has, or an option whose name is taken
 * @example
 * const example = defineExample({
 *   name: '01-hello-actor',
 *   summary: 'one actor that counts',
 *   options: { threads: threadsOption() },
 *   async run({ threads }, io) {
 *     io.print('hello');
 *     return { result: { threads } };
 *   },
 * });
 * export default example;
 * await runIfMain(import.meta.url, example);
 */
export function defineExample<const Specs extends OptionSpecs = {}>(spec: ExampleSpec<Specs>): Example {
  if (!/^[\w.-]+$/.test(spec.name))
    throw new ExampleDefinitionError(spec.name, 'that is no name', 'Use letters, digits, "_", "-" and ".".');
  for (const name of Object.keys(spec.options ?? {})) {
    if (TAKEN.has(name) || !/^(?!no[A-Z])[a-z][a-zA-Z0-9]*$/.test(name))
      throw new ExampleDefinitionError(
        spec.name,
        `an option cannot be called "${name}"`,
        'Choose a camelCase name that is not taken and does not begin with "no".',
      );
  }
  return {
    ...spec,
    [brand]: true,
    options: spec.options ?? {},
    reports: spec.reports ?? false,
    // The values come from these very specs, so they have the types that the author was promised.
    run: (options, io) => spec.run(options as OptionValues<Specs>, io),
  };
}

/** True for what {@link defineExample} made. */
export function isExample(value: unknown): value is Example {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
}
