import type { ShardLocals } from '@skein/runtime';

/** What the agents of a definition have in common on each shard. */
export interface OfShard<Setup extends ShardLocals, Common> {
  /** Made by the first agent of a shard. */
  orCreate(setup: Setup): Common;
  /** Of an agent that has begun. */
  of(locals: ShardLocals): Common;
}

export function ofShard<Setup extends ShardLocals, Common>(
  create: (setup: Setup) => Common,
): OfShard<Setup, Common> {
  const key = {};
  return {
    orCreate: (setup) => setup.shardLocal(key, () => create(setup)),
    of: (locals) =>
      locals.shardLocal(key, () => {
        throw new Error('an agent was asked before the first has begun');
      }),
  };
}
