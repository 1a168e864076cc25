import { afterAll, bench, describe } from 'vitest';
import { note, notes, puppet } from '../testing/puppet.test-fixtures.js';
import { createSystem } from './actor-system.js';

// What being inspected costs, beside not being inspected any more.
// Each iteration is 10 000 messages. Run: vitest bench --project unit packages/runtime/src/system

const BATCH = 10_000;
const modules = [new URL('../testing/puppet.test-fixtures.ts', import.meta.url)];
const system = await createSystem({ modules, strict: false, handleProcessSignals: false });
afterAll(() => system.stop({ now: true }));

async function tellAll(): Promise<void> {
  const ref = system.spawn(puppet);
  for (let i = 0; i < BATCH; i++) ref.send(note('a'));
  await ref.ask(notes, { deadlineMs: 10_000 });
  await system.stopActor(ref);
}

describe(`${BATCH} messages to one actor`, () => {
  bench('not inspected', tellAll);
  let stop = (): void => undefined;
  bench('inspected', tellAll, {
    setup: () => {
      stop = system.inspect(() => undefined);
    },
    teardown: () => stop(),
  });
});
