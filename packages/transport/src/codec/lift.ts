import { MalformedMessageError } from '../errors.js';
import type { CodecExtension } from './codec.js';
import { errorFromData } from './remote-error.js';
import { TAG_ERROR, TAG_EXTENSION, TAG_MAP, TAG_MARK, TAG_SET, TAG_TEXT } from './wire.js';

/**
 * Turns the tagged arrays in a freshly decoded value into what they stand for, from the inside out, in place
 * where the container stays the same. The bytes have been scanned: tags are known and have the right number
 * of values, depth is bounded.
 *
 * @throws {@link MalformedMessageError} when the data behind a tag is not what the tag promises
 */
export function lift(value: unknown, extensions: ReadonlyMap<number, CodecExtension>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const isTagged = value[0] === TAG_MARK;
    for (let i = isTagged ? 2 : 0; i < value.length; i++) value[i] = lift(value[i], extensions);
    return isTagged ? liftTagged(value, extensions) : value;
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) record[key] = lift(record[key], extensions);
  }
  return value;
}

function liftTagged(tagged: unknown[], extensions: ReadonlyMap<number, CodecExtension>): unknown {
  const tag = tagged[1] as number;
  switch (tag) {
    case TAG_MAP: {
      const map = new Map<unknown, unknown>();
      for (let i = 2; i < tagged.length; i += 2) map.set(tagged[i], tagged[i + 1]);
      return map;
    }
    case TAG_SET:
      return new Set(tagged.slice(2));
    case TAG_ERROR:
      return errorFromData(tagged[2]);
    case TAG_TEXT:
      return liftText(tagged[2]);
    default:
      return tag < TAG_EXTENSION ? -0 : liftExtension(extensions.get(tag - TAG_EXTENSION)!, tagged[2]);
  }
}

function liftText(units: unknown): string {
  if (!(units instanceof Uint16Array)) throw new MalformedMessageError('text without its code units', -1);
  let text = '';
  // In pieces: each code unit becomes an argument, and a call takes only so many.
  for (let i = 0; i < units.length; i += 4096) {
    text += String.fromCharCode(...units.subarray(i, i + 4096));
  }
  return text;
}

function liftExtension(extension: CodecExtension, data: unknown): object {
  try {
    return extension.fromData(data);
  } catch (cause) {
    throw new MalformedMessageError(`extension ${extension.name} refuses its data`, -1, { cause });
  }
}
