import type { FrameHeader } from '@skein/transport';

/** What the worker of the bare ring does with a frame. */
export const COUNT_IT = 1;
/** Answers with the count, and counts anew. */
export const TELL_COUNT = 2;
export const SEND_BACK = 3;

export function frameHeader(kind: number): FrameHeader {
  return { kind, flags: 0, target: 0, sender: 0, correlation: 0 };
}
