import type { ErrorData } from '@skein/transport';
import type { DeadLetter } from './dead-letters.js';
import type { InspectionBatch, InspectionLevel } from './inspection.js';
import type { LogRecord } from './log.js';
import type { Traffic } from './traffic.js';
import type { SlowHandler } from './watchdog.js';

/** What the main thread tells a shard on another thread, over its control port. */
export type ControlOrder =
  | { readonly kind: 'stop' }
  | { readonly kind: 'peer-lost'; readonly shard: number }
  | { readonly kind: 'peer-back'; readonly shard: number }
  | { readonly kind: 'describe-dead-letters'; readonly on: boolean }
  | { readonly kind: 'inspect'; readonly level: InspectionLevel }
  /** Count messages from now on; or no longer, and report them. */
  | { readonly kind: 'count-traffic'; readonly on: boolean }
  /** The last batch of inspection events has been taken: the next one may come. */
  | { readonly kind: 'inspection-taken' };

/** What a shard on another thread tells the main thread. Errors travel as data. */
export type ControlReport =
  | { readonly kind: 'ready'; readonly fingerprint: string }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'dead-letter'; readonly letter: Omit<DeadLetter, 'cause'> & { cause?: ErrorData } }
  | { readonly kind: 'inspection'; readonly batch: InspectionBatch }
  | { readonly kind: 'traffic'; readonly traffic: Traffic }
  | { readonly kind: 'slow-handler'; readonly slow: SlowHandler }
  | { readonly kind: 'log'; readonly record: LogRecord };
