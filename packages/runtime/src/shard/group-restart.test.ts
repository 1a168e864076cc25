// At stake: siblings that share a verdict begin anew together, once, in order, and nobody is left behind halfway,
// whatever else happens meanwhile. Tried by failing, stopping and losing them at each step, and at random.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestartType } from '../supervision/strategy.js';
import {
  allForOneParent,
  crash,
  expectBooksToBalance,
  life,
  note,
  notes,
  type PuppetRef,
  patientFamily,
  puppet,
  restForOneParent,
  run,
  soon,
  startPuppets,
} from '../testing/puppet.test-fixtures.js';

interface Member {
  readonly shard: number;
  readonly restart?: RestartType;
  /** Runs when a life of it begins; 1 for the first. */
  readonly begins?: (incarnation: number) => void;
}

/** A parent and its children a, b, c …, and a record of their lives: `+a1` begins the first one of a, `-a1` ends it. */
async function family(definition: typeof puppet, members: readonly Member[]) {
  const test = await startPuppets({ sideShards: 2 });
  const events: string[] = [];
  let addresses: PuppetRef['address'][] = [];
  const parent = test.system.spawn(
    definition,
    life({
      initial: (context) => {
        addresses = members.map(({ shard, restart = 'transient', begins }, i) => {
          const name = 'abcdef'[i]!;
          let incarnation = 0;
          const args = life({
            initial: (child) => {
              incarnation = child.incarnation;
              begins?.(incarnation);
              events.push(`+${name}${incarnation}`);
            },
            stopped: () => void events.push(`-${name}${incarnation}`),
          });
          return context.spawn(puppet, args, { name, shard, restart }).address;
        });
      },
    }),
    { shard: 0, name: 'parent' },
  );
  await test.system.quiet();
  events.length = 0;
  const present = () => addresses.map((address) => test.system.ref(address) as unknown as PuppetRef);
  return { ...test, parent, children: present(), present, events };
}

const onThreeShards = [{ shard: 1 }, { shard: 0 }, { shard: 2 }, { shard: 0 }];

describe('siblings that are restarted together', () => {
  it('count once against the intensity', async () => {
    const test = await family(allForOneParent, onThreeShards);
    const { system, children } = test;
    for (const [i, child] of [...children.slice(0, 3)].entries()) {
      child.send(crash(`crash ${i}`));
      await system.quiet();
    }
    expect(system.metrics().restarts).toBe(12);
    expect(test.events.filter((event) => event.startsWith('+'))).toHaveLength(12);
    children[0]!.send(crash('once too often'));
    await system.quiet();
    expect(test.records.at(-1)!.fields).toMatchObject({
      path: '/parent',
      error: { code: 'RUNTIME_ESCALATED', cause: { message: 'once too often' } },
    });
  });

  it('count once also when one of them has stopped itself before it is told to', async () => {
    const members = [{ shard: 0 }, { shard: 1, restart: 'permanent' as const }, { shard: 2 }];
    const { system, children, events, records } = await family(allForOneParent, members);
    for (let round = 1; round <= 3; round++) {
      children[0]!.send(crash());
      children[1]!.send(run((context) => context.stop())); // while the last one is brought down
      await system.quiet();
      const next = round + 1;
      expect(events.splice(0).sort()).toEqual([
        `+a${next}`,
        `+b${next}`,
        `+c${next}`,
        `-b${round}`,
        `-c${round}`,
      ]);
    }
    expect(records.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('stop a temporary one among them, which stays so', async () => {
    const { system, children, events } = await family(allForOneParent, [
      { shard: 0 },
      { shard: 1, restart: 'temporary' },
      { shard: 0, restart: 'temporary' },
      { shard: 2 },
    ]);
    children[0]!.send(crash());
    await system.quiet();
    expect(events).toEqual(['-d1', '-c1', '-b1', '+a2', '+d2']);
    expect(system.metrics().actors).toBe(4); // with root and parent
  });

  it('wait for the backoff while they are down, and their mail with them', async () => {
    const test = await family(patientFamily, onThreeShards);
    const { system, children, events, clock } = test;
    children[1]!.send(crash('restart us'));
    await system.quiet();
    for (const child of children) child.send(note('kept'));
    await system.quiet();
    clock.advance(99);
    await system.quiet();
    expect(events).toEqual(['-d1', '-c1', '-a1']);
    expect(system.metrics().queued).toBe(4);
    clock.advance(1);
    await system.quiet();
    expect(events.slice(3)).toEqual(['+a2', '+b2', '+c2', '+d2']);
    for (const child of children) expect(await child.ask(notes, soon)).toEqual(['kept']);
  });

  it.each(['resume', 'stop'])('are no concern of a verdict of %s', async (directive) => {
    const { system, children, events } = await family(patientFamily, onThreeShards);
    children[1]!.send(crash(`${directive} me`));
    await system.quiet();
    expect(events).toEqual(directive === 'stop' ? ['-b1'] : []);
    expect(await children[3]!.ask(notes, soon)).toEqual([]);
  });

  it('are all brought down again when one of them does not come up', async () => {
    const test = await family(restForOneParent, [
      { shard: 0 },
      { shard: 1 },
      {
        shard: 2,
        begins: (incarnation) => {
          if (incarnation === 2) throw new Error('not yet');
        },
      },
      { shard: 0 },
    ]);
    test.children[1]!.send(crash());
    await expectBooksToBalance(test);
    expect(test.events).toEqual(['-d1', '-c1', '+b2', '+c3', '+d2']);
  });

  it('take one in that is started earlier and fails meanwhile', async () => {
    const test = await family(restForOneParent, onThreeShards);
    test.children[2]!.send(crash());
    test.children[0]!.send(crash());
    await expectBooksToBalance(test);
    for (const child of test.children) expect(await child.ask(notes, soon)).toEqual([]);
    const last = test.events.filter((event) => event.startsWith('+')).slice(-4);
    expect(last.map((event) => event[1])).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(['a', 'b', 'c', 'd'])(
    'do not wait for %s, whom somebody stops while they are down',
    async (name) => {
      const { system, children, events, clock } = await family(patientFamily, onThreeShards);
      children[1]!.send(crash('restart us'));
      await system.quiet();
      await system.stopActor(children['abcd'.indexOf(name)]!);
      clock.advance(100);
      await system.quiet();
      const up = events.filter((event) => event.startsWith('+'));
      expect(up.join(' ')).toBe('+a2 +b2 +c2 +d2'.replace(new RegExp(`\\+${name}2 ?`), '').trim());
    },
  );

  it('do not wait for one whose thread is lost while they are down; it comes back with the rest', async () => {
    const test = await family(patientFamily, onThreeShards);
    const { system, children, clock, killShard } = test;
    children[1]!.send(crash('restart us'));
    await system.quiet();
    killShard(2);
    await system.quiet();
    clock.advance(100);
    await system.quiet();
    expect(test.events).toEqual(['-d1', '-c1', '-a1', '+a2', '+b2', '+c1', '+d2']);
  });

  it('stop with their supervisor, also while they are down, and end their lives once', async () => {
    const { system, parent, children, events } = await family(patientFamily, onThreeShards);
    children[1]!.send(crash('restart us'));
    await system.quiet();
    await system.stopActor(parent);
    expect(events).toEqual(['-d1', '-c1', '-a1']);
    expect(system.metrics().actors).toBe(1);
  });

  it('go on where they were when their supervisor is resumed after a failure of its own', async () => {
    const test = await startPuppets({ sideShards: 1 });
    const { system, clock } = test;
    const begun: string[] = [];
    const top = system.spawn(patientFamily, undefined, { shard: 0, name: 'top' });
    let middle!: PuppetRef;
    const children: PuppetRef[] = [];
    top.send(
      run((context) => {
        middle = context.spawn(
          patientFamily,
          life({
            initial: (inner) => {
              for (const shard of [0, 1])
                children.push(
                  inner.spawn(puppet, life({ initial: () => void begun.push(`child ${shard}`) }), { shard }),
                );
            },
          }),
        );
      }),
    );
    await system.quiet();
    children[0]!.send(crash('restart us'));
    middle.send(crash('resume me'));
    await system.quiet();
    clock.advance(100);
    await system.quiet();
    expect(begun).toEqual(['child 0', 'child 1', 'child 0', 'child 1']);
  });
});

describe('a family', () => {
  type Step =
    | { readonly kind: 'crash' | 'end'; readonly child: number }
    | { readonly kind: 'advance' | 'quiet' | 'parent' }
    | { readonly kind: 'kill'; readonly shard: number };
  const child = fc.nat(3);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('crash' as const, 'end' as const), child }),
    fc.record({ kind: fc.constantFrom('advance' as const, 'quiet' as const, 'parent' as const) }),
    fc.record({ kind: fc.constant('kill' as const), shard: fc.constantFrom(1, 2) }),
  );

  it('is whole again after any row of failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const members = [1, 0, 2, 0].map((shard) => ({ shard, restart: 'permanent' as const }));
        const test = await family(patientFamily, members);
        const { system, clock, parent, children } = test;
        let kills = 0;
        let falls = 0;
        for (const one of steps) {
          if (one.kind === 'crash') children[one.child]!.send(crash('restart us'));
          else if (one.kind === 'end') children[one.child]!.send(run((context) => context.stop()));
          else if (one.kind === 'advance') clock.advance(50);
          else if (one.kind === 'quiet') await system.quiet();
          else if (one.kind === 'parent' && falls++ < 3) parent.send(crash());
          else if (one.kind === 'kill' && kills++ < 3) {
            test.killShard(one.shard);
            await system.quiet();
          }
        }
        for (let i = 0; i < 60; i++) {
          await system.quiet();
          clock.advance(100);
        }
        await expectBooksToBalance(test);
        expect(system.metrics()).toMatchObject({ actors: 6, queued: 0 });
        for (const child of test.present()) expect(await child.ask(notes, soon)).toEqual([]);
        await system.stop({ now: true });
      }),
      { numRuns: 60 },
    );
  });
});
