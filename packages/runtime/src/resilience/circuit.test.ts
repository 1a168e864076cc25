// At stake: nothing passes an open circuit, few pass a half-open one, and it neither opens nor closes for the
// wrong reason. One case for each cell of (state × event).
import { describe, expect, it } from 'vitest';
import { admits, type Circuit, type CircuitEvent, CLOSED, nextCircuit } from './circuit.js';

const rules = { openFor: { minMs: 100, maxMs: 300, jitter: 0.5 }, trials: 2 };
const open = (retryAtMs: number, openings: number): Circuit => ({ status: 'open', retryAtMs, openings });
const half = (running: number, succeeded: number): Circuit => ({
  status: 'half-open',
  running,
  succeeded,
  openings: 2,
});

const NOW = 1000;
const events = {
  call: { type: 'call', nowMs: NOW },
  success: { type: 'success' },
  'one failure': { type: 'failure', tooMany: false, nowMs: NOW, uniform: 0.5 },
  'too many': { type: 'failure', tooMany: true, nowMs: NOW, uniform: 0.5 },
  'no news': { type: 'no-news' },
} as const satisfies Record<string, CircuitEvent>;

const table: Record<
  string,
  { circuit: Circuit; admits: boolean; after: Record<keyof typeof events, Circuit> }
> = {
  closed: {
    circuit: CLOSED,
    admits: true,
    after: {
      call: CLOSED,
      success: CLOSED,
      'one failure': CLOSED,
      'too many': open(NOW + 100, 1),
      'no news': CLOSED,
    },
  },
  'open, not yet due': {
    circuit: open(NOW + 1, 1),
    admits: false,
    after: {
      call: open(NOW + 1, 1),
      success: open(NOW + 1, 1),
      'one failure': open(NOW + 1, 1),
      'too many': open(NOW + 1, 1),
      'no news': open(NOW + 1, 1),
    },
  },
  'open, due': {
    circuit: open(NOW, 2),
    admits: true,
    after: {
      call: half(1, 0),
      success: open(NOW, 2),
      'one failure': open(NOW, 2),
      'too many': open(NOW, 2),
      'no news': open(NOW, 2),
    },
  },
  'half-open, with room for a trial': {
    circuit: half(1, 0),
    admits: true,
    after: {
      call: half(2, 0),
      success: half(0, 1),
      'one failure': open(NOW + 300, 3), // 100, 200, then no longer than 300
      'too many': open(NOW + 300, 3),
      'no news': half(0, 0),
    },
  },
  'half-open, all trials running': {
    circuit: half(2, 0),
    admits: false,
    after: {
      call: half(2, 0),
      success: half(1, 1),
      'one failure': open(NOW + 300, 3),
      'too many': open(NOW + 300, 3),
      'no news': half(1, 0),
    },
  },
  'half-open, one success short': {
    circuit: half(1, 1),
    admits: false,
    after: {
      call: half(1, 1),
      success: CLOSED,
      'one failure': open(NOW + 300, 3),
      'too many': open(NOW + 300, 3),
      'no news': half(0, 1),
    },
  },
};

describe.each(Object.entries(table))('a circuit that is %s', (_, { circuit, admits: admitted, after }) => {
  it(`lets calls ${admitted ? 'pass' : 'not pass'}`, () => {
    expect(admits(circuit, NOW, rules)).toBe(admitted);
  });

  it.each(Object.entries(after) as [keyof typeof events, Circuit][])('on %s', (name, expected) => {
    const before = structuredClone(circuit);
    expect(nextCircuit(circuit, events[name], rules)).toEqual(expected);
    expect(circuit).toEqual(before);
  });
});

describe('the time that a circuit stays open', () => {
  it('has a random part', () => {
    const openAt = (uniform: number) => nextCircuit(CLOSED, { ...events['too many'], uniform }, rules);
    expect(openAt(0)).toEqual(open(NOW + 50, 1));
    expect(openAt(0.75)).toEqual(open(NOW + 125, 1));
  });
});
