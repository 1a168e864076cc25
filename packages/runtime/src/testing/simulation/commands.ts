import * as fc from 'fast-check';
import { InvalidOptionError } from '../../errors.js';
import type { Command, SimulatedWorld } from './invariant.js';

/** What a {@link Command} is made of; `input` and `describe` may be left out. */
export interface CommandSpec<Subject, Input> {
  readonly name: string;
  /** Default: always undefined. */
  readonly input?: fc.Arbitrary<Input>;
  /** What a story says of the input; default: itself, as fast-check writes it; nothing where there is none. */
  readonly describe?: (input: Input) => string;
  /** Acts: see {@link Command}. */
  readonly run: (world: SimulatedWorld, subject: Subject, input: Input) => void | Promise<void>;
}

/**
 * Something the test may do.
 *
 * @example
 * const propose = command({
 *   name: 'propose',
 *   input: fc.nat({ max: 9 }),
 *   run: (_, { voters }, value) => voters[0].send({ type: 'propose', value }),
 * });
 */
export function command<Subject, Input = undefined>(
  spec: CommandSpec<Subject, Input>,
): Command<Subject, Input> {
  const { input = fc.constant(undefined) as fc.Arbitrary<unknown> as fc.Arbitrary<Input> } = spec;
  const describe = spec.describe ?? (spec.input === undefined ? () => '' : (given) => fc.stringify(given));
  return { name: spec.name, run: spec.run, input, describe };
}

/** Crashes any actor, or any of these definitions, between two messages. */
export function crashAny(definitions?: readonly { readonly name: string }[]): Command<unknown, number> {
  const names = definitions?.map(({ name }) => name);
  return command({
    name: names === undefined ? 'crash any' : `crash any ${names.join(' or ')}`,
    input: fc.nat(),
    describe: () => '',
    run: (world, _, pick) => {
      const actors = world.actors().filter(({ definition }) => names?.includes(definition) ?? true);
      const actor = actors[pick % actors.length];
      if (actor !== undefined) world.crash(actor.ref);
    },
  });
}

/** Lets up to so much virtual time pass, ms. */
export function advanceClock(maxMs = 1000): Command<unknown, number> {
  if (!(Number.isInteger(maxMs) && maxMs >= 1))
    throw new InvalidOptionError('maxMs', maxMs, 'a whole number of at least 1 ms');
  return command({
    name: 'let time pass:',
    input: fc.integer({ min: 1, max: maxMs }),
    describe: (ms) => `${ms} ms`,
    run: (world, _, ms) => world.advance(ms),
  });
}
