// At stake: a broker at the start of a life neither takes half of what there is to know for all of it, nor keeps
// what is no longer so. Tried by telling one alone what a coordinator would.
import { expect, it } from 'vitest';
import { TOPICS_MODULE } from '../index.js';
import { notes, puppet, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { topicBroker } from './broker.js';

async function start() {
  const modules = [TOPICS_MODULE, new URL('../testing/puppet.test-fixtures.ts', import.meta.url)];
  const { system } = await startPuppets({ modules });
  const broker = system.spawn(topicBroker, { heldMax: 10 });
  const [first, second] = [system.spawn(puppet), system.spawn(puppet)];
  const learn = (batch: { fresh: boolean; complete: boolean }, subscriber = first) => {
    const subscriptions = [{ pattern: 'a', subscriber: system.ref(subscriber.address), filter: undefined }];
    broker.send({ type: 'learn', batch: 1, subscriptions, ended: [], ...batch });
  };
  const publish = (text: string) => {
    const message = { type: 'note', topic: 'a', text };
    broker.send({ type: 'publish', message });
  };
  const heard = async () => [await first.ask(notes, soon), await second.ask(notes, soon)];
  return { system, first, second, learn, publish, heard };
}

it('takes nothing from a batch that was meant for the life before', async () => {
  const { system, first, second, learn, publish, heard } = await start();
  publish('held');
  learn({ fresh: false, complete: true }, first);
  await system.quiet();
  expect(await heard()).toEqual([[], []]);
  learn({ fresh: true, complete: true }, second);
  await system.quiet();
  expect(await heard()).toEqual([[], ['held']]);
});

it('begins anew when it is told to, and holds what is published until it knows all', async () => {
  const { system, first, second, learn, publish, heard } = await start();
  learn({ fresh: true, complete: true }, first);
  publish('1');
  learn({ fresh: true, complete: false }, second);
  publish('2');
  await system.quiet();
  expect(await heard()).toEqual([['1'], []]);
  learn({ fresh: false, complete: true }, second);
  publish('3');
  await system.quiet();
  expect(await heard()).toEqual([['1'], ['2', '3']]);
});
