// At stake: what an actor is seen to do alone is what it does in a system, all of it and in order. Tried one ability at a time here, and
// as a property in `parity.test.ts`.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ActorRef } from '../../actor/actor-ref.js';
import { defineActor } from '../../actor/definition.js';
import type { Ask } from '../../actor/protocol.js';
import { seen, together } from '../../shard/walker.test-fixtures.js';
import { boss, debounce, vending } from '../../statecharts/machines.test-fixtures.js';
import { AloneRefusedError } from '../errors.js';
import {
  call,
  crash,
  hoarding,
  life,
  note,
  notes,
  obedient,
  type Puppet,
  type PuppetState,
  puppet,
  run,
  unlisted,
  wait,
  waitCall,
} from '../puppet.test-fixtures.js';
import { actAlone } from './act-alone.js';
import type { Alone } from './alone.js';

type Till = { pay: { amount: number; receipt: ActorRef<Receipt> }; total: Ask<{}, number>; fail: {} };
type Receipt = { paid: { amount: number } };
const till = defineActor<Till>()({
  name: 'till',
  initial: ({ cash }: { cash: number }) => ({ cash }),
  receive: {
    pay: (state, { amount, receipt }) => {
      state.cash += amount;
      receipt.send({ type: 'paid', amount });
    },
    total: ({ cash }, _, context) => context.reply(cash),
    fail: () => {
      throw new Error('no paper');
    },
  },
});

const stateOf = (alone: Alone<Puppet>): readonly string[] => alone.state<PuppetState>().notes;
const kinds = (effects: readonly { kind: string }[]): string[] => effects.map(({ kind }) => kind);

describe('an actor alone', () => {
  it('is told, is asked and shows its state, at once', () => {
    const alone = actAlone(till, { cash: 10 });
    const receipt = alone.standIn<Receipt>('receipt');
    expect(alone.tell({ type: 'pay', amount: 3, receipt })).toEqual([
      { kind: 'send', to: '/receipt', message: { type: 'paid', amount: 3 } },
    ]);
    const total = alone.ask({ type: 'total' });
    expectTypeOf(total).toEqualTypeOf<number>();
    expect(total).toBe(13);
    expect(alone.state()).toEqual({ cash: 13 });
    expect(alone.effects).toEqual([
      { kind: 'send', to: '/receipt', message: { type: 'paid', amount: 3 } },
      { kind: 'reply', to: undefined, value: 13 },
    ]);
    expect([alone.ref.address.path, alone.isAlive, alone.incarnation, alone.nowMs]).toEqual([
      '/till',
      true,
      1,
      0,
    ]);
  });

  it('does what it does in the order in which it does it', () => {
    const alone = actAlone(puppet, undefined);
    const [ann, ben] = [alone.standIn<Puppet>('ann'), alone.standIn<Puppet>('ben')];
    const effects = alone.tell(
      run((context) => {
        context.log.info('begins', { by: 1 });
        ann.send(note('one'));
        context.watch(ben);
        const child = context.spawn(obedient, life({}), { name: 'kid', shard: 7 });
        child.send(note('hello'));
        const timer = context.schedule(10, note('later'));
        context.scheduleEvery(20, note('again'));
        timer.cancel();
        context.link(ben);
        context.unwatch(ben);
        context.unlink(ben);
        void ann.ask(notes, { deadlineMs: 50 }).catch(() => undefined);
        void ann.sendWhenReady(note('two')).catch(() => undefined);
        context.become('loud');
        context.stop(child);
        context.ref<Puppet>(context.parent).send(note('up'));
        context.stop();
      }),
      ben,
    );
    expect(effects).toEqual([
      { kind: 'log', level: 'info', message: 'begins', fields: { by: 1 } },
      { kind: 'send', to: '/ann', message: note('one') },
      { kind: 'watch', target: '/ben' },
      { kind: 'spawn', path: '/puppet/kid', definition: 'obedient', args: {} },
      { kind: 'send', to: '/puppet/kid', message: note('hello') },
      { kind: 'schedule', delayMs: 10, message: note('later'), periodic: false },
      { kind: 'schedule', delayMs: 20, message: note('again'), periodic: true },
      { kind: 'cancel', message: note('later') },
      { kind: 'link', target: '/ben' },
      { kind: 'unwatch', target: '/ben' },
      { kind: 'unlink', target: '/ben' },
      { kind: 'ask', to: '/ann', message: notes, deadlineMs: 50 },
      { kind: 'send', to: '/ann', message: note('two') },
      { kind: 'become', behavior: 'loud' },
      { kind: 'stop', target: '/puppet/kid' },
      { kind: 'send', to: '/', message: note('up') },
      { kind: 'stop', target: '/puppet' },
    ]);
    expect(alone.isAlive).toBe(false);
  });

  it('may do things when it begins, and when it ends', () => {
    const alone = actAlone(
      puppet,
      life({
        initial: (context) => void context.schedule(5, note('begun')),
        stopped: (context) => context.ref<Puppet>(context.parent).send(note('ended')),
      }),
    );
    expect(kinds(alone.effects)).toEqual(['schedule']);
    alone.advance(5);
    expect(stateOf(alone)).toEqual(['begun']);
    expect(alone.stop()).toEqual([{ kind: 'send', to: '/', message: note('ended') }]);
    expect(alone.isAlive).toBe(false);
    expect(alone.tell(note('too late'))).toEqual([
      { kind: 'dead-letter', reason: 'no-such-actor', type: 'note' },
    ]);
    expect(() => alone.state()).toThrow(AloneRefusedError);
  });

  it('is stopped by itself once', () => {
    const alone = actAlone(puppet, undefined);
    const stops = run((context) => context.stop(context.self, { now: true }));
    expect(alone.tell(stops)).toEqual([{ kind: 'stop', target: '/puppet' }]);
  });

  it('keeps what it sent as it was then', () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn<Puppet>('ann');
    const message = { type: 'note' as const, text: 'then' };
    const [sent] = alone.tell(
      run(() => {
        ann.send(message);
        message.text = 'now';
      }),
    );
    expect(sent).toEqual({ kind: 'send', to: '/ann', message: note('then') });
  });

  it('tells refs within what it sent by their paths', () => {
    const alone = actAlone(puppet, undefined);
    const [ann, ben] = ['ann', 'ben'].map((name) => alone.standIn(name)) as [ActorRef, ActorRef];
    expect(alone.tell(run((context) => ann.send({ type: 'meet', both: [ben, context.self] })))).toEqual([
      { kind: 'send', to: '/ann', message: { type: 'meet', both: ['/ben', '/puppet'] } },
    ]);
  });

  it('sends what is no data nowhere', () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn('ann');
    expect(kinds(alone.tell(run(() => ann.send({ type: 'odd', run: () => 1 }))))).toEqual([
      'send',
      'dead-letter',
    ]);
  });

  it('knows its sender, and hands on what is not for it', () => {
    const alone = actAlone(puppet, undefined);
    const [ann, ben] = [alone.standIn<Puppet>('ann'), alone.standIn<Puppet>('ben')];
    expect(
      alone.tell(
        run((context) => context.sender?.send(note('back'))),
        ann,
      ),
    ).toEqual([{ kind: 'send', to: '/ann', message: note('back') }]);
    const handsOn = run((context) => context.forward(ben));
    expect(alone.tell(handsOn, '/ann')).toEqual([{ kind: 'forward', to: '/ben', message: handsOn }]);
    expect(alone.tell(run((context) => expect(context.sender).toBeUndefined()))).toEqual([]);
  });

  it('meets what it sends itself', () => {
    const alone = actAlone(puppet, undefined);
    expect(kinds(alone.tell(run((context) => context.self.send(note('self')))))).toEqual(['send']);
    expect(stateOf(alone)).toEqual(['self']);
  });

  it('becomes, stashes and puts back', () => {
    const alone = actAlone(hoarding, undefined);
    const stashed = run((context, state) =>
      alone.behavior === 'loud' ? state.notes.push('met') : context.stash(),
    );
    expect(alone.tell(stashed)).toEqual([{ kind: 'stash', message: stashed }]);
    expect(alone.tell(run((context) => context.become('loud')))).toEqual([
      { kind: 'become', behavior: 'loud' },
    ]);
    expect(alone.behavior).toBe('loud');
    expect(kinds(alone.tell(run((context) => context.unstashAll())))).toEqual(['unstash']);
    alone.tell(note('hi'));
    expect(alone.state<PuppetState>().notes).toEqual(['met', 'HI']);
    alone.tell(run((context) => context.become()));
    expect(alone.behavior).toBeUndefined();
  });

  it('draws the same numbers from the same seed, and has what extensions it is given', () => {
    const draw = run((context, state) => {
      state.notes.push(`${context.random()} ${context.extension('unit')}`);
    });
    const [one, same, other] = [1, 1, 2].map((seed) => {
      const alone = actAlone(puppet, undefined, { seed, extensions: { unit: 'ms' } });
      alone.tell(draw);
      return stateOf(alone)[0];
    });
    expect(one).toMatch(/^0\.\d+ ms$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });
});

describe('time', () => {
  it('passes when it is told to, and each timer fires at its own', () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn<Puppet>('ann');
    const tick = run((context) => {
      ann.send(note(`${context.now()}`));
      context.schedule(30, tick);
    });
    alone.tell(tick);
    const texts = alone
      .advance(95)
      .flatMap((effect) => (effect.kind === 'send' ? [effect.message.text] : []));
    expect(texts).toEqual(['30', '60', '90']);
    expect(alone.nowMs).toBe(95);
    expect(() => alone.advance(-1)).toThrow('durationMs');
  });
});

describe('a question', () => {
  it('that is kept is answered later, in its effects or to who waits', async () => {
    const alone = actAlone(puppet, undefined);
    let later: ((value: unknown) => void) | undefined;
    const keeps = call((context) => {
      later = context.deferReply();
    });
    expect(() => alone.ask(keeps)).toThrow('it keeps the question "call"');
    expect(alone.tell(run(() => later?.(7)))).toEqual([{ kind: 'reply', to: undefined, value: 7 }]);
    const answer = alone.askAsync(keeps);
    alone.tell(run(() => later?.(8)));
    expect(await answer).toBe(8);
  });

  it('that is not answered says why', () => {
    const alone = actAlone(puppet, undefined);
    const reasonOf = (question: ReturnType<typeof call>): string => {
      try {
        return `answered with ${alone.ask(question)}`;
      } catch (error) {
        return (error as { reason: string }).reason;
      }
    };
    expect(reasonOf(call(() => undefined))).toBe('unanswered');
    expect(reasonOf(call((context) => context.reject(new Error('no'))))).toBe('rejected');
    expect(alone.effects.at(-1)).toEqual({ kind: 'reject', to: undefined, error: new Error('no') });
    expect(reasonOf({ ...crash('oops'), type: 'call' })).toBe('crashed');
    expect(reasonOf({ type: 'unheard' } as never)).toBe('unhandled');
    expect(kinds(alone.effects)).toEqual(['reject', 'failure', 'restart', 'dead-letter']);
    expect(alone.tell(run((context) => context.reply(1)))).toEqual([
      { kind: 'reply', to: undefined, value: 1 },
      { kind: 'dead-letter', reason: 'no-question', type: 'reply' },
    ]);
  });
});

describe('a failure', () => {
  it.each([
    { onFailure: 'restart', after: { isAlive: true, incarnation: 2, notes: [] } },
    { onFailure: 'resume', after: { isAlive: true, incarnation: 1, notes: ['before'] } },
  ] as const)('is followed by $onFailure', ({ onFailure, after }) => {
    const alone = actAlone(puppet, undefined, { onFailure });
    alone.tell(note('before'));
    const effects = alone.tell(crash('oops'));
    expect(effects[0]).toEqual({ kind: 'failure', error: new Error('oops') });
    expect(effects.slice(1)).toEqual(onFailure === 'restart' ? [{ kind: 'restart', incarnation: 2 }] : []);
    expect({ isAlive: alone.isAlive, incarnation: alone.incarnation, notes: stateOf(alone) }).toEqual(after);
  });

  it('is followed by the end, if the parent says so or it has not come to life', () => {
    const stopped = actAlone(till, { cash: 1 }, { onFailure: 'stop' });
    expect(kinds(stopped.tell({ type: 'fail' }))).toEqual(['failure']);
    expect(stopped.isAlive).toBe(false);
    const stillborn = actAlone(
      puppet,
      life({
        initial: () => {
          throw new Error('stillborn');
        },
      }),
    );
    expect(stillborn.effects).toEqual([{ kind: 'failure', error: new Error('stillborn') }]);
    expect(stillborn.isAlive).toBe(false);
  });

  it('takes back what the life had begun; a restart by the parent too', () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn('ann');
    alone.tell(
      run((context) => {
        context.schedule(10, note('forgotten'));
        context.watch(ann);
        context.become('loud');
        context.spawn(puppet, undefined, { name: 'kid' });
      }),
    );
    expect(alone.restart()).toEqual([{ kind: 'restart', incarnation: 2 }]);
    expect(alone.behavior).toBeUndefined();
    expect(alone.ends(ann)).toEqual([]);
    expect(alone.advance(100)).toEqual([]);
    expect(stateOf(alone)).toEqual([]);
    expect(() => alone.fails('/puppet/kid', new Error('again'))).toThrow('/puppet/kid has ended');
  });
});

describe('the others', () => {
  it('end, and who watched is told', () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn<Puppet>('ann');
    alone.tell(
      run((context) => {
        context.watch(ann);
        context.watch(context.spawn(puppet, undefined, { name: 'kid' }));
      }),
    );
    alone.ends(ann);
    alone.ends('/puppet/kid');
    expect(stateOf(alone)).toEqual(['terminated /ann stopped', 'terminated /puppet/kid stopped']);
  });

  it('fail, and the supervision of the actor decides', () => {
    const heard: string[] = [];
    const alone = actAlone(
      obedient,
      life({ childFailed: ({ child, directive }) => heard.push(`${child.path} ${directive}`) }),
    );
    alone.tell(
      run((context) => {
        for (const name of ['a', 'b', 'c']) context.watch(context.spawn(puppet, undefined, { name }));
      }),
    );
    alone.fails('/obedient/a', new Error('restart please'));
    alone.fails('/obedient/b', new Error('stop please'));
    const effects = alone.fails('/obedient/c', new Error('escalate please'));
    expect(heard).toEqual(['/obedient/a restart', '/obedient/b stop']);
    expect(kinds(effects)).toEqual(['failure', 'restart']);
    expect(effects[0]).toMatchObject({ error: { code: 'RUNTIME_ESCALATED', child: '/obedient/c' } });
  });

  it('are refused when they are none', () => {
    const alone = actAlone(puppet, undefined);
    alone.standIn('ann');
    expect(() => alone.ends('/bob')).toThrow(AloneRefusedError);
    expect(() => alone.answer('/ann', 1)).toThrow('/ann was asked nothing');
    expect(() => alone.standIn('ann')).toThrow('already alive at /ann');
  });
});

describe('an async handler', () => {
  const asksAnn = (ann: ActorRef<Puppet>) =>
    waitCall(async (context) => {
      await context.delay(50);
      const told = await context.ask(ann, notes, { deadlineMs: 100 });
      context.reply(told.length);
    });

  it('is refused by name where promises are', () => {
    const alone = actAlone(puppet, undefined);
    expect(() => alone.tell(wait(async () => undefined))).toThrow('the handler of "wait" is async');
    expect(() => alone.ask(waitCall(async () => undefined))).toThrow(AloneRefusedError);
    expect(alone.effects).toEqual([]);
  });

  it('goes on as time passes and as others answer', async () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn<Puppet>('ann');
    const answer = alone.askAsync(asksAnn(ann));
    expect(await alone.settled()).toEqual([]);
    alone.advance(50);
    expect(await alone.settled()).toEqual([{ kind: 'ask', to: '/ann', message: notes, deadlineMs: 100 }]);
    alone.answer(ann, ['one', 'two']);
    expect(await alone.settled()).toEqual([{ kind: 'reply', to: undefined, value: 2 }]);
    expect(await answer).toBe(2);
  });

  it('fails when nobody answers in time', async () => {
    const alone = actAlone(puppet, undefined);
    const ann = alone.standIn<Puppet>('ann');
    expect(await alone.tellAsync(asksAnn(ann))).toEqual([]);
    alone.advance(50);
    await alone.settled();
    alone.advance(100);
    expect(kinds(await alone.settled())).toEqual(['failure', 'restart']);
    expect(alone.effects.at(-2)).toMatchObject({ error: { code: 'RUNTIME_ASK_TIMEOUT' } });
  });
});

describe('bounds', () => {
  it('end an actor that does not come to rest', () => {
    const alone = actAlone(puppet, undefined, { effectsMax: 1_000_000 });
    const forever = run((context) => context.self.send(forever));
    expect(() => alone.tell(forever)).toThrow('it does not come to rest');
  });

  it('say that more was done than is written down', () => {
    const alone = actAlone(puppet, undefined, { effectsMax: 2 });
    const ann = alone.standIn<Puppet>('ann');
    const sends = run(() => ann.send(note('one')));
    alone.tell(sends);
    alone.tell(sends);
    expect(() => alone.tell(sends)).toThrow('it has done more than 2 things');
    expect(alone.effects).toHaveLength(2);
  });

  it('are checked, and so is what is to be tried', () => {
    expect(() => actAlone(puppet, undefined, { effectsMax: 0 })).toThrow('effectsMax');
    expect(() => actAlone({ name: 'none' } as never, undefined)).toThrow('definition');
    expect(() => actAlone(unlisted.definition, undefined)).not.toThrow();
  });
});

describe('the ref of an actor alone', () => {
  it('answers a question also right after something else was done', async () => {
    const alone = actAlone(till, { cash: 0 });
    alone.tell({ type: 'pay', amount: 5, receipt: alone.standIn('receipt') });
    expect(await alone.ref.ask({ type: 'total' }, { deadlineMs: 1000 })).toBe(5);
  });
});

describe('behaviours of other kinds', () => {
  it('meet batches of one', () => {
    seen.reset();
    const alone = actAlone(together, undefined);
    const ann = alone.standIn<Puppet>('ann');
    expect(kinds(alone.tell({ type: 'step', by: 2, tell: ann, tells: 2 }))).toEqual(['send', 'send']);
    expect(alone.ask({ type: 'where', by: 1, replies: 1 })).toBe(3);
    expect(kinds(alone.tell({ type: 'step', by: 9, fails: true, tell: ann }))).toEqual([
      'failure',
      'restart',
    ]);
    expect(seen.sizes()).toEqual([1, 1, 1]);
  });

  it('are machines, with their delays, replies and children', () => {
    const shop = actAlone(vending, undefined);
    shop.tell({ type: 'insert', coins: 4 });
    expect(shop.ask({ type: 'credit' })).toBe(1);
    expect(shop.ask({ type: '@snapshot' }).value).toBe('resting');
    shop.advance(20);
    expect(shop.ask({ type: '@snapshot' }).value).toBe('counting');

    const editor = actAlone(debounce, undefined);
    expect(kinds(editor.tell({ type: 'key' }))).toEqual(['schedule']);
    expect(kinds(editor.tell({ type: 'key' }))).toEqual(['cancel', 'schedule']);
    editor.advance(50);
    expect(editor.ask({ type: '@snapshot' }).context).toEqual({ keys: 2, settled: 1 });

    const served = actAlone(boss, undefined);
    expect(served.effects).toMatchObject([{ kind: 'spawn', path: '/boss/errand~0' }, { kind: 'watch' }]);
    served.ends('/boss/errand~0');
    expect(served.ask({ type: '@snapshot' }).value).toBe('served');
    const failed = actAlone(boss, undefined);
    failed.fails('/boss/errand~0', new Error('rain'));
    expect(failed.ask({ type: '@snapshot' })).toMatchObject({ value: 'failed', context: { why: 'rain' } });
  });
});
