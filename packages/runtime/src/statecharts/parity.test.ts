// At stake: a machine is the same machine here as under XState's own interpreter. Tried as a property: random events
// and waits go to both, each with a clock of its own, and after every one both must be in the same state.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createActor } from 'xstate';
import type { ActorDefinition } from '../actor/definition.js';
import { soon } from '../testing/puppet.test-fixtures.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import {
  advance,
  debounce,
  fragile,
  light,
  player,
  startMachines,
  sum,
  sumMachine,
  teacher,
  vending,
} from './machines.test-fixtures.js';

type Event = { readonly type: string };
interface Row {
  readonly name: string;
  readonly definition: { readonly machine: AnyStateMachine };
  readonly input?: object;
  readonly events: fc.Arbitrary<Event>;
  /** For XState: the machines that the definition invokes. */
  readonly actors?: Record<string, AnyStateMachine>;
}
const one = (...types: string[]) => fc.constantFrom(...types.map((type) => ({ type })));

/** The machine under XState's interpreter, its time told by a clock of ours. */
function interpreted(machine: AnyStateMachine, input: unknown) {
  const clock = new SimulatedClock();
  const timers = {
    setTimeout: (run: () => void, delayMs: number) => clock.setTimer(delayMs, run),
    clearTimeout: (timer: ReturnType<typeof clock.setTimer>) => timer.cancel(),
  };
  return { clock, actor: createActor(machine, { input, clock: timers as never }).start() };
}

describe('a machine goes through the states that XState’s interpreter goes through', () => {
  it.each<Row>([
    { name: 'light', definition: light, events: one('break', 'mend') },
    { name: 'debounce', definition: debounce, events: one('key', 'clear', 'settle') },
    { name: 'player', definition: player, events: one('play', 'pause', 'mute', 'faster', 'eject') },
    { name: 'fragile', definition: fragile, events: one('go', 'late') },
    {
      name: 'vending',
      definition: vending,
      events: fc.oneof(
        fc.record({ type: fc.constant('insert'), coins: fc.integer({ min: 0, max: 7 }) }),
        one('refund', 'refunded'),
      ),
    },
    {
      name: 'sum',
      definition: sum,
      input: { wanted: 12 },
      events: fc.record({ type: fc.constant('add'), number: fc.integer({ min: 0, max: 5 }) }),
    },
    {
      name: 'teacher, and the machine that it invokes',
      definition: teacher,
      input: { wanted: 8 },
      events: fc.oneof(
        fc.record({ type: fc.constant('number'), number: fc.integer({ min: 0, max: 5 }) }),
        one('leave'),
      ),
      actors: { sum: sumMachine },
    },
  ])('$name', async ({ definition, input, events, actors = {} }) => {
    const test = await startMachines();
    const machine = definition.machine.provide({ actors });
    const steps = fc.array(fc.oneof(events, fc.integer({ min: 1, max: 120 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const ref = test.system.spawn(
          definition as unknown as ActorDefinition<Record<string, {}>, unknown>,
          input,
        );
        const { clock, actor } = interpreted(machine, input);
        const here = async (): Promise<unknown> => {
          const question = { type: '@snapshot' } as never;
          const told = ref.ask(question, soon) as Promise<{ value: unknown; context: unknown }>;
          return told.then(
            ({ value, context }) => ({ value, context }),
            () => 'done',
          );
        };
        const there = (): unknown => {
          const { status, value, context } = actor.getSnapshot();
          return status === 'done' ? 'done' : { value, context };
        };
        await test.system.quiet();
        expect(await here()).toEqual(there());
        for (const step of taken) {
          if (typeof step === 'number') {
            clock.advance(step);
            await advance(test, step);
          } else {
            if (actor.getSnapshot().status === 'active') actor.send(step);
            ref.send(step);
          }
          await test.system.quiet();
          expect(await here()).toEqual(there());
        }
        actor.stop();
        await test.system.stopActor(ref, { now: true });
      }),
      { numRuns: 40 },
    );
  });
});
