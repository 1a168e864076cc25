import type { DeadLetterReason } from '../../system/dead-letters.js';
import type { LogLevel } from '../../system/log.js';

/** A message in an effect: as it was when it was sent, but that refs are told by their paths. */
export interface EffectMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * One thing that an actor alone has done, as plain data. Other actors are named by their paths: `/` is the parent, `/name` a stand-in
 * or the actor itself, `/actor/child` a child.
 *
 * - `send`, `ask`: also to itself, which it then meets; `sendWhenReady` is a `send`.
 * - `reply`, `reject`: to a question, also one that was kept; `to` is undefined for the test.
 * - `spawn`: of a child, for which a stand-in stands.
 * - `schedule`, `cancel`: of a message to itself.
 * - `failure`: a handler, `initial` or a notice's handler threw. `restart`: a life after the first begins, before what its `initial` does.
 * - `dead-letter`: of a message to or from it that nobody took; not of one whose handler threw, which is a `failure`.
 */
export type Effect =
  | { readonly kind: 'send'; readonly to: string; readonly message: EffectMessage }
  | {
      readonly kind: 'ask';
      readonly to: string;
      readonly message: EffectMessage;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'forward'; readonly to: string; readonly message: EffectMessage }
  | { readonly kind: 'reply'; readonly to: string | undefined; readonly value: unknown }
  | { readonly kind: 'reject'; readonly to: string | undefined; readonly error: unknown }
  | { readonly kind: 'spawn'; readonly path: string; readonly definition: string; readonly args: unknown }
  | { readonly kind: 'stop'; readonly target: string }
  | { readonly kind: 'watch' | 'unwatch' | 'link' | 'unlink'; readonly target: string }
  | { readonly kind: 'become'; readonly behavior: string | undefined }
  | { readonly kind: 'stash'; readonly message: EffectMessage }
  | { readonly kind: 'unstash' }
  | {
      readonly kind: 'schedule';
      readonly delayMs: number;
      readonly message: EffectMessage;
      /** Again and again, each `delayMs`. */
      readonly periodic: boolean;
    }
  | { readonly kind: 'cancel'; readonly message: EffectMessage }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'failure'; readonly error: unknown }
  | { readonly kind: 'restart'; readonly incarnation: number }
  | { readonly kind: 'dead-letter'; readonly reason: DeadLetterReason; readonly type: string };
