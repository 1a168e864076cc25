// At stake: a supervisor that asks for it hears once of each child that has gone, after all it had to say, without watching any. Tried
// for each way to go, for children here, elsewhere and lost, and beside watches of the same children.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ActorContext } from '../actor/context.js';
import {
  attentive,
  crash,
  life,
  note,
  notes,
  type Puppet,
  type PuppetRef,
  patient,
  puppet,
  run,
  seenFrom,
  shardOf,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';
import { mayfly } from './mayfly.test-fixtures.js';

const PUPPETS_AND_MAYFLIES = ['../testing/puppet.test-fixtures.js', './mayfly.test-fixtures.js'].map(
  (module) => new URL(module, import.meta.url),
);
const SHARDS = [0, 1, 2];

const tell = (context: ActorContext<Puppet>, parent: PuppetRef, text: string): void =>
  seenFrom(context, parent).send(note(text));

async function startFamily(shards: readonly number[] = SHARDS) {
  const running = await startPuppets({ sideShards: 2 });
  const { system } = running;
  const parent = system.spawn(attentive, undefined, { shard: 0, name: 'parent' });
  const children: PuppetRef[] = [];
  const spawn = (shard: number, name: string, restart?: 'temporary') =>
    run((context) => {
      const args = life({ stopped: (inner) => tell(inner, parent, `${name} says goodbye`) });
      children.push(context.spawn(puppet, args, { shard, name, ...(restart && { restart }) }));
    });
  for (const shard of shards) parent.send(spawn(shard, `kid-${shard}`));
  await system.quiet();
  const heard = async (): Promise<readonly string[]> => {
    await system.quiet();
    return parent.ask(notes, soon);
  };
  return { ...running, parent, children, spawn, heard };
}

describe.each(SHARDS)('of a child on shard %i a supervisor hears', (shard) => {
  it('when it stops itself, after all that it has sent', async () => {
    const { parent, children, heard } = await startFamily([shard]);
    children[0]?.send(
      run((context) => {
        context.stop();
        for (let i = 0; i < 3; i++) tell(context, parent, `${i}`);
      }),
    );
    expect(await heard()).toEqual(['0', '1', '2', `kid-${shard} says goodbye`, `gone /parent/kid-${shard}`]);
  });

  it('when it is stopped', async () => {
    const { parent, children, heard } = await startFamily([shard]);
    parent.send(run((context) => context.stop(children[0]!)));
    expect(await heard()).toEqual([`kid-${shard} says goodbye`, `gone /parent/kid-${shard}`]);
  });

  it('when it has failed for the last time', async () => {
    const { children, heard } = await startFamily([shard]);
    children[0]?.send(crash('restart'));
    children[0]?.send(crash('stop this'));
    expect(await heard()).toContain(`gone /parent/kid-${shard}`);
  });

  it('nothing when it only lives again', async () => {
    const { children, heard } = await startFamily([shard]);
    children[0]?.send(crash('restart'));
    expect((await heard()).filter((text) => text.startsWith('gone'))).toEqual([]);
  });

  it('nothing when its own life ends, even if the news had come already', async () => {
    const { system, clock } = await startPuppets({ sideShards: 2 });
    let kid: PuppetRef | undefined;
    const lives: PuppetRef[] = [];
    const boss = system.spawn(patient, undefined, { shard: 0 });
    boss.send(run((context) => lives.push(context.spawn(attentive, undefined, { name: 'parent' }))));
    await system.quiet();
    const parent = lives[0]!;
    parent.send(
      run((context) => {
        kid = context.spawn(puppet, undefined, { shard, name: 'kid' });
      }),
    );
    await system.quiet();
    parent.send(crash());
    await system.quiet();
    await system.stopActor(kid!); // its parent is out of service: the news waits
    await clock.advance(100);
    await system.quiet();
    expect(await parent.ask(notes, soon)).toEqual([]);
  });
});

it('a supervisor hears of a lost child that is not started again, and of no other', async () => {
  const { parent, spawn, killShard, heard } = await startFamily([]);
  parent.send(spawn(1, 'temporary', 'temporary'));
  parent.send(spawn(1, 'transient'));
  await heard();
  killShard(1);
  expect(await heard()).toEqual(['gone /parent/temporary']);
});

it('a supervisor hears of a child that has nothing to see to at its end', async () => {
  const { system } = await startPuppets({ modules: PUPPETS_AND_MAYFLIES });
  const parent = system.spawn(attentive, undefined, { name: 'parent' });
  parent.send(run((context) => context.spawn(mayfly).send({ type: 'end', to: context.self })));
  await system.quiet();
  expect(await parent.ask(notes, soon)).toEqual(['farewell', 'gone /parent/mayfly~0']);
});

it('a supervisor that stops itself leaves no news behind', async () => {
  const { system } = await startPuppets();
  const parent = system.spawn(attentive);
  let used = -1;
  parent.send(run((context) => void context.spawn(puppet)));
  await system.quiet();
  await system.stopActor(parent);
  const witness = system.spawn(puppet);
  witness.send(
    run((context) => {
      used = shardOf(context).mail.pool.used;
    }),
  );
  await system.quiet();
  expect(used).toBe(1); // the message that is being met
});

it('nobody else has to keep anything for it', async () => {
  const { parent, heard } = await startFamily([]);
  let cells = -1;
  parent.send(run((context) => void context.spawn(puppet)));
  parent.send(
    run((context) => {
      cells = shardOf(context)
        .cells()
        .filter(({ definition }) => definition.name !== 'guardian').length;
    }),
  );
  await heard();
  expect(cells).toBe(0);
});

/** What may become of a child. */
const fate = fc.record({
  shard: fc.constantFrom(...SHARDS),
  end: fc.constantFrom('stays', 'stops', 'is stopped', 'fails', 'restarts'),
});

test.prop([fc.array(fate, { maxLength: 12 })], { numRuns: 50 })(
  'hears what it would if it watched them all',
  async (fates) => {
    const { system, parent, children, spawn, heard } = await startFamily([]);
    for (const [i, { shard }] of fates.entries()) parent.send(spawn(shard, `${i}`));
    parent.send(run((context) => children.forEach((child) => void context.watch(child))));
    await system.quiet();
    for (const [i, { end }] of fates.entries()) {
      const child = children[i]!;
      if (end === 'stops') child.send(run((context) => context.stop()));
      else if (end === 'is stopped') parent.send(run((context) => context.stop(child)));
      else if (end === 'fails') child.send(crash('stop it'));
      else if (end === 'restarts') child.send(crash('restart'));
    }
    const said = await heard();
    const news = (verb: string): string[] =>
      said.filter((text) => text.startsWith(verb)).map((text) => text.split(' ')[1]!);
    const gone = fates.flatMap(({ end }, i) =>
      end === 'stays' || end === 'restarts' ? [] : [`/parent/${i}`],
    );
    expect(news('gone').sort()).toEqual(gone.sort());
    expect(news('terminated').sort()).toEqual(gone.sort());
    await system.stop({ now: true });
  },
);
