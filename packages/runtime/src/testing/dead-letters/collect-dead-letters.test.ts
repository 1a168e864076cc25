// At stake: a test that says which message must have died, and why, is right when it passes and helps when it fails. Tried with letters
// of several reasons, from this shard and another.
import { describe, expect, it } from 'vitest';
import { UnmetExpectationError } from '../errors.js';
import { crash, failureOf, note, puppet, run, startPuppets } from '../puppet.test-fixtures.js';
import { collectDeadLetters } from './collect-dead-letters.js';

describe('collected dead letters', () => {
  it('are expected one by one, whatever came between', async () => {
    const { system } = await startPuppets();
    using letters = collectDeadLetters(system);
    const [actor, gone] = [system.spawn(puppet, undefined, { name: 'ann' }), system.spawn(puppet)];
    await system.stopActor(gone);
    gone.send(note('too late'));
    actor.send(crash('oops'));
    actor.send({ type: 'unheard' } as never);
    const letter = await letters.expect({ reason: 'crashed', type: 'run', target: actor });
    expect((letter.cause as Error).message).toBe('oops');
    await letters.expect({ type: 'unheard', target: '/ann' });
    await letters.expect({ reason: 'no-such-actor' });
    await letters.expectNone();
    expect(letters.all.map(({ reason }) => reason)).toEqual(['no-such-actor', 'crashed', 'unhandled']);
    expect(letters.of(actor)).toHaveLength(2);
    expect(letters.of('/ann')).toEqual(letters.of(actor));
  });

  it('say what there was when the one expected is not among them', async () => {
    const { system, clock } = await startPuppets();
    using letters = collectDeadLetters(system);
    const actor = system.spawn(puppet, undefined, { name: 'ann' });
    actor.send(crash('oops'));
    await letters.expect({ reason: 'crashed' });
    actor.send({ type: 'unheard' } as never);
    const failure = await failureOf(
      letters.expect({ reason: 'crashed', target: actor, type: 'run', sender: actor }),
    );
    expect(failure).toBeInstanceOf(UnmetExpectationError);
    expect(failure.message.split('\n')).toEqual([
      'Who collects dead letters expected a dead letter of "run" from /ann to /ann, crashed within 1000 ms, and got:',
      '  "run" from outside to /ann, crashed (oops), expected before',
      '  "unheard" from outside to /ann, unhandled',
    ]);
    expect(clock.now()).toBe(1000);
    await letters.expectNone({ reason: 'crashed' });
    expect((await failureOf(letters.expectNone())).message).toContain(
      'expected not a dead letter within 0 ms',
    );
  });

  it('are waited for, and may come from another shard and at another time', async () => {
    const { system, clock } = await startPuppets({ sideShards: 1 });
    using letters = collectDeadLetters(system);
    const far = system.spawn(puppet, undefined, { shard: 1 });
    far.send(run((context) => void context.schedule(700, crash('later'))));
    await letters.expectNone({}, 600);
    expect(await letters.expect({ target: far })).toMatchObject({ shard: 1, reason: 'crashed' });
    expect(clock.now()).toBe(700);
  });

  it('are bounded, and counted beyond that', async () => {
    const { system } = await startPuppets();
    using letters = collectDeadLetters(system, { lettersMax: 2 });
    const actor = system.spawn(puppet);
    for (let i = 0; i < 5; i++) actor.send({ type: `unheard-${i}` } as never);
    await letters.expect({ type: 'unheard-1' });
    expect((await failureOf(letters.expect({ type: 'unheard-4' }))).message).toContain(
      '3 more that were not kept, as `lettersMax` is 2',
    );
    await letters.expect({ type: 'unheard-0' });
    expect(await failureOf(letters.expectNone())).toBeInstanceOf(UnmetExpectationError);
    expect([letters.all.length, letters.missed]).toEqual([2, 3]);
    expect(() => collectDeadLetters(system, { lettersMax: 0 })).toThrow('lettersMax');
  });

  it('stay as they are once they are collected no more', async () => {
    const { system } = await startPuppets();
    const letters = collectDeadLetters(system);
    const actor = system.spawn(puppet);
    actor.send(crash());
    await letters.expect({ reason: 'crashed' });
    letters[Symbol.dispose]();
    actor.send(crash());
    await system.quiet();
    expect(letters.all).toHaveLength(1);
  });
});
