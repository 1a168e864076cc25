/** What a frame between shards carries. */
export const FRAME_KIND = {
  /** A message: payload is the message, `target` and `sender` are actor ids. */
  tell: 1,
  /** A question: as `tell`; `correlation` names it on the asking shard. */
  ask: 2,
  /** The answer to a question: payload is the value, `correlation` the question's. */
  reply: 3,
  /** A question became a dead letter: payload is `{ reason, cause }`. */
  rejection: 4,
  /** Lifecycle news: payload is the signal, `target` the actor concerned. */
  signal: 5,
  /** A message whose sender waits until there is room for it: as `ask`. */
  'tell-ready': 6,
  /** It is in the mailbox: `correlation` names it. */
  admission: 7,
  /** A message handed on, with its sender and its question: payload is `[kind, shard of the sender, message]`. */
  forward: 8,
  /** The sender of a `tell-ready` has given up: `correlation` names the message, `target` whom it was for. */
  withdrawal: 9,
  /** A question was handed on: `correlation` names it, `target` is the shard where it lies now. */
  move: 10,
} as const;
