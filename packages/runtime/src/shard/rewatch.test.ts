// At stake: who watches again whoever is back must not then be told of the loss before. Tried with a supervisor that crashes around the
// loss of the shard that its children, old and new, live on.
import { test } from 'vitest';
import { type AnyRef, oneForOne } from '../index.js';
import { checkInvariant, command } from '../testing/index.js';
import { warden } from './rewatch.test-fixtures.js';

test('the loss of a shard is told once, and before the restart of who was lost', async () => {
  await checkInvariant<AnyRef>(
    {
      name: 'a loss is told once, and before the restart',
      modules: [new URL('./rewatch.test-fixtures.ts', import.meta.url)],
      sideShards: 1,
      system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }), log: () => undefined },
      start: ({ system }) => system.spawn(warden, undefined, { shard: 0 }),
      commands: [
        command<AnyRef, undefined>({
          name: 'crash, and lose the shard',
          run: (world, ref: AnyRef) => {
            world.crash(ref);
            world.loseShard(1);
          },
        }),
      ],
      finally: (world) => {
        const [life] = world.actors<{ readonly heard: readonly string[] }>(warden);
        const heard = life?.state.heard.join(', ');
        return heard === '' || heard === 'shard-lost, restart' || `heard: ${heard}`;
      },
    },
    { runs: 50, seed: 1, failures: false, commandsMax: 1 },
  );
}, 30_000);
