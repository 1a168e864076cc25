import { assertErrorData, type ErrorData } from './error-data.js';

/**
 * An error that happened elsewhere, rebuilt from its data. Match on `code`; the class it had there is only
 * told by `remoteName`.
 */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  /** The original's code; undefined if it had none. */
  readonly code: string | undefined;
  /** The original's remedy; undefined if it had none. */
  readonly remedy: string | undefined;
  /** The name of the class it had. */
  readonly remoteName: string;
  /** The original's stack, as text; `stack` is where it was rebuilt. */
  readonly remoteStack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The original's cause and, for an AggregateError, its errors. The first is also `cause`. */
  readonly causes: readonly RemoteError[];

  /** @param data kept, not copied; checked data, see {@link errorFromData} */
  constructor(data: ErrorData) {
    const causes = data.causes.map((cause) => new RemoteError(cause));
    super(data.message, causes.length > 0 ? { cause: causes[0] } : undefined);
    this.code = data.code;
    this.remedy = data.remedy;
    this.remoteName = data.name;
    this.remoteStack = data.stack;
    this.fields = data.fields;
    this.causes = causes;
  }
}

/**
 * Rebuilds an error from {@link ErrorData} that may come from anywhere.
 *
 * @throws {@link MalformedMessageError} `TRANSPORT_MALFORMED` when `data` is not ErrorData
 */
export function errorFromData(data: unknown): RemoteError {
  assertErrorData(data);
  return new RemoteError(data);
}
