import { ActorRef } from '../actor/actor-ref.js';
import { OpenQuestion } from '../system/open-question.js';
import { LifeContext } from './life-context.js';
import { MessageContext } from './message-context.js';
import type { Shard } from './shard.js';

/**
 * One object of each class of which a shard makes one for every message, question or life, and drops it again. With the last object of a
 * class V8 throws away what it knows of the class, and all code that relies on it: a shard that has had nothing to do while garbage was
 * collected would begin anew. Whoever holds these keeps it warm.
 */
export function examplesOf(shard: Shard): readonly object[] {
  const ref = new ActorRef(shard.local, 1, 1, undefined);
  const question = new OpenQuestion(Number.NaN, ref as never, 'example', Number.NaN); // both fields hold doubles from the start
  question.resolve(undefined);
  const contexts = [new LifeContext(shard, 1, 0), new MessageContext(shard, 1, 1)];
  for (const context of contexts) context.close();
  return [ref, question, ...contexts];
}
