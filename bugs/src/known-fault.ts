import type { Invariant } from '@skein/runtime/testing';

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
  /** Few commands with which it shows in some order: small enough for all orders to be tried. Not where something must fail. */
  readonly program?: readonly { readonly command: string; readonly input?: unknown }[];
  /** How it comes to light. */
  readonly violates: 'invariant' | 'eventually' | 'finally' | 'deadlock';
}
