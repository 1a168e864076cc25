/** One option of an example: how it is described, what it may be, and what it is when left out. */
export interface OptionSpec<T = unknown> {
  /** What it decides, for the help. No capital, no full stop. */
  readonly description: string;
  /** Stands for the value in the help: `COUNT`, `FILE`. Left out: a flag, which takes no value. */
  readonly placeholder?: string;
  readonly default: T;
  /** What `parse` accepts, to follow "must be": `a whole number from 0 to 8`. */
  readonly expected: string;
  /** The value of what stands on the command line; undefined when it is not `expected`. */
  parse(text: string): T | undefined;
}

/** Options by name. The name is camelCase here and `--kebab-case` on the command line. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values that go with {@link OptionSpecs}. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** What the kinds of options have in common. */
export interface OptionText {
  /** What it decides, for the help. No capital, no full stop. */
  readonly description: string;
  /** Stands for the value in the help. */
  readonly placeholder?: string;
}

/** A number's bounds, both included. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
}

/**
 * A whole number; undefined when left out, unless there is a default.
 *
 * @example
 * integerOption({ description: 'agents in the swarm', default: 12, min: 1, max: 10_000 })
 */
export function integerOption(
  spec: OptionText & NumberBounds & { readonly default: number },
): OptionSpec<number>;
export function integerOption(spec: OptionText & NumberBounds): OptionSpec<number | undefined>;
export function integerOption(
  spec: OptionText & NumberBounds & { readonly default?: number },
): OptionSpec<number | undefined> {
  const {
    description,
    placeholder = 'COUNT',
    min = Number.MIN_SAFE_INTEGER,
    max = Number.MAX_SAFE_INTEGER,
  } = spec;
  return {
    description,
    placeholder,
    default: spec.default,
    expected: `a whole number${range(spec)}`,
    parse: (text) => {
      const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A number, with or without decimals; undefined when left out, unless there is a default. */
export function numberOption(
  spec: OptionText & NumberBounds & { readonly default: number },
): OptionSpec<number>;
export function numberOption(spec: OptionText & NumberBounds): OptionSpec<number | undefined>;
export function numberOption(
  spec: OptionText & NumberBounds & { readonly default?: number },
): OptionSpec<number | undefined> {
  const { description, placeholder = 'NUMBER', min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = spec;
  return {
    description,
    placeholder,
    default: spec.default,
    expected: `a number${range(spec)}`,
    parse: (text) => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Any text, a file's name for one; undefined when left out, unless there is a default. */
export function textOption(spec: OptionText & { readonly default: string }): OptionSpec<string>;
export function textOption(spec: OptionText): OptionSpec<string | undefined>;
export function textOption(spec: OptionText & { readonly default?: string }): OptionSpec<string | undefined> {
  const { description, placeholder = 'TEXT' } = spec;
  return {
    description,
    placeholder,
    default: spec.default,
    expected: 'some text',
    parse: (text) => (text === '' ? undefined : text),
  };
}

/**
 * One of a few words; undefined when left out, unless there is a default.
 *
 * @example
 * choiceOption(['left', 'right'], { description: 'the rewarded arm', default: 'right' })
 */
export function choiceOption<const Choice extends string>(
  choices: readonly Choice[],
  spec: OptionText & { readonly default: NoInfer<Choice> },
): OptionSpec<Choice>;
export function choiceOption<const Choice extends string>(
  choices: readonly Choice[],
  spec: OptionText,
): OptionSpec<Choice | undefined>;
export function choiceOption<const Choice extends string>(
  choices: readonly Choice[],
  spec: OptionText & { readonly default?: Choice },
): OptionSpec<Choice | undefined> {
  return {
    description: spec.description,
    placeholder: spec.placeholder ?? 'CHOICE',
    default: spec.default,
    expected: choices.length === 1 ? choices[0]! : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

/** True when it stands on the command line. It takes no value. */
export function flagOption(spec: { readonly description: string }): OptionSpec<boolean> {
  return {
    description: spec.description,
    default: false,
    expected: 'given or left out',
    parse: () => undefined,
  };
}

/** `--seed`, as every example calls it: decides all that is left to chance. Default 1, so that runs repeat. */
export function seedOption(spec: { readonly default?: number } = {}): OptionSpec<number> {
  const description = 'decides everything that is left to chance';
  return integerOption({ description, placeholder: 'SEED', min: 0, default: spec.default ?? 1 });
}

/** Worker threads at most, count: how many shards a system can have beside the main one is far beyond it. */
const THREADS_MAX = 256;

/** `--threads`, as every example calls it: worker threads, count. Default 0: everything on the main thread. */
export function threadsOption(spec: { readonly default?: number } = {}): OptionSpec<number> {
  const description = 'worker threads; 0 runs everything on the main thread';
  return integerOption({ description, min: 0, max: THREADS_MAX, default: spec.default ?? 0 });
}

function range({ min, max }: NumberBounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
