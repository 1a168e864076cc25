import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_FLAG_COUNTED, FRAME_HEADER_BYTES, type FrameHeader } from './frame.js';
import { Outbox } from './outbox.js';

// At stake: frames that wait for room must keep their order and be counted to the last one, since what a dead
// peer never got is booked by these numbers. Tried against a plain array.

function header(target: number, flags = 0): FrameHeader {
  return { kind: 0, flags, target, sender: 0, correlation: 0 };
}

test('is a queue of copies with exact counts', () => {
  const operations = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          size: fc.oneof(fc.nat(100), fc.nat(1000)),
          flags: fc.nat(1),
          urgent: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(operations, (steps) => {
      const bytesMax = 400;
      const outbox = new Outbox(bytesMax);
      let model: { target: number; size: number; counted: number }[] = [];
      const bytesOf = () => model.reduce((sum, frame) => sum + FRAME_HEADER_BYTES + frame.size, 0);
      const countedOf = () => model.reduce((sum, frame) => sum + frame.counted, 0);
      for (const [i, step] of steps.entries()) {
        if (step === 'shift') {
          outbox.shift();
          model.shift();
        } else if (step === 'clear') {
          expect(outbox.clear()).toBe(countedOf());
          model = [];
        } else {
          const fits =
            step.urgent || model.length === 0 || bytesOf() + FRAME_HEADER_BYTES + step.size <= bytesMax;
          expect(outbox.hasRoomFor(step.size) || step.urgent).toBe(fits);
          const payload = new Uint8Array(step.size).fill(i);
          const reused = header(i, step.flags);
          expect(outbox.push(reused, payload, step.urgent)).toBe(fits);
          // The outbox owns copies.
          reused.target = -1;
          payload.fill(255);
          if (fits) model.push({ target: i, size: step.size, counted: step.flags & FRAME_FLAG_COUNTED });
        }
        const next = model[0];
        expect(outbox.peek()?.header.target).toBe(next?.target);
        if (next !== undefined) {
          expect(outbox.peek()?.payload).toEqual(new Uint8Array(next.size).fill(next.target));
        }
        expect([outbox.frames, outbox.bytes, outbox.counted]).toEqual([model.length, bytesOf(), countedOf()]);
      }
    }),
  );
});

test('refuses a header that could never be written, while its sender can still be told', () => {
  expect(() => new Outbox(100).push(header(-1), new Uint8Array(0), false)).toThrow(
    expect.objectContaining({ code: 'TRANSPORT_FRAME_HEADER', field: 'target' }),
  );
});
