// At stake: nothing is lost, nothing overtakes, and no bound is passed. Tried by driving the mailbox and a
// plain array through the same random operations.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverflowRule } from '../actor/definition.js';
import type { Envelope, Mail } from './envelope.js';
import { type ByteBudget, Mailbox } from './mailbox.js';

const letter = (n: number, bytes = 1): Envelope => ({
  kind: 'tell',
  message: { type: `m${n}` },
  sender: 0,
  senderShard: 0,
  correlation: 0,
  bytes,
});
const mark: Mail = { kind: 'stop-mark' };
const nameOf = (mail: Mail | undefined): string | undefined =>
  mail === undefined ? undefined : 'message' in mail ? mail.message.type : mail.kind;

describe('Mailbox', () => {
  it.each([
    { overflow: 'reject', victim: 'm3', reason: 'mailbox-full', left: ['m1', 'm2'] },
    { overflow: 'drop-newest', victim: 'm3', reason: 'dropped-newest', left: ['m1', 'm2'] },
    { overflow: 'drop-oldest', victim: 'm1', reason: 'dropped-oldest', left: ['m2', 'm3'] },
  ] as const)('of two with $overflow gives up $victim', ({ overflow, victim, reason, left }) => {
    const mailbox = new Mailbox(2, overflow, { bytesMax: 100, bytes: 0 });
    expect(mailbox.offer(letter(1))).toBeUndefined();
    expect(mailbox.offer(letter(2))).toBeUndefined();
    const overflowed = mailbox.offer(letter(3));
    expect(nameOf(overflowed?.victim)).toBe(victim);
    expect(overflowed?.reason).toBe(reason);
    expect([nameOf(mailbox.take()), nameOf(mailbox.take()), mailbox.take()]).toEqual([...left, undefined]);
  });

  it('takes a notice even when full, and keeps its place', () => {
    const mailbox = new Mailbox(1, 'reject', { bytesMax: 1, bytes: 0 });
    mailbox.offer(letter(1));
    mailbox.putNotice(mark as never);
    expect([nameOf(mailbox.take()), nameOf(mailbox.take())]).toEqual(['m1', 'stop-mark']);
  });

  it('is the queue that an array is, within its bounds', () => {
    const operations = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('offer' as const), bytes: fc.integer({ min: 1, max: 9 }) }),
        fc.record({ do: fc.constant('mark' as const) }),
        fc.record({ do: fc.constant('take' as const) }),
      ),
      { maxLength: 200 },
    );
    const overflows = fc.constantFrom<OverflowRule>('reject', 'drop-newest', 'drop-oldest');
    fc.assert(
      fc.property(operations, overflows, fc.integer({ min: 1, max: 12 }), (steps, overflow, capacity) => {
        const budget: ByteBudget = { bytesMax: 40, bytes: 0 };
        const mailbox = new Mailbox(capacity, overflow, budget);
        const model: { name: string; bytes: number }[] = [];
        const letters = () => model.filter((item) => item.name !== 'stop-mark');
        let offered = 0;
        for (const step of steps) {
          if (step.do === 'take') expect(nameOf(mailbox.take())).toBe(model.shift()?.name);
          else if (step.do === 'mark') {
            mailbox.putNotice(mark as never);
            model.push({ name: 'stop-mark', bytes: 0 });
          } else {
            const name = `m${offered}`;
            const victim = nameOf(mailbox.offer(letter(offered++, step.bytes))?.victim);
            const bytes = letters().reduce((sum, item) => sum + item.bytes, 0);
            if (letters().length < capacity && bytes + step.bytes <= 40) expect(victim).toBeUndefined();
            else if (
              overflow === 'drop-oldest' &&
              letters().length > 0 &&
              bytes - letters()[0]!.bytes + step.bytes <= 40
            ) {
              const oldest = letters()[0]!;
              expect(victim).toBe(oldest.name);
              model.splice(model.indexOf(oldest), 1);
            } else expect(victim).toBe(name);
            if (victim !== name) model.push({ name, bytes: step.bytes });
          }
          expect(mailbox.length).toBe(model.length);
          expect(mailbox.envelopeCount).toBe(letters().length);
          expect(budget.bytes).toBeLessThanOrEqual(40);
          expect(budget.bytes).toBe(letters().reduce((sum, item) => sum + item.bytes, 0));
        }
      }),
    );
  });
});
