declare const request: unique symbol;
declare const reply: unique symbol;

/** In a protocol: a message that is answered. `Ask<{ key: string }, number>` is asked with a key. */
export interface Ask<Request extends object, Reply> {
  readonly [request]: Request;
  readonly [reply]: Reply;
}

/**
 * What an actor understands: a message type's name to its payload, or to an {@link Ask}.
 *
 * @example
 * type Counter = { add: { by: number }; read: Ask<{}, number> };
 */
// biome-ignore lint/suspicious/noExplicitAny: a bound that every protocol meets, also one without index signature
export type Protocol = Record<string, any>;

/** The payload of one message type: its fields beside `type`. */
export type PayloadOf<P extends Protocol, Type extends keyof P> =
  P[Type] extends Ask<infer Request, unknown> ? Request : P[Type];

/** The reply to one message type; `never` for a message that is only told. */
export type ReplyOf<P extends Protocol, Type extends keyof P> =
  P[Type] extends Ask<object, infer Reply> ? Reply : never;

/** One message type as it is sent: `{ type, ...payload }`. */
export type MessageOfType<P extends Protocol, Type extends keyof P> = { readonly type: Type } & Readonly<
  PayloadOf<P, Type>
>;

/** Any message of a protocol. */
export type MessageOf<P extends Protocol> = { [Type in keyof P & string]: MessageOfType<P, Type> }[keyof P &
  string];

/** The message types of a protocol that are answered. */
export type AskTypes<P extends Protocol> = {
  [Type in keyof P & string]: P[Type] extends Ask<object, unknown> ? Type : never;
}[keyof P & string];

/** Any message of a protocol that is answered. */
export type QuestionOf<P extends Protocol> = { [Type in AskTypes<P>]: MessageOfType<P, Type> }[AskTypes<P>];
