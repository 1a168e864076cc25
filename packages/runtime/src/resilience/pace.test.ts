// At stake: whatever waits or draws on behalf of an actor does so on the clock of its system and by the seed, ends with
// the actor, and can still tell the time while it ends. Tried on a clock that stands still.
import { afterEach, describe, expect, it } from 'vitest';
import { gate, meanwhile, puppet, startPuppets } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import { contextPace, type Pace, seededPace } from './pace.js';

const drawsOf = (pace: Pace): number[] => Array.from({ length: 20 }, () => pace.random());

describe('the pace of the world outside', () => {
  it('draws what its seed decides', () => {
    const draws = (seed: number): number[] => drawsOf(seededPace(new SimulatedClock(), seed));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(new Set(draws(1)).size).toBe(20);
    for (const uniform of draws(1)) expect(uniform >= 0 && uniform < 1).toBe(true);
  });

  it('delays on its clock, until it is withdrawn', async () => {
    const clock = new SimulatedClock();
    const pace = seededPace(clock, 1);
    const { signal } = new AbortController();
    for (const delay of [pace.delay(10), pace.delay(10, signal)]) {
      clock.advance(10);
      await delay;
    }
    expect(pace.now()).toBe(20);
    const owner = new AbortController();
    const withdrawn = pace.delay(10, owner.signal);
    owner.abort('enough');
    await expect(withdrawn).rejects.toBe('enough');
    expect(clock.nextTimerMs).toBeUndefined();
  });
});

describe('the pace of a call', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A call that stays open until its actor ends, or the test does, or says so. */
  const start = async (seed = 1) => {
    const test = await startPuppets({ seed });
    const asker = test.system.spawn(puppet);
    const begun = gate<Pace>();
    const end = gate();
    ends.push(end.open);
    asker.send(
      meanwhile(async (context) => {
        begun.open(contextPace(context));
        await end.opened;
      }),
    );
    const pace = await begun.opened;
    /** Logs how a delay ends, and when. */
    const log: string[] = [];
    const delay = (delayMs: number, signal?: AbortSignal) =>
      void pace.delay(delayMs, signal).then(
        () => log.push(`over at ${pace.now()}`),
        (error) => log.push(`${error.code ?? error} at ${pace.now()}`),
      );
    return { ...test, asker, pace, end, log, delay };
  };

  it('is that of the clock of its system', async () => {
    const { clock, pace, log, delay } = await start();
    clock.advance(5);
    expect(pace.now()).toBe(5);
    delay(10);
    clock.advance(9);
    await rest();
    expect(log).toEqual([]);
    clock.advance(1);
    await rest();
    expect(log).toEqual(['over at 15']);
  });

  it('lets whoever delays withdraw that', async () => {
    const { log, delay } = await start();
    const owner = new AbortController();
    delay(10, owner.signal);
    await rest();
    owner.abort('enough');
    delay(10, owner.signal);
    await rest();
    expect(log).toEqual(['enough at 0', 'enough at 0']);
  });

  it.each(['restart', 'stop'])('delays no longer than until a %s of the actor', async (how) => {
    const { system, clock, asker, log, delay } = await start();
    delay(1000, new AbortController().signal);
    await rest();
    clock.advance(7);
    if (how === 'restart') system.restart(asker);
    else await system.stopActor(asker, { now: true });
    await rest();
    delay(1000);
    await rest();
    expect(log).toEqual([expect.stringMatching(/ at 7$/), 'RUNTIME_STALE_CONTEXT at 7']);
  });

  it('goes on telling time and drawing when the call is over', async () => {
    const { system, clock, pace, end } = await start();
    end.open();
    await system.quiet();
    clock.advance(3);
    expect(pace.now()).toBe(3);
    expect(new Set(drawsOf(pace)).size).toBe(20);
  });

  it('draws what the seed of its system decides', async () => {
    const draws = async (seed: number) => drawsOf((await start(seed)).pace);
    expect(await draws(1)).toEqual(await draws(1));
    expect(await draws(1)).not.toEqual(await draws(2));
  });
});
