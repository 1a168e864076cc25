import { createHash } from 'node:crypto';
import type { GenerativeModel } from '@skein/inference';
import { createCodec } from '@skein/transport';

const PART_BYTES_MAX = 2 ** 30;

/** Names plain data by its content: equal for equal data, on every machine. */
export function fingerprintOf(parts: readonly unknown[]): string {
  const codec = createCodec({ messageBytesMax: PART_BYTES_MAX });
  const hash = createHash('sha256');
  for (const part of parts) hash.update(codec.encode(part ?? null));
  return hash.digest('base64url');
}

/** Names a model by its content: all that decides what an agent of it does, and nothing that merely names its parts. */
export function modelFingerprint({ shape, A, B, C, D, E }: GenerativeModel): string {
  return fingerprintOf([shape, ...A, ...B, ...C, ...D, E]);
}
