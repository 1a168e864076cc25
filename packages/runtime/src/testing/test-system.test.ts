// At stake: a test that lets a second pass sees all that happens in a second, in order. Tried with actors that set one timer when the one
// before has fired.
import { describe, expect, it } from 'vitest';
import { note, notes, puppet, run, soon, startPuppets, wait } from './puppet.test-fixtures.js';

describe('a test system', () => {
  it('lets time pass from timer to timer, those included that are set on the way', async () => {
    const test = await startPuppets();
    const actor = test.system.spawn(puppet);
    const tick = run((context, state) => {
      state.notes.push(`${context.now()}`);
      context.schedule(300, tick);
    });
    actor.send(tick);
    await test.advance(1000);
    expect(test.clock.now()).toBe(1000);
    expect(await actor.ask(notes, soon)).toEqual(['0', '300', '600', '900']);
    await test.advance(200);
    expect(await actor.ask(notes, soon)).toHaveLength(5);
    await expect(test.advance(-1)).rejects.toThrow('durationMs');
  });

  it('ends when all has happened that is due by then', async () => {
    const test = await startPuppets();
    const actor = test.system.spawn(puppet);
    const again = run((context) => void context.schedule(0, note('at once')));
    actor.send(run((context) => void context.schedule(100, again)));
    await test.advance(100);
    expect(await actor.ask(notes, soon)).toEqual(['at once']);
  });

  it('lets calls go on that wait for their time', async () => {
    const test = await startPuppets();
    const actor = test.system.spawn(puppet);
    actor.send(
      wait(async (context) => {
        for (let i = 0; i < 3; i++) {
          await context.delay(100);
          context.update(({ notes }) => notes.push(`${context.now()}`));
        }
      }),
    );
    await test.advance(250);
    await test.advance(50);
    expect(await actor.ask(notes, soon)).toEqual(['100', '200', '300']);
  });
});
