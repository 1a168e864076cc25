// At stake: a ref of a machine takes exactly the machine's events, and its questions have their answers. Tried with
// the type checker: these tests are run by `pnpm types` more than by vitest.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { setup } from 'xstate';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorSystem } from '../system/actor-system.js';
import { fromMachine } from './from-machine.js';
import type { Asked, MachineProtocol, MachineState } from './machine-protocol.js';
import { errand, teacher } from './machines.test-fixtures.js';
import { reply, sendTarget } from './reply.js';
import { actorLogic } from './sources.js';

type Events =
  | { type: 'open' }
  | { type: 'push'; force: number }
  | Asked<{ type: 'count' }, number>
  | Asked<{ type: 'name'; long: boolean }, string | undefined>;

const machine = setup({
  types: {
    context: {} as { count: number },
    events: {} as Events,
    input: {} as { count: number },
    output: {} as { total: number },
  },
  actors: { errand: actorLogic(errand) },
  actions: {
    answer: reply(({ context }) => context.count),
    // @ts-expect-error nothing is answered with that
    wrong: reply(() => new Date()),
  },
}).createMachine({
  context: ({ input }) => input,
  initial: 'closed',
  invoke: { src: 'errand' },
  states: {
    closed: {
      on: {
        open: 'opened',
        count: { actions: reply(({ context }) => context.count) },
        // @ts-expect-error a string is promised
        name: { actions: reply(({ context }) => context.count) },
      },
    },
    opened: { on: { count: { actions: 'answer' } } },
  },
});
const define = () => fromMachine({ name: 'door', machine });

// Never called: only its types are of interest.
async function typesOf(system: ActorSystem, door: ReturnType<typeof define>): Promise<void> {
  const ref = system.spawn(door, { count: 1 });
  expectTypeOf(ref).toEqualTypeOf<ActorRef<MachineProtocol<typeof machine>>>();
  ref.send({ type: 'open' });
  ref.send({ type: 'push', force: 1 });
  // @ts-expect-error no such event
  ref.send({ type: 'close' });
  // @ts-expect-error a field is missing
  ref.send({ type: 'push' });
  // @ts-expect-error a field has another type
  ref.send({ type: 'push', force: '1' });
  // @ts-expect-error a field too many
  ref.send({ type: 'open', force: 1 });
  // @ts-expect-error the machine's input is missing
  system.spawn(door);
  // @ts-expect-error the machine's input is another
  system.spawn(door, { count: 'one' });
  expectTypeOf(await ref.ask({ type: 'count' }, { deadlineMs: 1 })).toEqualTypeOf<number>();
  expectTypeOf(await ref.ask({ type: 'name', long: true }, { deadlineMs: 1 })).toEqualTypeOf<
    string | undefined
  >();
  // @ts-expect-error `open` is not answered
  await ref.ask({ type: 'open' }, { deadlineMs: 1 });
  const told = await ref.ask({ type: '@snapshot' }, { deadlineMs: 1 });
  expectTypeOf(told).toEqualTypeOf<MachineState<typeof machine>>();
  expectTypeOf(told.value).toEqualTypeOf<'closed' | 'opened'>();
  expectTypeOf(told.context).toEqualTypeOf<{ count: number }>();
  sendTarget(ref).send({ type: 'push', force: 1 });
  // @ts-expect-error no such event
  sendTarget(ref).send({ type: 'close' });
}

describe('types', () => {
  it('of a definition are the machine’s events, input and output', () => {
    const logic = () => actorLogic(teacher);
    expectTypeOf<Parameters<ReturnType<typeof logic>['getInitialSnapshot']>[1]>().toEqualTypeOf<{
      wanted: number;
    }>();
    expect(typesOf).toBeTypeOf('function');
  });
});
