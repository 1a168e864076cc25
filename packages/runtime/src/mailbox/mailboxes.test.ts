// At stake: nothing is lost, nothing overtakes, and the books on bytes and envelopes are exact. Tried by driving the
// mailboxes of several actors, which share one pool, and plain arrays through the same random operations.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAIL_COUNT } from '../kernel/actor-record.js';
import { ActorTable } from '../kernel/actor-table.js';
import { NEXT, STOP_MARK, TELL, WEIGHT_SHIFT, WORD } from '../kernel/mail-pool.js';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { Mailboxes } from './mailboxes.js';

interface Mail {
  readonly name: string;
  readonly bytes: number;
  readonly isNotice: boolean;
}

function start() {
  const table = new ActorTable<object>(new LedgerRow(createLedgerMemory(1), 0));
  const mail = new Mailboxes(table, 1000);
  const put = (slot: number, name: string, bytes: number): void => {
    const node = mail.pool.allocate();
    mail.pool.set(node, WORD, TELL | ((bytes / 16) << WEIGHT_SHIFT));
    mail.pool.setPayload(node, name);
    mail.put(slot, node, bytes);
  };
  /** The name in a node that was taken out, which is freed. */
  const read = (node: number): string | undefined => {
    if (node === 0) return undefined;
    const name = mail.pool.payload(node) as string;
    mail.pool.free(node);
    return name;
  };
  return { table, mail, put, read };
}

describe('Mailboxes', () => {
  it('are the queues that arrays are', () => {
    const step = fc.record({
      do: fc.constantFrom('put', 'put', 'put', 'notice', 'take', 'take', 'takeOldest', 'stash', 'putBack'),
      of: fc.nat(2),
      bytes: fc.integer({ min: 1, max: 9 }).map((units) => units * 16),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const { table, mail, put, read } = start();
        const slots = [table.allocate(), table.allocate(), table.allocate()];
        const models = slots.map((): Mail[] => []);
        /** Nodes that were taken and wait to be put back, and what they hold. */
        const aside = slots.map((): { node: number; mail: Mail }[] => []);
        for (const [i, { do: what, of, bytes }] of steps.entries()) {
          const slot = slots[of]!;
          const model = models[of]!;
          const firstLetter = model.findIndex(({ isNotice }) => !isNotice);
          if (what === 'put') {
            put(slot, `m${i}`, bytes);
            model.push({ name: `m${i}`, bytes, isNotice: false });
          } else if (what === 'notice') {
            mail.putNotice(slot, STOP_MARK, `n${i}`);
            model.push({ name: `n${i}`, bytes: 0, isNotice: true });
          } else if (what === 'take') expect(read(mail.take(slot))).toBe(model.shift()?.name);
          else if (what === 'takeOldest') {
            const oldest = mail.oldestEnvelope(slot);
            expect(mail.takeOldestEnvelope(slot)).toBe(oldest);
            expect(read(oldest)).toBe(firstLetter < 0 ? undefined : model.splice(firstLetter, 1)[0]!.name);
          } else if (what === 'stash') {
            if (firstLetter !== 0) continue;
            const node = mail.take(slot);
            mail.envelopes++; // it still waits, see `Stash`
            mail.bytes += mail.pool.bytes(node);
            aside[of]!.push({ node, mail: model.shift()! });
          } else {
            const nodes = aside[of]!.map(({ node }) => node);
            for (const [n, node] of nodes.entries()) mail.pool.set(node, NEXT, nodes[n + 1] ?? 0);
            mail.putBack(slot, nodes[0] ?? 0, nodes.at(-1) ?? 0, nodes.length);
            model.unshift(...aside[of]!.splice(0).map((put) => put.mail));
          }
          const waiting = [...models.flat(), ...aside.flat().map((put) => put.mail)];
          const letters = waiting.filter(({ isNotice }) => !isNotice);
          expect(mail.pool.used).toBe(waiting.length);
          expect(mail.envelopes).toBe(letters.length);
          expect(mail.bytes).toBe(letters.reduce((sum, letter) => sum + letter.bytes, 0));
          expect(table.get(slot, MAIL_COUNT)).toBe(models[of]!.filter(({ isNotice }) => !isNotice).length);
        }
        for (const [of, slot] of slots.entries())
          for (const { name } of models[of]!) expect(read(mail.take(slot))).toBe(name);
        for (const slot of slots) expect(mail.take(slot)).toBe(0);
      }),
    );
  });

  it('find the oldest envelope behind notices, and leave those where they are', () => {
    const { table, mail, put, read } = start();
    const slot = table.allocate();
    mail.putNotice(slot, STOP_MARK, 'mark');
    expect(mail.oldestEnvelope(slot)).toBe(0);
    expect(mail.takeOldestEnvelope(slot)).toBe(0);
    put(slot, 'only', 1);
    expect(read(mail.takeOldestEnvelope(slot))).toBe('only');
    put(slot, 'next', 1); // the tail is the notice again
    expect([read(mail.take(slot)), read(mail.take(slot)), read(mail.take(slot))]).toEqual([
      'mark',
      'next',
      undefined,
    ]);
  });
});
