// At stake: a target that keeps failing is left alone, is tried again with few calls, and is believed again as
// soon as those succeed; a breaker is never stuck. Tried by driving it and a plain model, which keeps all calls
// in lists, through the same random operations; then around actors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitOpenError } from '../errors.js';
import { call, failureOf, puppet, soon, startPuppets, wait } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { askingFrom } from './askable.js';
import { startAsker, unanswered } from './asker.test-fixtures.js';
import {
  type CallEnd,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  withCircuitBreaker,
} from './circuit-breaker.js';
import { contextPace } from './pace.js';
import { type Echo, echo, type Fate, rejected, settled, startFake } from './resilience.test-fixtures.js';
import { withRetry } from './retry.js';

const OPEN_MS = 100;
const WITHIN_MS = 300; // longer than it stays open: what came before must not count again
const FAILURES = 3;
const TRIALS = 2;
const options = {
  name: 'maps',
  threshold: { failures: FAILURES, withinMs: WITHIN_MS },
  openFor: { minMs: OPEN_MS, maxMs: OPEN_MS * 4, jitter: 0 },
  trials: TRIALS,
} satisfies CircuitBreakerOptions;

/** What a breaker should do, told with lists of calls: `period` is which stretch of one status a call fell into. */
interface Model {
  nowMs: number;
  period: number;
  status: 'closed' | 'open' | 'half-open';
  openedAtMs: number;
  openingsInARow: number;
  calls: { pass: number; period: number; end: 'running' | CallEnd['type']; endedAtMs: number }[];
}

class CallCommand implements fc.Command<Model, CircuitBreaker> {
  check = (): boolean => true;
  run(model: Model, breaker: CircuitBreaker): void {
    const dueMs = model.openedAtMs + Math.min(4, 2 ** (model.openingsInARow - 1)) * OPEN_MS;
    const trials = model.calls.filter(({ period, end }) => period === model.period && end !== 'no-news');
    const passes =
      model.status === 'closed' || (model.status === 'open' ? model.nowMs >= dueMs : trials.length < TRIALS);
    if (!passes) {
      const retryAtMs = model.status === 'open' ? dueMs : undefined;
      expect(() => breaker.admit(model.nowMs)).toThrow(
        expect.objectContaining({ code: 'RUNTIME_CIRCUIT_OPEN', circuit: 'maps', retryAtMs }),
      );
      return;
    }
    if (model.status === 'open') {
      model.status = 'half-open';
      model.period++;
    }
    const pass = breaker.admit(model.nowMs);
    model.calls.push({ pass, period: model.period, end: 'running', endedAtMs: Number.NaN });
  }
  toString = (): string => 'call';
}

class EndCommand implements fc.Command<Model, CircuitBreaker> {
  readonly pick: number;
  readonly type: CallEnd['type'];
  constructor(pick: number, type: CallEnd['type']) {
    this.pick = pick;
    this.type = type;
  }
  check = ({ calls }: Readonly<Model>): boolean => calls.some(({ end }) => end === 'running');
  run(model: Model, breaker: CircuitBreaker): void {
    const running = model.calls.filter(({ end }) => end === 'running');
    const ended = running[this.pick % running.length]!;
    breaker.end(ended.pass, { type: this.type, nowMs: model.nowMs, uniform: 0.5, error: 'e' } as CallEnd);
    ended.end = this.type;
    ended.endedAtMs = model.nowMs;
    if (ended.period !== model.period) return;
    const now = model.calls.filter(({ period }) => period === model.period);
    const failures = now.filter(({ end }) => end === 'failure');
    const young = failures.filter(({ endedAtMs }) => model.nowMs - endedAtMs < WITHIN_MS);
    const opens = this.type === 'failure' && (model.status === 'half-open' || young.length >= FAILURES);
    const closes =
      model.status === 'half-open' && now.filter(({ end }) => end === 'success').length === TRIALS;
    if (opens) {
      model.openingsInARow = model.status === 'closed' ? 1 : model.openingsInARow + 1;
      model.openedAtMs = model.nowMs;
    }
    if (opens || closes) {
      model.status = opens ? 'open' : 'closed';
      model.period++;
    }
  }
  toString = (): string => `end #${this.pick} with ${this.type}`;
}

class AdvanceCommand implements fc.Command<Model, CircuitBreaker> {
  readonly durationMs: number;
  constructor(durationMs: number) {
    this.durationMs = durationMs;
  }
  check = (): boolean => true;
  run(model: Model): void {
    model.nowMs += this.durationMs;
  }
  toString = (): string => `advance ${this.durationMs} ms`;
}

describe('CircuitBreaker', () => {
  it('does what a plain model does, and closes again when its target recovers', () => {
    const commands = fc.commands(
      [
        fc.constant(new CallCommand()),
        fc
          .tuple(fc.nat({ max: 5 }), fc.constantFrom('success', 'failure', 'failure', 'no-news'))
          .map(([pick, type]) => new EndCommand(pick, type as CallEnd['type'])),
        fc
          .oneof(fc.nat({ max: 20 }), fc.nat({ max: 500 }))
          .map((durationMs) => new AdvanceCommand(durationMs)),
      ],
      { maxCommands: 60, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (run) => {
        const changes: CircuitChange[] = [];
        const real = new CircuitBreaker({ ...options, onChange: (change) => changes.push(change) });
        const model: Model = {
          nowMs: 0,
          period: 0,
          status: 'closed',
          openedAtMs: 0,
          openingsInARow: 0,
          calls: [],
        };
        fc.modelRun(() => ({ model, real }), run);
        expect(real.circuit.status).toBe(model.status);
        expect(changes).toHaveLength(model.period);
        for (const [index, { from }] of changes.entries())
          expect(from.status).toBe(index === 0 ? 'closed' : changes[index - 1]!.to.status);

        for (const { pass, end } of model.calls) if (end === 'running') real.end(pass, { type: 'no-news' });
        const nowMs = model.nowMs + OPEN_MS * 4;
        for (let trial = 0; trial < TRIALS; trial++) real.end(real.admit(nowMs), { type: 'success', nowMs });
        expect(real.circuit).toEqual({ status: 'closed' });
      }),
    );
  });

  it.each<{ option: string; given: Partial<CircuitBreakerOptions> }>([
    { option: 'name', given: { name: '' } },
    { option: 'trials', given: { trials: 0 } },
    { option: 'isFailure', given: { isFailure: 3 as never } },
    { option: 'openFor.minMs', given: { openFor: { minMs: -1, maxMs: 1 } } },
    { option: 'threshold.failures', given: { threshold: { failures: 0, withinMs: 1 } } },
  ])('refuses $option in $given', ({ option, given }) => {
    expect(() => new CircuitBreaker({ ...options, ...given })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});

function start(fateOf: (n: number, askedBefore: number) => Fate, given: Partial<CircuitBreakerOptions> = {}) {
  const { clock, target, pace } = startFake(fateOf);
  const changes: string[] = [];
  const breaker = new CircuitBreaker({
    ...options,
    onChange: ({ from, to }) => changes.push(`${from.status} → ${to.status}`),
    ...given,
  });
  const guarded = withCircuitBreaker<Echo>(target, pace, breaker);
  const ask = (n = 1) => settled(clock, guarded.ask(echo(n), { deadlineMs: 10 }));
  return { clock, target, changes, breaker, pace, guarded, ask };
}

describe('a question behind a breaker', () => {
  it('is refused while the circuit is open, and asked again when the time has come', async () => {
    let isDown = true;
    const { clock, target, changes, ask } = start(() => ({ afterMs: isDown ? 99 : 1 }));
    for (let n = 0; n < FAILURES; n++)
      expect(await ask()).toMatchObject({ reason: { code: 'RUNTIME_ASK_TIMEOUT' } });
    expect(await ask()).toMatchObject({
      reason: {
        code: 'RUNTIME_CIRCUIT_OPEN',
        circuit: 'maps',
        retryAtMs: 130,
        cause: { code: 'RUNTIME_ASK_TIMEOUT' },
      },
    });
    expect(target.asked).toHaveLength(FAILURES);
    isDown = false;
    clock.advance(OPEN_MS);
    for (let n = 0; n < TRIALS; n++) expect(await ask(n)).toEqual({ status: 'fulfilled', value: n });
    expect(changes).toEqual(['closed → open', 'open → half-open', 'half-open → closed']);
  });

  it('is judged afresh when the circuit has closed', async () => {
    const { clock, breaker, ask } = start((_, before) =>
      before < FAILURES || before >= FAILURES + TRIALS
        ? { afterMs: 1, error: rejected('crashed') }
        : { afterMs: 1 },
    );
    for (let n = 0; n < FAILURES; n++) await ask();
    clock.advance(OPEN_MS);
    for (let n = 0; n < TRIALS; n++) await ask();
    for (let n = 1; n < FAILURES; n++) await ask();
    expect(breaker.circuit.status).toBe('closed');
    await ask();
    expect(breaker.circuit).toMatchObject({ status: 'open', openings: 1 });
  });

  it('says nothing about the target when it fails for the asker', async () => {
    const { breaker, ask } = start((n) => ({
      afterMs: 1,
      error: n === 0 ? new TypeError('bug') : rejected('unhandled'),
    }));
    for (let n = 0; n < 10; n++) await ask(n % 2);
    expect(breaker.circuit).toEqual({ status: 'closed' });
  });

  it('that was asked before the circuit opened is not counted after it has closed', async () => {
    const { clock, guarded, breaker, ask } = start(
      (n) =>
        n === 9 ? { afterMs: 500, error: rejected('crashed') } : { afterMs: 1, error: rejected('crashed') },
      { threshold: { failures: 1, withinMs: 10 } },
    );
    const early = failureOf(guarded.ask(echo(9), { deadlineMs: 1000 }));
    await ask();
    const { circuit } = breaker;
    clock.advance(500);
    await early;
    expect(breaker.circuit).toBe(circuit);
  });

  it('that is withdrawn leaves its place to another trial', async () => {
    const { clock, guarded, breaker, target, ask } = start(
      (_, before) => (before === 0 ? { afterMs: 1, error: rejected('crashed') } : { afterMs: 1 }),
      { threshold: { failures: 1, withinMs: 10 }, trials: 1 },
    );
    await ask();
    clock.advance(OPEN_MS);
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const failure = failureOf(guarded.ask(echo(1), { deadlineMs: 1000, signal }));
    const second = await failureOf(guarded.ask(echo(1), { deadlineMs: 1000 }));
    expect(second).toBeInstanceOf(CircuitOpenError);
    expect(second).toMatchObject({ retryAtMs: undefined });
    withdrawal.abort();
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
    expect(breaker.circuit.status).toBe('half-open');
    expect(await ask(5)).toMatchObject({ value: 5 });
    expect(breaker.circuit.status).toBe('closed');
    expect(target.asked).toHaveLength(3);
  });

  it('does not suffer from a listener that throws', async () => {
    const thrown: unknown[] = [];
    const listen = (reason: unknown) => thrown.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen);
    try {
      const { ask } = start(() => ({ afterMs: 1, error: rejected('crashed') }), {
        threshold: { failures: 1, withinMs: 10 },
        onChange: () => {
          throw new Error('careless');
        },
      });
      expect(await ask()).toMatchObject({ reason: { reason: 'crashed' } });
      expect(await ask()).toMatchObject({ reason: { code: 'RUNTIME_CIRCUIT_OPEN' } });
      await rest();
      expect(thrown).toEqual([expect.objectContaining({ message: 'careless' })]);
    } finally {
      process.off('unhandledRejection', listen);
      for (const other of others) process.on('unhandledRejection', other);
    }
  });

  it('is asked by a retry until the circuit opens, then no more', async () => {
    const { clock, pace, guarded, target } = start(() => ({ afterMs: 1, error: rejected('interrupted') }));
    const patient = withRetry(guarded, pace, { attemptsMax: 10, backoff: { minMs: 1, maxMs: 1 } });
    const outcome = await settled(clock, patient.ask(echo(1), { deadlineMs: 1000 }));
    expect(outcome).toMatchObject({ reason: { code: 'RUNTIME_CIRCUIT_OPEN' } });
    expect(target.asked).toHaveLength(FAILURES);
  });
});

describe('a breaker around an actor', () => {
  /** A breaker that opened long enough before 0 ms to let one call through then, for a trial. */
  const onTrial = () => {
    const breaker = new CircuitBreaker({ ...options, trials: 1 });
    const nowMs = -OPEN_MS;
    for (let n = 0; n < FAILURES; n++)
      breaker.end(breaker.admit(nowMs), { type: 'failure', nowMs, uniform: 0.5, error: 'e' });
    return breaker;
  };

  it('is shared by the actors of a shard', async () => {
    const { system, clock } = await startPuppets();
    const target = system.spawn(puppet);
    const key = {};
    const outcomes: unknown[] = [];
    const asks = wait(async (context) => {
      const breaker = context.shardLocal(key, () => new CircuitBreaker(options));
      const guarded = withCircuitBreaker(askingFrom(context, target), contextPace(context), breaker);
      await guarded.ask(unanswered, { deadlineMs: 10 }).catch(({ code }) => outcomes.push(code));
    });
    const askers = Array.from({ length: FAILURES }, () => system.spawn(puppet));
    for (const asker of askers) asker.send(asks);
    await rest();
    clock.advance(10);
    await rest();
    for (const asker of askers) asker.send(asks);
    await system.quiet();
    expect(outcomes).toEqual([
      ...askers.map(() => 'RUNTIME_ASK_TIMEOUT'),
      ...askers.map(() => 'RUNTIME_CIRCUIT_OPEN'),
    ]);
  });

  it.each([
    { how: 'a reply', answers: true, status: 'closed' },
    { how: 'no reply', answers: false, status: 'open' },
  ])('hears of $how though the call that asked is over', async ({ answers, status }) => {
    const { system, clock } = await startPuppets();
    const target = system.spawn(puppet);
    const breaker = onTrial();
    system.suspend(target);
    const question = answers ? call((there) => there.reply(1)) : unanswered;
    system.spawn(puppet).send(
      wait(async (context) => {
        const guarded = withCircuitBreaker(askingFrom(context, target), contextPace(context), breaker);
        void guarded.ask(question, { deadlineMs: 10 }).catch(() => undefined);
      }),
    );
    await rest();
    expect(breaker.circuit.status).toBe('half-open');
    system.resume(target);
    await rest();
    if (!answers) clock.advance(10);
    await rest();
    expect(breaker.circuit.status).toBe(status);
  });

  it('is not kept half-open by an actor that stops during its trial', async () => {
    const breaker = onTrial();
    const { system, asker, failure } = await startAsker((target, pace) =>
      withCircuitBreaker(target, pace, breaker).ask(unanswered, soon),
    );
    expect(() => breaker.admit(0)).toThrow(CircuitOpenError);
    await system.stopActor(asker, { now: true });
    expect(await failure).toMatchObject({ code: 'RUNTIME_ASK_ABORTED' });
    expect(breaker.circuit).toMatchObject({ status: 'half-open', running: 0 });
  });
});
