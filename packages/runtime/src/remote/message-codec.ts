import { type CodecExtension, createCodec } from '@skein/transport';
import { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { MessageCodec } from './links.js';
import type { MessageLimits } from './message-limits.js';

/** The codec of one shard: plain data, and refs, which arrive as refs of the shard that decodes them. */
export function createMessageCodec(
  { messageBytesMax, columnBytesMax }: MessageLimits,
  refOf: (address: ActorAddress) => ActorRef,
): MessageCodec {
  const refs: CodecExtension<ActorRef, readonly [string, number, number]> = {
    type: 0,
    name: 'ActorRef',
    recognizes: (value): value is ActorRef => value instanceof ActorRef,
    toData: ({ address }) => [address.path, address.id, address.shard],
    fromData: (data) => {
      const [path, id, shard] = data as [unknown, unknown, unknown];
      if (typeof path !== 'string' || !Number.isSafeInteger(id) || !Number.isSafeInteger(shard))
        throw new TypeError('not an actor address');
      return refOf({ path, id: id as number, shard: shard as number });
    },
  };
  return createCodec({ messageBytesMax, columnBytesMax, extensions: [refs] });
}
