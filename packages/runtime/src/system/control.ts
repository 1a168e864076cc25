import type { ErrorData } from '@skein/transport';
import type { DeadLetter } from './dead-letters.js';
import type { LogRecord } from './log.js';

/** What the main thread tells a shard on another thread, over its control port. */
export type ControlOrder =
  | { readonly kind: 'stop' }
  | { readonly kind: 'peer-lost'; readonly shard: number }
  | { readonly kind: 'peer-back'; readonly shard: number }
  | { readonly kind: 'describe-dead-letters'; readonly on: boolean };

/** What a shard on another thread tells the main thread. Errors travel as data. */
export type ControlReport =
  | { readonly kind: 'ready'; readonly fingerprint: string }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'dead-letter'; readonly letter: Omit<DeadLetter, 'cause'> & { cause?: ErrorData } }
  | { readonly kind: 'log'; readonly record: LogRecord };
