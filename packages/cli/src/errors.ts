/**
 * Base of every expected failure of this package. Match on `code`, never on the message. `remedy` says, in
 * the imperative, what to do about it. The command ends with `exitCode`: 2 when the command line is at
 * fault, 1 otherwise.
 */
export abstract class CliError extends Error {
  abstract readonly code: `CLI_${string}`;
  abstract readonly remedy: string;
  abstract readonly exitCode: 1 | 2;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The command line does not parse: an unknown option or command, a missing or superfluous argument. */
export class UsageError extends CliError {
  readonly code = 'CLI_USAGE';
  readonly exitCode = 2;
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/**
 * The value of an option is not one it can have. An example throws it too, for what only it can judge: that
 * two options fit together, or what stands in a file.
 *
 * @example
 * throw new OptionValueError('--map', file, 'a map with at least 100 free cells');
 */
export class OptionValueError extends CliError {
  readonly code = 'CLI_OPTION_INVALID';
  readonly exitCode = 2;
  readonly remedy: string;
  readonly option: string;
  readonly got: unknown;
  readonly expected: string;

  constructor(option: string, got: unknown, expected: string, options?: ErrorOptions) {
    super(`\`${option}\` must be ${expected}, got ${JSON.stringify(got)}.`, options);
    this.option = option;
    this.got = got;
    this.expected = expected;
    this.remedy = `Pass ${expected} after \`${option}\`, or leave it out.`;
  }
}

/** There is no built example of that name. */
export class UnknownExampleError extends CliError {
  readonly code = 'CLI_UNKNOWN_EXAMPLE';
  readonly exitCode = 2;
  readonly remedy: string;
  readonly example: string;
  readonly known: readonly string[];

  constructor(example: string, known: readonly string[]) {
    super(
      known.length === 0
        ? `There is no example "${example}", nor any other: no folder from here upward has \`examples/dist\`.`
        : `There is no example "${example}"; there are ${known.join(', ')}.`,
    );
    this.example = example;
    this.known = known;
    this.remedy =
      known.length === 0
        ? 'Build first with `npm run build`, go to the workspace, or pass the path of a module.'
        : 'Name one of these, or build it first with `npm run build`.';
  }
}

/** A module that should be an example could not be imported, or exports none. */
export class ExampleLoadError extends CliError {
  readonly code = 'CLI_EXAMPLE_LOAD';
  readonly exitCode = 1;
  readonly remedy =
    'Build again with `npm run build`, and let the module default-export `defineExample({ … })`.';
  readonly path: string;

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`${path} ${why}.`, options);
    this.path = path;
  }
}

/** What was given to `defineExample` does not hold together. */
export class ExampleDefinitionError extends CliError {
  readonly code = 'CLI_INVALID_EXAMPLE';
  readonly exitCode = 1;
  readonly remedy: string;
  readonly example: string;

  constructor(example: string, what: string, remedy: string) {
    super(`Example "${example}": ${what}.`);
    this.example = example;
    this.remedy = remedy;
  }
}

/** The example does not say how to make a swarm of so many agents. */
export class NotScalableError extends CliError {
  readonly code = 'CLI_NOT_SCALABLE';
  readonly exitCode = 2;
  readonly remedy = 'Name one that gives `scale` to `defineExample`, as 07-foragers does, or give it.';
  readonly example: string;

  constructor(example: string) {
    super(`Example "${example}" cannot be scaled: it does not say how to make a swarm of so many agents.`);
    this.example = example;
  }
}

/** The report cannot be written where it was asked for. */
export class ReportWriteError extends CliError {
  readonly code = 'CLI_REPORT_WRITE';
  readonly exitCode = 1;
  readonly remedy = 'Pass the path of a file that you may write.';
  readonly path: string;

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`The report cannot be written to ${path}: ${why}.`, options);
    this.path = path;
  }
}

/** What was to be replayed is no failure that this version can run again. */
export class FailureFileError extends CliError {
  readonly code = 'CLI_FAILURE_FILE';
  readonly exitCode = 2;
  readonly remedy =
    'Pass a file that `checkInvariant` has written, beside the program it was found in; or find the failure anew.';
  readonly file: string;

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.file = file;
  }
}

/** The law that a failure is one of is not to be found. */
export class LawNotFoundError extends CliError {
  readonly code = 'CLI_LAW_NOT_FOUND';
  readonly exitCode = 2;
  readonly remedy: string;
  readonly law: string;

  constructor(law: string, why: string, remedy: string, options?: ErrorOptions) {
    super(`The law "${law}" is not to be found: ${why}.`, options);
    this.law = law;
    this.remedy = remedy;
  }
}

/** The module that exports a law cannot be imported. */
export class LawLoadError extends CliError {
  readonly code = 'CLI_LAW_LOAD';
  readonly exitCode = 2;
  readonly remedy: string;
  readonly path: string;

  constructor(path: string, file: string, options: ErrorOptions) {
    const { message } = options.cause as Error;
    super(`${path} could not be imported: ${message}`, options);
    this.path = path;
    this.remedy = `Build it, or install tsx for TypeScript; where the law stands in a test, replay it there: \`SKEIN_REPLAY=${file} npx vitest run\`.`;
  }
}

/** Failures are found and replayed with fast-check, which is not installed. */
export class FastCheckMissingError extends CliError {
  readonly code = 'CLI_FAST_CHECK_MISSING';
  readonly exitCode = 2;
  readonly remedy = 'Install it: `npm install --save-dev fast-check`.';

  constructor(options?: ErrorOptions) {
    super('To replay a failure takes fast-check, and it is not installed.', options);
  }
}
