// At stake: of all that can become of a question, exactly one does. Tried with every pair of fates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../actor/actor-ref.js';
import { SimulatedClock } from '../time/simulated-clock.js';
import { TimerWheel } from '../time/timer-wheel.js';
import { createLedgerMemory, LedgerRow } from './ledger.js';
import type { OpenQuestion } from './open-question.js';
import { OpenQuestions } from './open-questions.js';

const target = { address: { path: '/oracle', id: 5, shard: 1 } } as ActorRef;

function ask() {
  const clock = new SimulatedClock();
  const row = new LedgerRow(createLedgerMemory(1), 0);
  const questions = new OpenQuestions(new TimerWheel(clock), row);
  const controller = new AbortController();
  const question = questions.open(target, 'when', { deadlineMs: 10, signal: controller.signal });
  const { correlation } = question;
  questions.setDeadlines();
  const outcome = Promise.resolve(question.reply()).then(
    (value) => value as string,
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
  const fates = {
    reply: () => questions.resolve(correlation, 'soon'),
    rejection: () => questions.reject(correlation, new Error('no')),
    deadline: () => clock.advance(10),
    withdrawal: () => controller.abort(),
    loss: () =>
      questions.rejectWhere(
        ({ shard }) => shard === 1,
        ({ path }, type) => new Error(`${path} ${type} lost`),
      ),
  };
  return { questions, row, clock, correlation, outcome, fates };
}

const fates = {
  reply: 'soon',
  rejection: 'no',
  deadline: 'RUNTIME_ASK_TIMEOUT',
  withdrawal: 'RUNTIME_ASK_ABORTED',
  loss: '/oracle when lost',
} as const;
const names = Object.keys(fates) as (keyof typeof fates)[];

describe('a question', () => {
  it.each(names.flatMap((first) => names.map((second) => ({ first, second }))))(
    'that meets $first and then $second is settled by $first',
    async ({ first, second }) => {
      const question = ask();
      expect(question.row.get('questionsOpen')).toBe(1);
      question.fates[first]();
      question.fates[second]();
      expect(await question.outcome).toBe(fates[first]);
      expect(question.row.get('questionsOpen')).toBe(0);
      expect(question.questions.describe(question.correlation)).toBeUndefined();
      expect(question.questions.resolve(question.correlation, 'again')).toBe(false);
    },
  );

  it('keeps its target and type until it is settled, and leaves no timer', async () => {
    const question = ask();
    expect(question.questions.describe(question.correlation)).toMatchObject({ target, messageType: 'when' });
    question.fates.reply();
    await question.outcome;
    question.clock.advance(100);
    expect(question.clock.nextTimerMs).toBeUndefined();
  });

  it('has a name of its own for as long as the ledger lasts', () => {
    const row = new LedgerRow(createLedgerMemory(1), 0);
    const open = () => {
      const questions = new OpenQuestions(new TimerWheel(new SimulatedClock()), row);
      return questions.open(target, 'x', { deadlineMs: 1 }).correlation;
    };
    expect([open(), open(), open()]).toEqual([1, 2, 3]);
  });

  it('is found among any number of others, also long after they have come and gone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 600 }), (steps) => {
        const row = new LedgerRow(createLedgerMemory(1), 0);
        const questions = new OpenQuestions(new TimerWheel(new SimulatedClock()), row);
        const model: number[] = [];
        const begun: OpenQuestion[] = [];
        for (const step of steps) {
          if (step % 7 === 0) begun.push(questions.begin(target, 'x', {}));
          else if (step % 7 === 1 && begun.length > 0) {
            const question = begun.splice(step % begun.length, 1)[0]!;
            expect(questions.describe(question.correlation)).toBeUndefined();
            if (step % 2 === 0) questions.settle(question, undefined);
            else {
              for (let i = 0; i < 2; i++) questions.enter(question, undefined);
              model.push(question.correlation);
            }
          } else if (step % 3 > 0 || model.length === 0) {
            model.push(questions.open(target, 'x', {}).correlation);
          } else {
            const [correlation] = model.splice(step % model.length, 1);
            expect(questions.resolve(correlation!, undefined)).toBe(true);
            expect(questions.resolve(correlation!, undefined)).toBe(false);
          }
          expect(row.get('questionsOpen')).toBe(model.length + begun.length);
        }
        expect(new Set(model).size).toBe(model.length);
        for (const correlation of model) expect(questions.describe(correlation)).toBeDefined();
      }),
    );
  });

  it('is found although another took its cell before it was entered', () => {
    const row = new LedgerRow(createLedgerMemory(1), 0);
    const questions = new OpenQuestions(new TimerWheel(new SimulatedClock()), row);
    const late = questions.begin(target, 'x', {});
    for (let i = 1; i < 64; i++) questions.resolve(questions.open(target, 'x', {}).correlation, undefined);
    const other = questions.open(target, 'x', {});
    expect(other.correlation - late.correlation).toBe(64);
    questions.enter(late, undefined);
    for (const { correlation } of [late, other]) expect(questions.resolve(correlation, 'reply')).toBe(true);
    expect([late.reply(), other.reply()]).toEqual(['reply', 'reply']);
    expect(row.get('questionsOpen')).toBe(0);
  });

  it.each([1, 31])('is found although %i have been open for very long', async (hotCount) => {
    const row = new LedgerRow(createLedgerMemory(1), 0);
    const questions = new OpenQuestions(new TimerWheel(new SimulatedClock()), row);
    const open = () => questions.open(target, 'x', {});
    const hot = Array.from({ length: hotCount }, open);
    const names = new Set(hot.map(({ correlation }) => correlation));
    for (let i = 0; i < 300_000; i++) {
      const { correlation: name } = open();
      if (names.has(name)) throw new Error(`${name} names two questions`);
      if (!questions.resolve(name, undefined)) throw new Error(`${name} is lost`);
    }
    expect(row.get('questionsOpen')).toBe(hotCount);
    // Names are skipped where a hot one lies: at most as many as there are hot ones in every round of 64.
    expect(row.get('asked')).toBeLessThanOrEqual((300_000 * 64) / (64 - hotCount) + 64);
    for (const name of names) expect(questions.resolve(name, `${name}`)).toBe(true);
    expect(await Promise.all(hot.map((question) => question.reply()))).toEqual([...names].map(String));
  });
});
