import {
  call,
  gate,
  type Puppet,
  type PuppetRef,
  puppet,
  type RunningTest,
  startPuppets,
  wait,
} from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { askingFrom, type GuardedRef } from './askable.js';
import { contextPace, type Pace } from './pace.js';

/** A question that a puppet keeps and never answers. */
export const unanswered = call((context) => void context.deferReply());

/** An actor that asks, and one that it asks. */
export interface AskerTest extends RunningTest {
  readonly asker: PuppetRef;
  readonly asked: PuppetRef;
  /** What asking rejects with. */
  readonly failure: Promise<Error>;
}

/** Has an actor ask another from an async handler, in the way of `ask`, and waits until it does. */
export async function startAsker(
  ask: (target: GuardedRef<Puppet>, pace: Pace) => Promise<unknown>,
): Promise<AskerTest> {
  const test = await startPuppets();
  const asked = test.system.spawn(puppet);
  const asker = test.system.spawn(puppet);
  const failure = gate<Error>();
  asker.send(
    wait(async (context) => {
      await ask(askingFrom(context, asked), contextPace(context)).catch(failure.open);
    }),
  );
  await rest();
  return { ...test, asker, asked, failure: failure.opened };
}
