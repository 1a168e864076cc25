// At stake: whatever fails again and again ends, leaves the thread to others, and does not fill the log. Tried with
// branches that never come to life under supervisors that never give up.
import { describe, expect, it } from 'vitest';
import type { ActorContext } from '../actor/context.js';
import { FRUITLESS_RESTARTS_MAX } from '../supervision/supervision.js';
import {
  crash,
  expectBooksToBalance,
  forgiving,
  life,
  note,
  notes,
  type Puppet,
  powerless,
  puppet,
  run,
  soon,
  startPuppets,
  tireless,
} from '../testing/puppet.test-fixtures.js';

const stillborn = (lives: number[]) =>
  life({
    initial: (context) => {
      lives.push(context.incarnation);
      throw new Error('restart me');
    },
  });

describe.each([
  { where: 'on its shard', shard: 0 },
  { where: 'on another shard', shard: 1 },
])('a child $where that never comes to life', ({ shard }) => {
  it.each([
    { says: 'restart', definition: tireless },
    { says: 'resume', definition: forgiving },
  ])('is stopped in the end by a supervisor that always says $says', async ({ definition }) => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const lives: number[] = [];
    const parent = system.spawn(definition, undefined, { shard: 0 });
    parent.send(run((context) => void context.spawn(puppet, stillborn(lives), { shard, name: 'child' })));
    parent.send(note('others go on'));
    expect(await parent.ask(notes, soon)).toEqual(['others go on']);
    await expectBooksToBalance(test);
    expect(lives).toHaveLength(FRUITLESS_RESTARTS_MAX + 1);
    expect(system.metrics().actors).toBe(2);
    expect(test.records.filter(({ level }) => level === 'error')).toMatchObject([
      {
        message: 'stopping a child that does not come to life',
        fields: { path: `${parent.address.path}/child` },
      },
    ]);
  });

  it('is stopped in the end when it stops itself as it begins', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const lives: number[] = [];
    const args = life({
      initial: (context) => {
        lives.push(context.incarnation);
        context.stop();
      },
    });
    const parent = test.system.spawn(tireless, undefined, { shard: 0 });
    parent.send(run((context) => void context.spawn(puppet, args, { shard, restart: 'permanent' })));
    await expectBooksToBalance(test);
    expect(lives).toHaveLength(FRUITLESS_RESTARTS_MAX + 1);
    expect(test.system.metrics().actors).toBe(2);
  });

  it('takes a branch down that rebuilds it for ever', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system } = test;
    const lives: number[] = [];
    const top = system.spawn(tireless, undefined, { shard: 0 });
    const branch = life({
      initial: (context: ActorContext<Puppet>) => void context.spawn(puppet, stillborn(lives), { shard }),
    });
    top.send(run((context) => void context.spawn(powerless, branch, { name: 'branch' })));
    await expectBooksToBalance(test);
    expect(lives.length).toBe(FRUITLESS_RESTARTS_MAX + 1);
    expect(system.metrics().actors).toBe(2);
  });
});

describe('a child that fails over and over', () => {
  it('but handles something in between is restarted without end', async () => {
    const test = await startPuppets();
    const parent = test.system.spawn(tireless);
    let incarnation = 0;
    parent.send(
      run((context) => {
        const child = context.spawn(puppet);
        for (let i = 0; i < 1000; i++) child.send(crash());
        child.send(
          run((there) => {
            incarnation = there.incarnation;
          }),
        );
      }),
    );
    await test.system.quiet();
    expect(incarnation).toBe(1001);
    const crashes = () => test.records.filter(({ message }) => message === 'child failed: restart');
    expect(crashes()).toHaveLength(10);
    test.clock.advance(1000);
    expect(test.records.at(-1)).toMatchObject({ level: 'warn', fields: { leftOut: 990 } });
  });

  it('logs what was left out also when the system ends before the second is over', async () => {
    const test = await startPuppets();
    const parent = test.system.spawn(tireless);
    parent.send(
      run((context) => {
        const child = context.spawn(puppet);
        for (let i = 0; i < 15; i++) child.send(crash());
      }),
    );
    await test.system.quiet();
    await test.system.stop();
    expect(test.records.at(-1)?.fields).toEqual({ leftOut: 5 });
  });
});
