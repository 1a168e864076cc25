import { backoffDelayMs } from '../supervision/backoff.js';
import type { AskBackoff } from './check-options.js';

/**
 * A circuit: whether calls may pass. Plain data; `nextCircuit` decides what follows.
 *
 * ```text
 *            too many failures            time is up, a call comes
 *   closed ───────────────────► open ─────────────────────────────► half-open
 *     ▲                          ▲                                   │     │
 *     │                          └──────────── a trial fails ────────┘     │
 *     └─────────────────────────── all trials succeed ─────────────────────┘
 * ```
 */
export type Circuit =
  | { readonly status: 'closed' }
  | {
      readonly status: 'open';
      /** When the next call is let through as a trial, ms. */
      readonly retryAtMs: number;
      /** How often it has opened since it was closed, count. */
      readonly openings: number;
    }
  | {
      readonly status: 'half-open';
      /** Trials on their way, count. */
      readonly running: number;
      /** Trials that succeeded, count. */
      readonly succeeded: number;
      readonly openings: number;
    };

/** What a circuit hears of. The ends of calls are those of calls that its present status let through. */
export type CircuitEvent =
  /** A call wants to pass. */
  | { readonly type: 'call'; readonly nowMs: number }
  | { readonly type: 'success' }
  /** A call failed: `tooMany` together with those before it. `uniform`, in [0, 1), is for the jitter. */
  | { readonly type: 'failure'; readonly tooMany: boolean; readonly nowMs: number; readonly uniform: number }
  /** A call ended in a way that tells nothing about the target. */
  | { readonly type: 'no-news' };

export interface CircuitRules {
  /** How long to stay open: longer each time that trials fail. */
  readonly openFor: AskBackoff;
  /** How many trials must succeed to close it; never are more than these on their way. Count. */
  readonly trials: number;
}

export const CLOSED: Circuit = { status: 'closed' };

/** Whether a call may pass at `nowMs`. */
export function admits(circuit: Circuit, nowMs: number, { trials }: CircuitRules): boolean {
  if (circuit.status === 'closed') return true;
  if (circuit.status === 'open') return nowMs >= circuit.retryAtMs;
  return circuit.running + circuit.succeeded < trials;
}

/** The circuit after an event; the same object when nothing changes. Pure. */
export function nextCircuit(circuit: Circuit, event: CircuitEvent, rules: CircuitRules): Circuit {
  switch (event.type) {
    case 'call':
      if (circuit.status === 'closed' || !admits(circuit, event.nowMs, rules)) return circuit;
      if (circuit.status === 'half-open') return { ...circuit, running: circuit.running + 1 };
      return { status: 'half-open', running: 1, succeeded: 0, openings: circuit.openings };
    case 'success':
      if (circuit.status !== 'half-open') return circuit;
      if (circuit.succeeded + 1 === rules.trials) return CLOSED;
      return { ...circuit, running: circuit.running - 1, succeeded: circuit.succeeded + 1 };
    case 'failure': {
      if (circuit.status === 'open' || (circuit.status === 'closed' && !event.tooMany)) return circuit;
      const before = circuit.status === 'closed' ? 0 : circuit.openings;
      const openMs = backoffDelayMs(rules.openFor, before, event.uniform);
      return { status: 'open', retryAtMs: event.nowMs + openMs, openings: before + 1 };
    }
    case 'no-news':
      return circuit.status === 'half-open' ? { ...circuit, running: circuit.running - 1 } : circuit;
  }
}
