import type { Command, Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';

/** Which of two programs that differ in nothing but the fault. */
export type Twin = 'faulty' | 'fixed';

/** A classic fault of coordination: a program that has it, one that has not, and what tells them apart. */
export interface KnownFault {
  /** That of its folder. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each law has a subject of its own, and only the law looks at it
  readonly faulty: Invariant<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly fixed: Invariant<any>;
  /**
   * What must be unlike the calmest run: the order of steps, something that fails, or work that is slower
   * than a timer.
   */
  readonly needs: 'order' | 'faults' | 'delays';
  /** How it comes to light. */
  readonly violates: 'invariant' | 'eventually' | 'finally' | 'deadlock';
}

/** What a command needs to say of itself. */
export type CommandSpec<Subject, Input> = Pick<Command<Subject, Input>, 'name' | 'run'> &
  Partial<Command<Subject, Input>>;

/**
 * A command whose `run` is given what its `input` draws, if there is any; a story shows it as JSON unless
 * told otherwise.
 */
export function command<Subject, Input>(spec: CommandSpec<Subject, Input>): Command<Subject, never> {
  const whole: Command<Subject, Input> = {
    input: fc.constant(undefined as Input),
    describe: (input) => JSON.stringify(input) ?? '',
    ...spec,
  };
  return whole as unknown as Command<Subject, never>; // nothing but what `input` draws comes to `run`
}
